"""Taking sound and video apart in limited processes, one for each file."""

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Self

from app.image.answers import AnswerError
from app.image.process import Child, DeadError
from app.media.contents import Contents, Intake
from app.media.errors import (
    MediaBusyError,
    MediaFault,
    MediaFileError,
    MediaWorkerError,
    Trouble,
)
from app.media.launch import launch
from app.media.limits import MediaSetup
from app.media.sniff import sniff

COMMAND: Final = (sys.executable, "-P", "-m", "app.media.child")
NO_AV: Final = "sound and video need the extra 'av': pip install 'seccheck[av]'"
_TOLD: Final = {
    Trouble.CRASHED: "the file ended the worker that decoded it",
    Trouble.TIMEOUT: "the file took longer to decode than allowed",
    Trouble.MEMORY: "the file needed more memory than allowed",
    Trouble.UNAVAILABLE: "no worker can be had at present",
}


@dataclass(frozen=True, slots=True)
class MediaStatus:
    """Whether files can be decoded: `missing` says why not.

    `model` is the decoders' version. `confined` tells whether system calls are
    taken away from workers.
    """

    model: str | None = None
    missing: str | None = None
    confined: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFigures:
    """Counts for metrics, since the start, and what is going on at present."""

    files: int
    busy: int
    waiting: int
    in_flight: int
    deaths: Mapping[Trouble, int]


class Media:
    """Takes files apart; for one event loop.

    Use it as an asynchronous context, or call `start` and `close`.
    """

    def __init__(
        self, setup: MediaSetup | None = None, *, workers: int = 1, waiting: int = 8
    ) -> None:
        """At most so many files are decoded at once, and so many more may wait."""
        if workers < 1 or waiting < 0:
            message = "at least one worker is needed, and no fewer than 0 may wait"
            raise ValueError(message)
        self.setup = setup or MediaSetup()
        self._places = asyncio.Semaphore(workers)
        self._most = workers + waiting
        self._workers = workers
        self._asked = 0
        self._files = 0
        self._busy = 0
        self._deaths = dict.fromkeys(Trouble, 0)
        self._status = MediaStatus(missing=_TOLD[Trouble.UNAVAILABLE])
        self._children: set[Child] = set()
        self._closed = False

    async def start(self) -> MediaStatus:
        """Start one worker to see whether that works; nothing is raised."""
        self._closed = False
        try:
            child = await self._child()
        except MediaWorkerError as error:
            self._status = MediaStatus(missing=str(error))
        else:
            if child is not None:
                await self._end(child)
        return self._status

    async def close(self) -> None:
        """End the workers; files that are decoded fail."""
        self._closed = True
        await asyncio.gather(*(child.kill() for child in list(self._children)))

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def status(self) -> MediaStatus:
        """Whether files can be decoded, as far as is known."""
        return self._status

    def pids(self) -> list[int]:
        """The numbers of the processes that there are at present."""
        return [child.pid for child in self._children]

    def figures(self) -> MediaFigures:
        """Counts for metrics."""
        in_flight = min(self._asked, self._workers)
        return MediaFigures(
            files=self._files,
            busy=self._busy,
            waiting=self._asked - in_flight,
            in_flight=in_flight,
            deaths=dict(self._deaths),
        )

    async def open(self, data: bytes) -> Contents | None:
        """Take a file apart; None where nothing is installed that could.

        Raises:
            MediaFileError: the file is at fault.
            MediaWorkerError: it could not be decoded safely, or no worker is there.
            MediaBusyError: too many files wait.
        """
        if len(data) > self.setup.media.size:
            message = "the file has too many bytes"
            raise MediaFileError(MediaFault.TOO_LARGE, message)
        sniff(data)  # what needs no worker gets none
        if self._asked >= self._most:
            self._busy += 1
            raise MediaBusyError("too many files are waiting; try again later")
        self._asked += 1
        try:
            async with self._places:
                return await self._open(data)
        finally:
            self._asked -= 1

    async def _open(self, data: bytes) -> Contents | None:
        child = await self._child()
        if child is None:
            return None
        try:
            return await self._read(child, data)
        except DeadError as death:
            raise self._died(death.trouble) from None
        except AnswerError:
            # What it sends can only come from a worker that was taken over.
            raise self._died(Trouble.CRASHED) from None
        finally:
            self._files += 1
            await self._end(child)

    async def _read(self, child: Child, data: bytes) -> Contents:
        loop = asyncio.get_running_loop()
        until = loop.time() + self.setup.worker.seconds
        intake = Intake(len(data), self.setup.media)
        await child.send(data, seconds=self.setup.worker.seconds)
        while intake.done is None:
            said = await child.receive(seconds=until - loop.time())
            if intake.message(said):
                left = until - loop.time()
                intake.body(said, await child.receive_bytes(seconds=left))
        return intake.contents()

    async def _child(self) -> Child | None:
        """A worker that waits for a file; None where it lacks the decoders.

        Raises:
            MediaWorkerError: none can be had.
        """
        if self._closed:
            raise self._died(Trouble.UNAVAILABLE)
        worker = self.setup.worker
        told = replace(self.setup, parent=os.getpid()).dump()
        try:
            child, said = await launch(COMMAND, worker, told)
        except DeadError:
            raise self._died(Trouble.UNAVAILABLE) from None
        self._children.add(child)
        self._status = _status(said)
        if self._status.missing is None:
            return child
        await self._end(child)
        return None

    async def _end(self, child: Child) -> None:
        """Nothing more is wanted of it."""
        await asyncio.shield(child.kill())
        self._children.discard(child)

    def _died(self, trouble: Trouble) -> MediaWorkerError:
        self._deaths[trouble] += 1
        return MediaWorkerError(trouble, _TOLD[trouble])


def _status(said: Mapping[str, object]) -> MediaStatus:
    if said.get("kind") != "ready":
        return MediaStatus(missing=NO_AV)
    confined = said.get("confined") is True
    return MediaStatus(model=str(said.get("model")), confined=confined)
