"""Every process follows the live version of the picture lists by itself."""

import logging
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from app.lexicon.following import Following
from app.pictures.errors import PicturesError
from app.pictures.records import Live

_log = logging.getLogger(__name__)


class Versions(Protocol):
    """The part of `Pictures` that following needs."""

    async def live(self) -> Live:
        """The version to serve, number 0 for none."""
        ...


File = Callable[[Live], Awaitable[Path | None]]
"""How a version becomes a file; None for one that lists nothing."""


class PictureFollower(Following):
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
        super().__init__(
            "the picture lists follow",
            "the live version of the picture lists cannot be used",
            PicturesError,
            clock,
        )
        self._installed: Live | None = None

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

    async def _live_number(self) -> int:
        return (await self._pictures.live()).number

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
