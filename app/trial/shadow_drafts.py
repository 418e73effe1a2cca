"""Whether a draft is still the one that somebody put into the shadow."""

from typing import Protocol

from app.lexicon.candidate import Candidate
from app.lexicon.errors import NotFoundError
from app.lexicon.records import Draft


class Drafts(Protocol):
    """The part of the drafts that a shadow needs."""

    async def get(self, draft_id: int) -> Draft:
        """One draft, or NotFoundError."""
        ...


async def outdated(drafts: Drafts, candidate: Candidate) -> str | None:
    """Why this candidate is no longer what somebody wanted to see; None if it is."""
    if candidate.kind == "version":
        return None
    name = f"draft {candidate.number}"
    try:
        draft = await drafts.get(candidate.number)
    except NotFoundError:
        return f"{name} is gone"
    if draft.state == "published":
        return f"{name} was published as version {draft.version}"
    if draft.state == "discarded":
        return f"{name} was discarded"
    if draft.revision != candidate.revision:
        return (
            f"{name} was changed: it is at revision {draft.revision},"
            f" the shadow ran revision {candidate.revision}"
        )
    return None
