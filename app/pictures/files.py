"""Versions of the lists as files: written once on a machine, mapped by all workers."""

import asyncio
import os
from pathlib import Path
from typing import Final

from app.image.known_file import KnownFile
from app.image.known_format import KnownFileError
from app.lexicon.build import turn
from app.lexicon.children import ChildError, command, made_by
from app.pictures.build import Order, file_name
from app.pictures.errors import PicturesError
from app.pictures.records import Live

FOLDER: Final = "pictures"
"""The folder of these files inside a data folder."""
COMMAND = command("app.pictures.build")
WRITE_SECONDS: Final = 300.0
"""Writing that takes longer is ended: a million hashes take some seconds."""
_RETRY = 0.1


class PictureFiles:
    """The files of one machine.

    Nothing is read or written in the calling process: a child reads the database,
    so that requests are not kept waiting.
    """

    def __init__(self, folder: Path, address: str) -> None:
        """Keep files in `folder`; `address` is that of the database, for the child."""
        self._folder = folder.resolve()
        self._address = address

    async def file(self, live: Live) -> Path | None:
        """The file of a version, written first if need be; None for one of nothing.

        Raises:
            PicturesError: it cannot be written.
        """
        if not live.pictures:
            return None
        path = await self._written(live)
        if await asyncio.to_thread(_sound, path):
            return path
        # A disk that lost a part of it, or a sweep that took it: write it again.
        path.unlink(missing_ok=True)
        path = await self._written(live)
        if not await asyncio.to_thread(_sound, path):
            raise PicturesError("the file of known pictures is damaged each time")
        return path

    async def _written(self, live: Live) -> Path:
        path = self._folder / file_name(live.checksum)
        while not path.exists():
            # Others on this machine may want the same: one child is enough.
            if self._nobody_writes():
                return await self._write(live)
            await asyncio.sleep(_RETRY)
        return path

    def _nobody_writes(self) -> bool:
        try:
            with turn(self._folder, wait=False) as free:
                return free
        except OSError as error:
            reason = error.strerror or type(error).__name__
            message = f"the folder of known pictures cannot be used: {reason}"
            raise PicturesError(message) from error

    async def _write(self, live: Live) -> Path:
        """Let a child write."""
        order = Order(self._address, live.number, str(self._folder))
        try:
            return await made_by(
                COMMAND,
                order.dump().encode(),
                seconds=WRITE_SECONDS,
                work="writing the file",
                child="the writing process",
            )
        except ChildError as error:
            raise PicturesError(str(error)) from None


def _sound(path: Path) -> bool:
    """Whether workers can use a file; the sweep then spares it for a while."""
    try:
        KnownFile.open(path)
        os.utime(path)
    except (KnownFileError, OSError):
        return False
    return True
