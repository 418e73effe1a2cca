"""A file on its way to the server, with a progress bar on a terminal."""

import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import typer

from app.cli_common import fail

PIECE = 65_536
"""Bytes that are read and sent at a time."""


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file to read; `-` is standard input.

    Raises:
        CommandError: it cannot be read.
    """
    if str(path) == "-":
        yield sys.stdin.buffer
        return
    try:
        with path.open("rb") as source:
            yield source
    except OSError as error:
        fail(f"cannot read {path}: {error.strerror or error}")


class Upload:
    """A bar for both halves of the way: sending, and reading on the server."""

    def __init__(self, size: int, step: Callable[[int], None]) -> None:
        """A file of `size` bytes; `step` moves a bar by bytes."""
        self._size = size
        self._step = step
        self._lines = 0
        self._told = 0

    def sent(self, piece: bytes) -> None:
        """A piece was sent."""
        self._lines += piece.count(b"\n")
        self._step(len(piece))

    def read(self, rows: int) -> None:
        """The server has read so many rows."""
        share = min(rows / max(self._lines, 1), 1.0)
        further = int(share * self._size) - self._told
        if further > 0:
            self._told += further
            self._step(further)


async def pieces(
    source: BinaryIO, upload: Upload | None = None
) -> AsyncIterator[bytes]:
    """The content of a file; `upload` hears of each piece."""
    while piece := source.read(PIECE):
        yield piece
        if upload is not None:
            upload.sent(piece)


@contextmanager
def progress(
    source: BinaryIO, label: str, *, read: bool = False
) -> Iterator[Upload | None]:
    """A bar on standard error for a file; None off a terminal.

    With `read` only half of it is the sending.
    """
    if not source.seekable():
        yield None
        return
    size = source.seek(0, 2)
    source.seek(0)
    with bar(2 * size if read else size, label) as step:
        yield None if step is None else Upload(size, step)


@contextmanager
def bar(length: int, label: str) -> Iterator[Callable[[int], None] | None]:
    """A bar on standard error that is told each step; None off a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    with typer.progressbar(length=length, label=label, file=sys.stderr) as shown:
        yield shown.update
