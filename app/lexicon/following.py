"""Following whatever version is live: the loop that every kind of list shares."""

import asyncio
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import timedelta
from typing import Final

LONGEST_WAIT: Final = timedelta(seconds=30)
"""A version that cannot be used is tried again this often at least."""

_log = logging.getLogger(__name__)


class Following(ABC):
    """Keeps one process on a live version.

    `error` says in one sentence why a newer version is not installed, and is None
    when all is well; the installed version keeps serving meanwhile. It was installed
    at `installed_at`, and last known to be the live one at `confirmed_at`: Unix
    seconds, None for never.
    """

    def __init__(
        self,
        what: str,
        trouble: str,
        known: type[Exception],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Follow `what`; `trouble` begins the sentence in `error`.

        Messages of `known` errors are our own and shown; of others only the kind is:
        a driver's may quote content.
        """
        self._what = what
        self._trouble = trouble
        self._known = known
        self._clock = clock
        self._tried = 0
        self.error: str | None = None
        self.installed_at: float | None = None
        self.confirmed_at: float | None = None

    @property
    @abstractmethod
    def version(self) -> int:
        """The number of the installed version, 0 for none."""

    @abstractmethod
    async def _live_number(self) -> int:
        """The number of the live version, 0 for none."""

    @abstractmethod
    async def _follow(self) -> bool:
        """Compare, load, install; note in `_tried` what was tried."""

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
            _log.info("%s again, version %d", self._what, self.version)
            self.error = None
        return changed

    async def run(self, poll: timedelta) -> None:
        """Refresh every `poll` until cancelled.

        What cannot be used is tried again at a slower and slower pace; another
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
            return await self._live_number() != self._tried
        except Exception:  # noqa: BLE001 - the next refresh reports it
            return False

    def _report(self, failure: Exception) -> None:
        """Say once, not at every poll, what keeps a version out."""
        own = isinstance(failure, self._known)
        reason = str(failure) if own else type(failure).__name__
        message = f"{self._trouble}: {reason}"
        if message != self.error:
            _log.error("%s", message, exc_info=None if own else failure)
        self.error = message
