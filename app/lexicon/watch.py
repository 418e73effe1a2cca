"""Every process follows the live version by itself."""

import asyncio
import gc
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol

from app.lexicon.candidate import Candidate
from app.lexicon.errors import LexiconError
from app.text.snapshot import Snapshot

LONGEST_WAIT = timedelta(seconds=30)
"""A version that cannot be loaded is tried again this often at least."""

_log = logging.getLogger(__name__)


class Versions(Protocol):
    """The part of `Lexicon` that following needs."""

    async def live_version(self) -> int:
        """The number of the version to serve, 0 for none."""
        ...


Load = Callable[[Candidate], Awaitable[Snapshot]]
"""How a version becomes a snapshot, without holding the event loop."""


class Follower:
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
        self._clock = clock
        self._prepare = prepare
        self._lexicon = lexicon
        self._install = install
        self._load = load
        self._tried = 0
        self.version = 0
        self.error: str | None = None
        self.installed_at: float | None = None
        self.confirmed_at: float | None = None

    async def refresh(self) -> bool:
        """Install the live version unless it is; whether something was installed.

        Never raises an error of the database or of the version: see `error`.
        """
        try:
            changed = await self._follow()
        except Exception as failure:  # noqa: BLE001 - serving goes on, whatever it is
            self._report(failure)
            return False
        self.confirmed_at = self._clock()
        if self.error is not None:
            _log.info("the lexicon follows again, version %d", self.version)
            self.error = None
        return changed

    async def run(self, poll: timedelta) -> None:
        """Refresh every `poll` until cancelled.

        What cannot be loaded is tried again at a slower and slower pace; another
        version that goes live meanwhile is not kept waiting.
        """
        clock = asyncio.get_running_loop().time
        pause, due = poll, clock()
        while True:
            if self.error is None or clock() >= due or await self._moved():
                await self.refresh()
                failed = self.error is not None
                pause = min(pause * 2, max(poll, LONGEST_WAIT)) if failed else poll
                due = clock() + pause.total_seconds()
            await asyncio.sleep(poll.total_seconds())

    async def _moved(self) -> bool:
        """Whether another version is live than the one that was tried last."""
        try:
            return await self._lexicon.live_version() != self._tried
        except Exception:  # noqa: BLE001 - the next refresh reports it
            return False

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
        self.version, self.installed_at = live, self._clock()
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

    def _report(self, failure: Exception) -> None:
        """Say once, not at every poll, what keeps a version out."""
        # Only our own messages are shown: a driver's may quote terms.
        own = isinstance(failure, LexiconError)
        reason = str(failure) if own else type(failure).__name__
        message = f"the live word list version cannot be loaded: {reason}"
        if message != self.error:
            _log.error("%s", message, exc_info=None if own else failure)
        self.error = message
