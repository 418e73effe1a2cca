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


async def pieces(
    source: BinaryIO, seen: Callable[[int], None] | None = None
) -> AsyncIterator[bytes]:
    """The content of a file; `seen` hears how many bytes each piece had."""
    while piece := source.read(PIECE):
        yield piece
        if seen is not None:
            seen(len(piece))


@contextmanager
def progress(source: BinaryIO, label: str) -> Iterator[Callable[[int], None] | None]:
    """A bar on standard error that grows with each piece; None off a terminal."""
    if not source.seekable():
        yield None
        return
    size = source.seek(0, 2)
    source.seek(0)
    with bar(size, label) as seen:
        yield seen


@contextmanager
def bar(length: int, label: str) -> Iterator[Callable[[int], None] | None]:
    """A bar on standard error that is told each step; None off a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    with typer.progressbar(length=length, label=label, file=sys.stderr) as shown:
        yield shown.update
