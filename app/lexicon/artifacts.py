"""Compiled wordlists as files: built once on a machine, mapped by every process."""

import asyncio
import fcntl
import json
import mmap
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.lexicon.build import SUFFIX, Order, file_name
from app.lexicon.candidate import Candidate
from app.lexicon.errors import LexiconError
from app.store import Database
from app.store.lexicon import version_row
from app.text.automaton import Engine
from app.text.checker import Checker
from app.text.container import DamagedError
from app.text.snapshot import Snapshot, thaw

KEPT = 6
"""Compiled wordlists left on the disk, newest first; in use or not."""
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
            with _turn(self._folder) as mine:
                if mine:
                    path = await self._compile(candidate)
                    await asyncio.to_thread(_prune, self._folder, path)
                    return path
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
        """The file of a version, when it is there; a draft's content is not known."""
        if candidate.kind == "draft":
            return None
        async with self._db.read() as connection:
            row = await version_row(connection, candidate.number)
        if row is None:
            raise LexiconError(f"there is no version {candidate.number}")
        name = await asyncio.to_thread(file_name, row.checksum, self._engine)
        path = self._folder / name
        return path if path.exists() else None

    async def _compile(self, candidate: Candidate) -> Path:
        """Let a child compile."""
        folder = str(self._folder.resolve())
        order = Order(self._address, candidate.text(), folder, self._engine)
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "app.lexicon.build",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=_environment(),
        )
        try:
            said, _ = await asyncio.wait_for(
                child.communicate(order.dump().encode()), BUILD_SECONDS
            )
        except TimeoutError:
            message = f"compiling took longer than {BUILD_SECONDS:.0f} seconds"
            raise LexiconError(message) from None
        finally:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()
        return _answer(said, child.returncode)


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
    Checker(snapshot).check(_SAMPLE)
    return snapshot


def _answer(said: bytes, code: int | None) -> Path:
    """What the child answered.

    Raises:
        LexiconError: no path.
    """
    try:
        answer = json.loads(said)
    except ValueError:
        message = f"the compiling process ended with {code} and no answer"
        raise LexiconError(message) from None
    if "path" not in answer:
        raise LexiconError(str(answer.get("error")))
    return Path(answer["path"])


def _environment() -> dict[str, str]:
    """The child finds the same package; nothing else of ours concerns it."""
    root = str(Path(__file__).resolve().parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths)}


@contextmanager
def _turn(folder: Path) -> Iterator[bool]:
    """Whether it is our turn to build in this folder; freed when a process dies."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("w") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True


def _prune(folder: Path, newest: Path) -> None:
    """Forget old files; a process that has one mapped keeps it all the same."""
    files = [path for path in folder.glob(f"*{SUFFIX}") if path != newest]
    files.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[KEPT - 1 :]:
        path.unlink(missing_ok=True)
    for part in folder.glob("*.part"):
        part.unlink(missing_ok=True)
