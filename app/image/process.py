"""The service's side of one limited process, whatever room it works for."""

import asyncio
import os
import resource
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

from app.image import answers, wire
from app.image.errors import Trouble

_PAGE: Final = resource.getpagesize()
_STOPPING: Final = 2.0
_BUFFER: Final = 256 * 1024

_T = TypeVar("_T")


class DeadError(Exception):
    """The worker has ended, or was ended; nothing more will come of it."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


class Child:
    """A process that was started by `spawn`; end it with `stop` or `kill`."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @property
    def memory(self) -> int:
        """Bytes of memory that the process holds; 0 when that is unknown."""
        try:
            held = Path(f"/proc/{self._process.pid}/statm").read_text(encoding="ascii")
            return int(held.split()[1]) * _PAGE
        except (OSError, ValueError, IndexError):
            return 0

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    async def send(self, *messages: bytes, seconds: float) -> None:
        """Send messages.

        Raises:
            DeadError: it is gone, or did not read in time and was ended.
        """
        await self._within(self._write(*messages), seconds)

    async def receive(self, *, seconds: float) -> Mapping[str, object]:
        """The next message.

        Raises:
            DeadError: none came in time, or none at all; the process has ended.
        """
        return answers.load(await self.receive_bytes(seconds=seconds))

    async def receive_bytes(self, *, seconds: float) -> bytes:
        """The next message as it was sent; raises like `receive`."""
        stream = self._process.stdout
        assert stream is not None  # noqa: S101 - a pipe was asked for
        return await self._within(_message(stream), seconds)

    async def ended(self) -> None:
        """Wait until the process ends by itself."""
        await self._process.wait()

    async def kill(self) -> None:
        """End the process, whatever it does, and wait until it is gone."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._gone()

    async def stop(self) -> None:
        """Let the process end, and make sure that it does."""
        self._close()
        try:
            async with asyncio.timeout(_STOPPING):
                await self._process.wait()
        except TimeoutError:
            await self.kill()

    async def _write(self, *messages: bytes) -> None:
        stream = self._process.stdin
        assert stream is not None  # noqa: S101 - a pipe was asked for
        stream.write(wire.framed(*messages))
        await stream.drain()

    async def _within(self, work: Awaitable[_T], seconds: float) -> _T:
        try:
            async with asyncio.timeout(seconds):
                return await work
        except TimeoutError:
            await self.kill()
            raise DeadError(Trouble.TIMEOUT) from None
        except wire.WireError:
            await self.kill()
            raise DeadError(Trouble.CRASHED) from None
        except (asyncio.IncompleteReadError, ConnectionError):
            raise DeadError(await self.cause()) from None

    async def cause(self) -> Trouble:
        """Why a process ended that nobody here has ended."""
        try:
            async with asyncio.timeout(_STOPPING):
                code = await self._process.wait()
        except TimeoutError:  # it only closed its line
            code = None
        await self.kill()
        if code == -signal.SIGXCPU:
            return Trouble.TIMEOUT
        # Only the kernel kills besides us, when memory runs out for all.
        memory = code in {wire.OUT_OF_MEMORY, -signal.SIGKILL}
        return Trouble.MEMORY if memory else Trouble.CRASHED

    async def _gone(self) -> None:
        await self._process.wait()
        self._close()

    def _close(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()


async def _message(stream: asyncio.StreamReader) -> bytes:
    size = wire.length(await stream.readexactly(wire.HEAD))
    return await stream.readexactly(size)


async def spawn(command: Sequence[str], threads: int) -> Process:
    """Start a clean interpreter, with nothing of the service's environment.

    Secrets stand there. What the service can import the worker can, too.

    Raises:
        OSError: it cannot be started.
    """
    paths = [path or str(Path.cwd()) for path in sys.path]
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,  # a traceback may quote what was in a file
        limit=_BUFFER,
        env={
            "LANG": "C.UTF-8",
            "MALLOC_ARENA_MAX": "2",
            "OMP_NUM_THREADS": str(threads),
            "OPENBLAS_NUM_THREADS": str(threads),
            "PATH": os.defpath,
            "PYTHONPATH": os.pathsep.join(paths),
        },
    )
