"""The service's side of one worker process."""

import asyncio
import os
import resource
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final, Self, TypeVar

from app.image import answers, wire
from app.image.answers import AnswerError
from app.image.errors import Trouble
from app.image.setup import Setup

COMMAND: Final = (sys.executable, "-P", "-m", "app.image.child")
_PAGE: Final = resource.getpagesize()
_STOPPING: Final = 2.0
_BUFFER: Final = 256 * 1024

_T = TypeVar("_T")


class DeadError(Exception):
    """The worker has ended, or was ended; nothing more will come of it."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


class StartError(Exception):
    """No worker came to be; `name` is the classifier that it was loading, if any."""

    def __init__(self, trouble: Trouble, name: str | None) -> None:
        super().__init__(trouble, name)
        self.trouble = trouble
        self.name = name


class Worker:
    """A process that was started; end it with `stop` or `kill`."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.models: dict[str, str] = {}
        """By name, the models of the classifiers that were loaded."""
        self.missing: dict[str, str] = {}
        """By name, why a classifier could not be loaded."""
        self.confined = False
        self.served = 0

    @classmethod
    async def start(cls, setup: Setup) -> Self:
        """Start a process and have it load its classifiers.

        Raises:
            StartError: it did not become ready.
        """
        name: str | None = None
        try:
            worker = cls(await _spawn(setup))
        except OSError as error:
            raise StartError(Trouble.UNAVAILABLE, None) from error
        try:
            told = replace(setup, parent=os.getpid())
            await worker.send(told.dump(), seconds=setup.worker.start_seconds)
            while (said := await worker._loading(setup)) is not None:
                name = said
        except DeadError as death:
            raise StartError(death.trouble, name) from death
        except AnswerError as error:
            await worker.kill()
            raise StartError(Trouble.CRASHED, name) from error
        except BaseException:
            await worker.kill()
            raise
        return worker

    async def _loading(self, setup: Setup) -> str | None:
        """One message of a worker that starts; None when it is ready."""
        message = await self.receive(seconds=setup.worker.start_seconds)
        kind, name = message.get("kind"), str(message.get("name"))
        if kind == "loaded":
            self.models[name] = str(message.get("model"))
        elif kind == "unloaded":
            self.missing[name] = str(message.get("why"))
        elif kind == "ready":
            self.confined = message.get("confined") is True
            return None
        return name

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


async def _spawn(setup: Setup) -> Process:
    """Start a clean interpreter, with nothing of the service's environment.

    Secrets stand there. What the service can import the worker can, too.
    """
    paths = [path or str(Path.cwd()) for path in sys.path]
    threads = str(setup.worker.threads)
    return await asyncio.create_subprocess_exec(
        *COMMAND,
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,  # a traceback may quote what was in a picture
        limit=_BUFFER,
        env={
            "LANG": "C.UTF-8",
            "MALLOC_ARENA_MAX": "2",
            "OMP_NUM_THREADS": threads,
            "OPENBLAS_NUM_THREADS": threads,
            "PATH": os.defpath,
            "PYTHONPATH": os.pathsep.join(paths),
        },
    )
