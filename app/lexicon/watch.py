"""Every process follows the live version by itself."""

import asyncio
import gc
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from app.lexicon.candidate import Candidate
from app.lexicon.errors import LexiconError
from app.lexicon.following import Following
from app.text.snapshot import Snapshot

_log = logging.getLogger(__name__)


class Versions(Protocol):
    """The part of `Lexicon` that following needs."""

    async def live_version(self) -> int:
        """The number of the version to serve, 0 for none."""
        ...


Load = Callable[[Candidate], Awaitable[Snapshot]]
"""How a version becomes a snapshot, without holding the event loop."""


class Follower(Following):
    """Keeps one process on the live version.

    `version` is what is installed (0: nothing yet), since `installed_at`; at
    `confirmed_at` it was last known to be the live one. Both are Unix seconds, None
    for never. `error` says in one sentence why a newer version is not installed, and
    is None when all is well; the installed version keeps serving meanwhile.
    """

    def __init__(
        self,
        lexicon: Versions,
        install: Callable[[Snapshot], None],
        load: Load,
        *,
        prepare: Callable[[], object] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Hand every new snapshot to `install`, on the event loop.

        `prepare` is called once in a thread, while the first version is loaded;
        `clock` gives Unix seconds.
        """
        super().__init__(
            "the lexicon follows",
            "the live word list version cannot be loaded",
            LexiconError,
            clock,
        )
        self._prepare = prepare
        self._lexicon = lexicon
        self._install = install
        self._load = load
        self._version = 0

    @property
    def version(self) -> int:
        """The number of the installed version, 0 for none."""
        return self._version

    async def _live_number(self) -> int:
        return await self._lexicon.live_version()

    async def _follow(self) -> bool:
        """Compare, load, install."""
        live = self._tried = await self._lexicon.live_version()
        if live == self.version:
            return False
        snapshot = await self._snapshot(live)
        self._install(snapshot)
        if self.version:
            # Garbage that is frozen would stay, and the old words with it.
            gc.collect()
        # What is loaded once is no garbage: without this a full collection looks
        # at all of it again and again, while requests wait.
        gc.freeze()
        self._version, self.installed_at = live, self._clock()
        entries = len(snapshot.entries)
        _log.info("serving lexicon version %d with %d entries", live, entries)
        return True

    async def _snapshot(self, live: int) -> Snapshot:
        """Load a version; the first time do what else takes its time meanwhile."""
        candidate = Candidate("version", live)
        prepare, self._prepare = self._prepare, None
        if prepare is None:
            return await self._load(candidate)
        preparing = asyncio.create_task(asyncio.to_thread(prepare))
        try:
            return await self._load(candidate)
        finally:
            await preparing
