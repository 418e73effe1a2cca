"""An offer of packs becomes changes of a draft."""

from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from app.lexicon.draft_rows import begin_draft, make_stamp
from app.lexicon.pack_offer import Offer
from app.store import draft as drafts
from app.store import lexicon_packs as store
from app.store.draft import DraftRow
from app.store.lexicon import live_number

TITLE = "changes of the shipped packs"
WHY = "shipped pack"


class State(NamedTuple):
    """What an offer is worked out on: it holds only while this does.

    `draft` is the open one of an earlier offer.
    """

    live: int | None
    mark: bytes | None
    draft: DraftRow | None


async def find_state(connection: AsyncConnection) -> State:
    """How things stand."""
    rows = await drafts.draft_rows(connection, "open")
    draft = next((row for row in rows if row.origin == "pack"), None)
    mark = await store.offered_mark(connection)
    return State(await live_number(connection), mark, draft)


async def write_offer(
    connection: AsyncConnection, state: State, offer: Offer, who: str, now: float
) -> DraftRow | None:
    """Change the open draft of packs, or begin one; None when no change is left."""
    if not offer.added and not offer.removed:
        return state.draft
    if state.draft is None:
        draft_id = await begin_draft(connection, TITLE, who=who, origin="pack", now=now)
    else:
        draft_id = state.draft.id
    await _change(connection, draft_id, offer, who, now)
    await drafts.advance(connection, draft_id)
    row = await drafts.draft_row(connection, draft_id)
    if row is None or not row.changes:
        await drafts.close_draft(connection, draft_id, "discarded")
        return None
    return row


async def _change(
    connection: AsyncConnection, draft_id: int, offer: Offer, who: str, now: float
) -> None:
    """Add and remove; what the draft does the other way round is taken back."""
    mine = {row.digest for row in await store.draft_keys(connection, draft_id)}
    both = [*(row.digest for row in offer.added), *offer.removed]
    back = [digest for digest in both if digest in mine]
    await store.take_back_digests(connection, draft_id, back)
    stamp = await make_stamp(connection, who, WHY, now)
    added = [row for row in offer.added if row.digest not in mine]
    others = [digest for digest in offer.removed if digest not in mine]
    removed = await store.live_terms(connection, others)
    await drafts.add_term_changes(connection, draft_id, "remove", removed, stamp)
    await drafts.add_term_changes(connection, draft_id, "add", added, stamp)
