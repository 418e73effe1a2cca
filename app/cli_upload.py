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
    if not sys.stderr.isatty() or not source.seekable():
        yield None
        return
    size = source.seek(0, 2)
    source.seek(0)
    with typer.progressbar(length=size, label=label, file=sys.stderr) as bar:
        yield bar.update
