"""Making versions: from a draft, back to a former one, or in an emergency."""

import time
from collections.abc import Awaitable, Callable
from datetime import datetime

from app.domain.entry import Match
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.lexicon.candidate import Candidate
from app.store import Database
from app.store.lexicon import VersionRow

Check = Callable[[Candidate], Awaitable[None]]


class Publisher:
    """Makes versions live."""

    def __init__(
        self,
        db: Database,
        *,
        clock: Callable[[], float] = time.time,
        check: Check | None = None,
        four_eyes: bool = False,
    ) -> None:
        """`check` raises LexiconError for content that does not compile."""

    async def publish(
        self,
        draft_id: int,
        *,
        revision: int,
        who: str,
        why: str = "",
        force: bool = False,
    ) -> VersionRow:
        """Serve the live version with the changes of a draft."""
        raise NotImplementedError

    async def rollback(self, number: int, *, who: str, why: str = "") -> VersionRow:
        """Serve the content of a former version again, under a new number."""
        raise NotImplementedError

    async def block(
        self,
        term: str,
        *,
        label: Label,
        hours: float | None = None,
        expires: datetime | None = None,
        list_name: str = "emergency",
        level: int = 100,
        match: Match = Match.FUZZY,
        scenes: frozenset[Scene] = frozenset(),
        who: str,
        why: str = "",
    ) -> VersionRow:
        """Serve one more word at once, for a limited time."""
        raise NotImplementedError
