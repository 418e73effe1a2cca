"""Compiled wordlists as files: built once on a machine, mapped by every process."""

import asyncio
import mmap
import os
import subprocess
from pathlib import Path
from subprocess import PIPE
from threading import Thread

from app.lexicon.build import Order, known, turn
from app.lexicon.candidate import Candidate
from app.lexicon.children import ChildError, command, made_by
from app.lexicon.errors import LexiconError
from app.store import Database
from app.text.automaton import Engine
from app.text.checker import Checker
from app.text.container import DamagedError
from app.text.snapshot import Snapshot, thaw

COMPILED = "lexicon"
"""The folder of compiled wordlists inside a data folder."""
COMMAND = command("app.lexicon.build")
BUILD_SECONDS = 600.0
"""A build that takes longer is ended: a million terms take about a minute."""
_SAMPLE = "加微信 ab12345 或看 www.example.com，电话13800000000"
_RETRY = 0.1


class Artifacts:
    """The compiled wordlists of one machine.

    Nothing is compiled in the calling process: a child reads the database, so
    that requests are not kept waiting, and a list that exhausts memory ends the
    child alone.
    """

    def __init__(
        self,
        folder: Path,
        db: Database,
        address: str,
        *,
        engine: Engine = "auto",
    ) -> None:
        """Keep files in `folder`; `address` is that of `db`, for the child."""
        self._folder = folder
        self._db = db
        self._address = address
        self._engine = engine

    async def build(self, candidate: Candidate) -> Path:
        """The file of a candidate, compiled first if need be.

        Raises:
            LexiconError: there is no such content, or it cannot be compiled.
        """
        while (path := await self._known(candidate)) is None:
            # Others on this machine may want the same: one child is enough.
            if self._nobody_builds():
                return await self._compile(candidate)
            await asyncio.sleep(_RETRY)
        return path

    async def check(self, candidate: Candidate) -> None:
        """Make sure that a candidate can be served.

        Raises:
            LexiconError: it cannot; the message says why.
        """
        await self.build(candidate)

    async def load(self, candidate: Candidate) -> Snapshot:
        """The snapshot of a candidate, ready for its first text.

        Raises:
            LexiconError: there is no such content, or it cannot be compiled.
        """
        version = str(candidate.number)
        path = await self.build(candidate)
        try:
            return await asyncio.to_thread(load, path, version=version)
        except (DamagedError, FileNotFoundError):
            # A disk that lost a part of it, or a sweep that took it: make it again.
            path.unlink(missing_ok=True)
        path = await self.build(candidate)
        try:
            return await asyncio.to_thread(load, path, version=version)
        except DamagedError as error:
            raise LexiconError(f"the compiled wordlist is unusable: {error}") from error

    async def _known(self, candidate: Candidate) -> Path | None:
        return await known(self._db, candidate, self._folder, self._engine)

    def _nobody_builds(self) -> bool:
        """Whether nobody compiles on this machine at the moment.

        Raises:
            LexiconError: the folder cannot be used.
        """
        try:
            with turn(self._folder, wait=False) as free:
                return free
        except OSError as error:
            reason = error.strerror or type(error).__name__
            message = f"the folder of compiled wordlists cannot be used: {reason}"
            raise LexiconError(message) from error

    async def _compile(self, candidate: Candidate) -> Path:
        """Let a child compile."""
        told = order(self._folder, self._address, candidate, self._engine)
        try:
            return await made_by(
                COMMAND,
                told,
                seconds=BUILD_SECONDS,
                work="compiling",
                child="the compiling process",
            )
        except ChildError as error:
            raise LexiconError(str(error)) from None


def begin(folder: Path, address: str, candidate: Candidate, engine: Engine) -> None:
    """Have a version compiled without waiting for it.

    A service that starts thus compiles while it loads its own code; its first
    `build` then waits for this one.
    """
    told = order(folder, address, candidate, engine)
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        COMMAND, stdin=PIPE, stdout=subprocess.DEVNULL
    )
    # A thread, so that nobody waits and no dead child is left behind.
    Thread(target=child.communicate, args=(told,), daemon=True).start()


def order(folder: Path, address: str, candidate: Candidate, engine: Engine) -> bytes:
    """What the child is told."""
    where = str(folder.resolve())
    return Order(address, candidate.text(), where, engine).dump().encode()


def load(path: Path, *, version: str = "") -> Snapshot:
    """Map a compiled wordlist and use it once, so that no request pays for that.

    Raises:
        DamagedError: the file is not intact.
        OSError: it cannot be read.
    """
    with path.open("rb") as opened:
        size = os.fstat(opened.fileno()).st_size
        if not size:
            raise DamagedError("the file is empty")
        mapped = mmap.mmap(opened.fileno(), size, access=mmap.ACCESS_READ)
    snapshot = thaw(memoryview(mapped), version=version)
    checker = Checker(snapshot)
    checker.check(_SAMPLE)
    checker.certainly_clean([_SAMPLE])
    return snapshot
