"""Drafts collect edits until somebody publishes them."""

import time
from collections.abc import AsyncIterable, Callable, Sequence

from app.lexicon.edits import Edit
from app.lexicon.plan import Mode
from app.lexicon.records import Change, Draft, LoadReport, Origin, State
from app.store import Database
from app.store.lexicon import TermRow


class Drafts:
    """Drafts and their changes."""

    def __init__(self, db: Database, *, clock: Callable[[], float] = time.time) -> None:
        """Work on an open, migrated database; `clock` gives Unix seconds."""
        self._db = db
        self._clock = clock

    async def create(self, title: str, who: str, origin: Origin = "operator") -> Draft:
        """Begin an empty draft."""
        raise NotImplementedError

    async def list(self, state: State | None = None) -> Sequence[Draft]:
        """Drafts, newest first."""
        raise NotImplementedError

    async def get(self, draft_id: int) -> Draft:
        """One draft."""
        raise NotImplementedError

    async def edit(
        self,
        draft_id: int,
        edits: Sequence[Edit],
        *,
        revision: int | None,
        who: str,
        why: str = "",
    ) -> Draft:
        """Make all these edits or none."""
        raise NotImplementedError

    async def changes(
        self, draft_id: int, after: int = 0, limit: int = 200
    ) -> Sequence[Change]:
        """Changes with an id above `after`, oldest first."""
        raise NotImplementedError

    async def undo(
        self, draft_id: int, change_id: int, *, revision: int | None, who: str
    ) -> Draft:
        """Take a change back, with all others of the draft on the same word."""
        raise NotImplementedError

    async def fill(
        self,
        draft_id: int,
        batches: AsyncIterable[Sequence[TermRow]],
        *,
        list_name: str,
        mode: Mode,
        revision: int | None,
        who: str,
        why: str = "",
        dry_run: bool = False,
    ) -> LoadReport:
        """Load a whole list, in bounded memory."""
        raise NotImplementedError

    async def discard(
        self, draft_id: int, *, who: str, revision: int | None = None
    ) -> Draft:
        """Give a draft up."""
        raise NotImplementedError

    async def approve(self, draft_id: int, *, revision: int, who: str) -> Draft:
        """Find a draft good as it is at this revision."""
        raise NotImplementedError
