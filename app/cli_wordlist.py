"""`seccheck wordlist …`: look at wordlists, publish them, take them back out."""

import getpass
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli_common import (
    fail,
    json_option,
    load_settings,
    note,
    print_json,
    print_table,
)

if TYPE_CHECKING:
    from app.domain.entry import Entry
    from app.lexicon import Lexicon
    from app.lexicon.csvfile import ImportReport
    from app.lexicon.plan import Change, Mode
    from app.store.lexicon import VersionRow

wordlist = typer.Typer(no_args_is_help=True, help="Check, publish and export words.")

SHOWN_REFUSALS = 20
"""Refused rows, or else doubtful ones, that an import names one by one."""


@wordlist.command()
def lint(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="CSV files or folders; default: the shipped packs."),
    ] = None,
    as_json: json_option = False,
) -> None:
    """Find mistakes in wordlists, as they would work together.

    Leaves with 1 when there are errors; warnings are for a person to judge.
    """
    from app.cli_lint import print_remarks
    from app.lexicon.lint import Severity
    from app.lexicon.lint import lint as judge

    paths = _expanded(files or [load_settings().wordlists_dir])
    reports = {_shown(path): _read(path) for path in paths}
    remarks = judge(reports)
    print_remarks(remarks, reports, as_json=as_json)
    if any(remark.severity is Severity.ERROR for remark in remarks):
        raise typer.Exit(1)


@wordlist.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A CSV file.")],
    list_name: Annotated[
        str | None,
        typer.Option("--list", metavar="NAME", help="Default: the name of the file."),
    ] = None,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="Make the list exactly this file; without it, terms are added or"
            " take the place of equal ones.",
        ),
    ] = False,
    publish: Annotated[
        bool, typer.Option("--publish", help="Serve the result at once.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would change.")
    ] = False,
    why: Annotated[str, typer.Option(help="The reason, for the history.")] = "",
) -> None:
    """Bring a wordlist into the database, whole or not at all."""
    if not publish and not dry_run:
        fail(
            "an import must be published, as drafts do not exist yet:"
            " add --publish, or --dry-run to see what would change"
        )
    from app.cli_lexicon import with_lexicon

    entries = _usable(file).entries
    name = list_name or file.stem
    mode: Mode = "replace" if replace else "merge"

    async def work(lexicon: "Lexicon") -> tuple["Change", int]:
        change = await lexicon.preview(entries, list_name=name, mode=mode)
        if dry_run:
            return change, 0
        reason = why or f"import of {file.name}"
        return change, await lexicon.publish(
            entries, list_name=name, mode=mode, who=_who(), why=reason
        )

    change, number = with_lexicon(work)
    state = f"version {number} is live" if number else "dry run, nothing was changed"
    typer.echo(f"{state}; list {name}: {_numbers(change)}")


@wordlist.command()
def export(
    list_name: Annotated[
        str | None,
        typer.Option("--list", metavar="NAME", help="One list; default: all."),
    ] = None,
    version: Annotated[
        int | None, typer.Option(min=1, help="A version; default: the live one.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Default: print it."),
    ] = None,
) -> None:
    """Write the terms of a version as CSV."""
    from app.cli_lexicon import with_lexicon
    from app.cli_lint import count
    from app.lexicon.csvfile import write_entries

    async def read(lexicon: "Lexicon") -> "list[Entry]":
        names = await lexicon.list_names(version)
        entries = await lexicon.entries(version, list_name=list_name)
        if list_name is not None and list_name not in names:
            known = ", ".join(names) or "none"
            fail(f"there is no list {list_name!r} in that version; lists: {known}")
        return entries

    entries = with_lexicon(read)
    if output is None:
        write_entries(entries, sys.stdout)
        return
    try:
        with output.open("w", encoding="utf-8", newline="") as opened:
            write_entries(entries, opened)
    except OSError as error:
        fail(f"cannot write {output}: {error.strerror or error}")
    note(f"{count(len(entries), 'entry', 'entries')} written to {output}")


@wordlist.command()
def versions(as_json: json_option = False) -> None:
    """List every published version, newest first; `*` marks the one in service."""
    from app.cli_lexicon import with_lexicon

    async def read(lexicon: "Lexicon") -> "tuple[int, list[VersionRow]]":
        return await lexicon.live_version(), await lexicon.versions()

    live, found = with_lexicon(read)
    if as_json:
        print_json([row._asdict() | {"live": row.number == live} for row in found])
        return
    head = ("VERSION", "PUBLISHED", "TERMS", "ADDED", "REMOVED", "WHO", "WHY")
    print_table(head, [_version_cells(row, live) for row in found])


def _version_cells(row: "VersionRow", live: int) -> tuple[str, ...]:
    """One line of the table of versions."""
    return (
        f"{row.number}{'*' if row.number == live else ''}",
        datetime.fromtimestamp(row.created_at, UTC).strftime("%Y-%m-%d %H:%M UTC"),
        str(row.term_count),
        f"+{row.added}",
        f"-{row.removed}",
        row.who,
        row.why,
    )


def _expanded(paths: Iterable[Path]) -> list[Path]:
    """Folders replaced by the lists in them, each file once."""
    found: dict[Path, None] = {}
    for path in paths:
        inside = sorted(path.glob("*.csv")) if path.is_dir() else [path]
        if not inside:
            fail(f"there is no CSV file in {path}")
        found |= dict.fromkeys(inside)
    return list(found)


def _shown(path: Path) -> str:
    """The path as short as it can be from here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _read(path: Path) -> "ImportReport":
    """Read one list or leave with a sentence."""
    from app.lexicon.csvfile import read_entries

    try:
        return read_entries(path)
    except OSError as error:
        fail(f"cannot read {path}: {error.strerror or error}")


def _usable(path: Path) -> "ImportReport":
    """Read a list of which every row can be used, or refuse all of it."""
    from app.cli_lint import count
    from app.lexicon.lint import row_remarks

    report = _read(path)
    remarks = row_remarks(str(path), report)
    refused = [remark for remark in remarks if remark.blocking]
    for remark in (refused or remarks)[:SHOWN_REFUSALS]:
        note(str(remark) if remark.blocking else f"warning: {remark}")
    if refused:
        more = len(refused) - SHOWN_REFUSALS
        rest = f" ({more} more are not shown)" if more > 0 else ""
        fail(f"nothing was changed: {count(len(refused), 'mistake')} in {path}{rest}")
    return report


def _who() -> str:
    """Whoever sits at the command line, as far as the system knows."""
    try:
        return f"cli:{getpass.getuser()}"
    except (OSError, KeyError):  # a container may run under a number without name
        return "cli"


def _numbers(change: "Change") -> str:
    """What changes in a list."""
    return (
        f"{change.added} added, {change.removed} removed, {change.unchanged} unchanged"
    )
