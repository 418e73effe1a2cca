"""`python -m app.lexicon.build`: compile one candidate in a process of its own.

The order comes as JSON on standard input, because a database address may hold a
password and command lines are public. The answer is JSON on standard output.
"""

import asyncio
import fcntl
import gc
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from app.lexicon.candidate import Candidate, parse_candidate
from app.lexicon.errors import LexiconError
from app.lexicon.fingerprint import fingerprint
from app.lexicon.notes import drop_notes, note_of, read_note
from app.lexicon.service import Lexicon
from app.store import Database
from app.store.lexicon import version_row
from app.text.automaton import Engine
from app.text.checker import Checker
from app.text.compiling import compile_block
from app.text.container import DamagedError
from app.text.snapshot import thaw

SUFFIX = ".lex"
KEPT = 6
"""Compiled wordlists left on the disk, newest first, in use or not."""
NICENESS = 5
"""Requests come first: a build may take a second longer."""
_SAMPLE = "加微信 ab12345 或看 www.example.com"


@dataclass(frozen=True, slots=True)
class Order:
    """What to compile, from where, and into which folder."""

    database: str
    candidate: str
    folder: str
    engine: Engine

    @classmethod
    def load(cls, written: str) -> Self:
        """Read an order from `dump`."""
        return cls(**json.loads(written))

    def dump(self) -> str:
        """The order as JSON."""
        return json.dumps(asdict(self))


def file_name(checksum: str, engine: Engine) -> str:
    """The name of the block for content with this checksum."""
    return f"{checksum}-{fingerprint(engine)}{SUFFIX}"


async def known(
    db: Database, candidate: Candidate, folder: Path, engine: Engine
) -> Path | None:
    """The file of a candidate when it is there, and known to be that of a draft.

    Raises:
        LexiconError: there is no such version or draft.
    """
    if candidate.kind == "draft":
        return read_note(await note_of(db, candidate, folder, engine))
    async with db.read() as connection:
        row = await version_row(connection, candidate.number)
    if row is None:
        raise LexiconError(f"there is no version {candidate.number}")
    path = folder / await asyncio.to_thread(file_name, row.checksum, engine)
    return path if path.exists() else None


@contextmanager
def turn(folder: Path, *, wait: bool) -> Iterator[bool]:
    """Whether nobody else builds in this folder; freed when a process dies."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("w") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except OSError:
            yield False
        else:
            yield True


async def build(order: Order) -> Path:
    """Compile a candidate, try it, and put it in place, whole or not at all.

    Raises:
        LexiconError: there is no such content, or it cannot be compiled.
        OSError: the file cannot be written.
    """
    folder, candidate = Path(order.folder), parse_candidate(order.candidate)
    db = Database.open(order.database)
    try:
        path = await known(db, candidate, folder, order.engine)
        if path is not None:  # somebody was quicker
            return path
        note = await _note(db, candidate, order)
        content = await Lexicon(db).content(candidate)
        # Published meanwhile: then nobody can say which of both contents it was.
        sure = note == await _note(db, candidate, order)
    finally:
        await db.close()
    path = folder / file_name(content.checksum, order.engine)
    if not path.exists():
        entries, lists = content.entries, content.lists
        block = compile_block(entries, scopes=lists, engine=order.engine)
        _try(block)
        write_whole(path, block)
        _prune(folder, path)
    if note is not None and sure:
        write_whole(note, path.name.encode())
    return path


async def _note(db: Database, candidate: Candidate, order: Order) -> Path | None:
    """Where to note what a draft came to; None for a version."""
    if candidate.kind == "version":
        return None
    return await note_of(db, candidate, Path(order.folder), order.engine)


def _try(block: bytes) -> None:
    """Use a block once; what cannot check a text must not be published.

    Raises:
        LexiconError: it cannot.
    """
    try:
        Checker(thaw(memoryview(block))).check(_SAMPLE)
    except DamagedError as error:
        raise LexiconError(f"the compiled wordlist is unusable: {error}") from error


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees a part of it.

    Raises:
        OSError: the disk is full, or the folder cannot be written to.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _prune(folder: Path, newest: Path) -> None:
    """Forget old files; a process that has one mapped keeps it all the same."""
    files = [path for path in folder.glob(f"*{SUFFIX}") if path != newest]
    files.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in [*files[KEPT - 1 :], *folder.glob("*.part")]:
        path.unlink(missing_ok=True)
    drop_notes(folder)


def main() -> int:
    """Carry out the order; the answer has `path` or `error`."""
    os.nice(NICENESS)
    # Everything lives until the end, so that looking for garbage finds none.
    gc.disable()
    order = Order.load(sys.stdin.read())
    try:
        with turn(Path(order.folder), wait=True):
            answer = {"path": str(asyncio.run(build(order)))}
    except LexiconError as error:
        answer = {"error": str(error)}
    except OSError as error:
        answer = {"error": f"the file cannot be written: {error.strerror}"}
    except Exception as error:  # noqa: BLE001 - a driver's message may quote terms
        answer = {"error": f"it cannot be read or compiled: {type(error).__name__}"}
    sys.stdout.write(json.dumps(answer))
    return 0 if "path" in answer else 1


if __name__ == "__main__":
    sys.exit(main())
