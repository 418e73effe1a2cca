"""`python -m app.lexicon.build`: compile one candidate in a process of its own.

The order comes as JSON on standard input, because a database address may hold a
password and command lines are public. The answer is JSON on standard output.
"""

import asyncio
import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from app.lexicon.candidate import parse_candidate
from app.lexicon.errors import LexiconError
from app.lexicon.fingerprint import fingerprint
from app.lexicon.service import Lexicon
from app.store import Database
from app.text.automaton import Engine
from app.text.checker import Checker
from app.text.compiling import compile_block
from app.text.container import DamagedError
from app.text.snapshot import thaw

SUFFIX = ".lex"
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


async def build(order: Order) -> Path:
    """Compile a candidate, try it, and put it in place, whole or not at all.

    Raises:
        LexiconError: there is no such content, or it cannot be compiled.
        OSError: the file cannot be written.
    """
    db = Database.open(order.database)
    try:
        content = await Lexicon(db).content(parse_candidate(order.candidate))
    finally:
        await db.close()
    path = Path(order.folder) / file_name(content.checksum, order.engine)
    if not path.exists():
        entries, lists = content.entries, content.lists
        block = compile_block(entries, scopes=lists, engine=order.engine)
        _try(block)
        write_whole(path, block)
    return path


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


def main() -> int:
    """Carry out the order; the answer has `path` or `error`."""
    os.nice(NICENESS)
    order = Order.load(sys.stdin.read())
    try:
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
