"""`seccheck wordlist export`: the terms of a version into a file."""

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Literal
from urllib.parse import quote

import typer

from app.cli_common import fail, note
from app.cli_operator import Operator, command
from app.cli_view import plural

if TYPE_CHECKING:
    from app.cli_admin import AdminClient, Query

outgoing = typer.Typer(no_args_is_help=True)

OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Default: print it."),
]


@command(outgoing)
def export(
    op: Operator,
    list_name: Annotated[
        str | None,
        typer.Option("--list", metavar="NAME", help="One list; default: all."),
    ] = None,
    version: Annotated[
        int | None, typer.Option(min=1, help="A version; default: the live one.")
    ] = None,
    output: OutputOption = None,
    form: Annotated[
        Literal["csv", "text"],
        typer.Option("--format", help="csv, or text with one term per line."),
    ] = "csv",
    excel: Annotated[
        bool, typer.Option("--excel", help="A CSV that Excel opens without harm.")
    ] = False,
) -> None:
    """Write the terms of a version, all lists in one file."""
    query = {"format": form, "version": version, "excel": "true" if excel else None}

    async def write(api: "AdminClient", sink: BinaryIO) -> int:
        lines = 0
        for name in await _names(api, list_name, version):
            path = f"/lists/{quote(name, safe='')}/export"
            headed = form == "csv" and lines > 0
            async for piece in _content(api, path, query, headed=headed):
                lines += piece.count(b"\n")
                sink.write(piece)
        return lines

    with target(output) as sink:
        lines = op.run(lambda api: write(api, sink))
    if output is not None:
        note(f"{plural(lines, 'line')} written to {output}")


async def _names(
    api: "AdminClient", wanted: str | None, version: int | None
) -> list[str]:
    """The lists to write.

    Raises:
        CommandError: there is no such list.
    """
    found = await api.get("/lists", {"version": version})
    names = [item["name"] for item in found["items"]]
    if wanted is None:
        return names
    if wanted not in names:
        known = ", ".join(names) or "none"
        fail(f"there is no list {wanted!r} in that version; lists: {known}")
    return [wanted]


async def _content(
    api: "AdminClient", path: str, query: "Query", *, headed: bool
) -> AsyncIterator[bytes]:
    """A list piece by piece; without its first line when a header came before."""
    skipping = headed
    async for piece in api.download(path, query):
        if not skipping:
            yield piece
            continue
        _, end, rest = piece.partition(b"\n")
        skipping = not end
        if rest:
            yield rest


@contextmanager
def target(path: Path | None) -> Iterator[BinaryIO]:
    """Where the content goes; a file appears whole or not at all.

    Raises:
        CommandError: it cannot be written.
    """
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    partial = path.with_name(f".{path.name}.part")
    try:
        with partial.open("wb") as opened:
            yield opened
        partial.replace(path)
    except OSError as error:
        fail(f"cannot write {path}: {error.strerror or error}")
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
