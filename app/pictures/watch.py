"""Every process follows the live version of the picture lists by itself."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Final, Protocol

from app.pictures.errors import PicturesError
from app.pictures.records import Live

LONGEST_WAIT: Final = timedelta(seconds=30)
"""A version that cannot be used is tried again this often at least."""

_log = logging.getLogger(__name__)


class Versions(Protocol):
    """The part of `Pictures` that following needs."""

    async def live(self) -> Live:
        """The version to serve, number 0 for none."""
        ...


File = Callable[[Live], Awaitable[Path | None]]
"""How a version becomes a file; None for one that lists nothing."""


class PictureFollower:
    """Keeps one process on the live version.

    `version` is what is installed, with `count` pictures, since `installed_at`; at
    `confirmed_at` it was last known to be the live one. Both are Unix seconds, None
    for never. `error` says in one sentence why a newer version is not installed, and
    is None when all is well; the installed version keeps serving meanwhile.
    """

    def __init__(
        self,
        pictures: Versions,
        file: File,
        on_file: Callable[[Path | None], None],
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Hand the file of every new version to `on_file`, on the event loop.

        It is called at the first refresh in any case. `clock` gives Unix seconds.
        """
        self._pictures = pictures
        self._file = file
        self._on_file = on_file
        self._clock = clock
        self._installed: Live | None = None
        self._tried = 0
        self.error: str | None = None
        self.installed_at: float | None = None
        self.confirmed_at: float | None = None

    @property
    def version(self) -> int:
        """The number of the installed version, 0 for none."""
        return self._installed.number if self._installed else 0

    @property
    def count(self) -> int:
        """How many pictures the installed version has."""
        return self._installed.pictures if self._installed else 0

    @property
    def trouble(self) -> str | None:
        """Why pictures are not compared with any version, None when they are."""
        if self._installed is not None:
            return None
        return self.error or "the picture lists are not loaded yet"

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
            _log.info("the picture lists follow again, version %d", self.version)
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
            return (await self._pictures.live()).number != self._tried
        except Exception:  # noqa: BLE001 - the next refresh reports it
            return False

    async def _follow(self) -> bool:
        """Compare, have the file written, install."""
        live = await self._pictures.live()
        self._tried = live.number
        if live == self._installed:
            return False
        self._on_file(await self._file(live))
        self._installed, self.installed_at = live, self._clock()
        if live.number:
            _log.info(
                "serving version %d of the picture lists with %d pictures",
                live.number,
                live.pictures,
            )
        return True

    def _report(self, failure: Exception) -> None:
        """Say once, not at every poll, what keeps a version out."""
        # Only our own messages are shown: a driver's may quote rows.
        own = isinstance(failure, PicturesError)
        reason = str(failure) if own else type(failure).__name__
        message = f"the live version of the picture lists cannot be used: {reason}"
        if message != self.error:
            _log.error("%s", message, exc_info=None if own else failure)
        self.error = message
