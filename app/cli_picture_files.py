"""`seccheck picture import|export`: files into lists, lists into files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, Literal
from urllib.parse import quote

import typer

from app.cli_common import note, visible
from app.cli_export import OutputOption, target
from app.cli_operator import Operator, command
from app.cli_picture_changes import Label, ListName, Remark
from app.cli_picture_lists import Expected, Version, Why, show_version
from app.cli_upload import opened, pieces, progress
from app.cli_view import Item, plural

if TYPE_CHECKING:
    from app.cli_admin import AdminClient

files = typer.Typer(no_args_is_help=True)

SHOWN_REFUSALS = 20
"""Refused rows that an import names one by one."""


@command(files, "import")
def import_file(
    op: Operator,
    file: Annotated[
        Path, typer.Argument(help="A file of hashes; `-`: standard input.")
    ],
    list_name: ListName,
    form: Annotated[
        Literal["csv", "lines", "threatexchange", "auto"],
        typer.Option("--format", help="auto looks at the file."),
    ] = "auto",
    label: Label = "other",
    remark: Remark = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="Make the list exactly this file.")
    ] = False,
    skip_refused: Annotated[
        bool, typer.Option("--skip-refused", help="Leave rows out that cannot be used.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would change.")
    ] = False,
    why: Why = "",
    expected: Expected = None,
) -> None:
    """Bring a file of hashes into a list, whole or not at all, in one version.

    The label and the note are for rows that name none.
    """
    query: dict[str, Any] = {"format": form, "label": label, "note": remark}
    query |= {"mode": "replace" if replace else "merge", "expected": expected}
    query |= {"dry_run": _flag(dry_run), "skip_refused": _flag(skip_refused)}
    query |= {"why": why or f"import of {_shown(file)}"}
    path = f"/pictures/lists/{quote(list_name, safe='')}/import"

    async def send(api: "AdminClient") -> Any:
        with progress(source, f"{_shown(file)} ") as upload:
            content = pieces(source, upload)
            return await api.send("POST", path, content=content, query=query, long=True)

    with opened(file) as source:
        report = op.run(send, words=False)
    failed = bool(report["refused_total"]) and not skip_refused
    op.show(report, lambda found: _report(found, file, dry_run=dry_run, failed=failed))
    if failed:
        raise typer.Exit(2)


@command(files)
def export(
    op: Operator,
    list_name: ListName,
    form: Annotated[
        Literal["csv", "lines", "threatexchange"],
        typer.Option("--format", help="lines have hashes and qualities alone."),
    ] = "csv",
    excel: Annotated[
        bool, typer.Option("--excel", help="A CSV that Excel opens without harm.")
    ] = False,
    version: Version = None,
    output: OutputOption = None,
) -> None:
    """Write the pictures of a list into a file."""
    query = {"format": form, "version": version, "excel": "true" if excel else None}
    path = f"/pictures/lists/{quote(list_name, safe='')}/export"

    async def write(api: "AdminClient", sink: BinaryIO) -> int:
        lines = 0
        async for piece in api.download(path, query):
            lines += piece.count(b"\n")
            sink.write(piece)
        return lines

    with target(output) as sink:
        lines = op.run(lambda api: write(api, sink), words=False)
    if output is not None:
        note(f"{plural(lines, 'line')} written to {output}")


def _report(found: Item, file: Path, *, dry_run: bool, failed: bool) -> None:
    """What became of the file, row by row where it was refused."""
    for item in found["refused"][:SHOWN_REFUSALS]:
        column = f"{item['column']}: " if item["column"] else ""
        note(visible(f"{_shown(file)}:{item['line']}: {column}{item['message']}"))
    rest = found["refused_total"] - min(len(found["refused"]), SHOWN_REFUSALS)
    if rest > 0:
        note(f"{plural(rest, 'more refused row')} not shown")
    for warning in found["warnings"]:
        note(warning)
    if failed and not dry_run:
        mistakes = plural(found["refused_total"], "mistake")
        note(f"nothing was changed: {mistakes} in {_shown(file)}")
        return
    if found["version"] is not None:
        show_version(found["version"])
        return
    state = "dry run, nothing was changed" if dry_run else "nothing to change"
    typer.echo(f"{state}: {_numbers(found)}")


def _numbers(found: Item) -> str:
    """What changes in a list."""
    skipped = found["refused_total"]
    return (
        f"{found['added']:,} added, {found['changed']:,} changed,"
        f" {found['removed']:,} removed, {found['unchanged']:,} unchanged"
        + (f", {skipped:,} refused" if skipped else "")
    )


def _shown(file: Path) -> str:
    return "standard input" if str(file) == "-" else file.name


def _flag(value: bool) -> str:
    return "true" if value else "false"
