"""`seccheck wordlist import|export`: files into drafts, versions into files."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from app.cli_common import CommandError, fail, note, visible
from app.cli_drafts import Revision, Why, revision_of
from app.cli_operator import Operator, command
from app.cli_upload import Upload, opened, pieces, progress
from app.cli_versions import publish_draft
from app.cli_view import Item, hint, plural

if TYPE_CHECKING:
    from app.cli_admin import AdminClient

incoming = typer.Typer(no_args_is_help=True)

POLL_SECONDS = 0.5
SHOWN_REFUSALS = 20
"""Refused rows that an import names one by one."""

FormatOption = Annotated[
    str,
    typer.Option(
        "--format",
        help="csv, text (one term per line), houbb, toolgood; auto looks at the file.",
    ),
]


@dataclass(frozen=True, slots=True)
class Wish:
    """What an import was asked to do."""

    file: Path
    list_name: str
    draft: int | None
    dry_run: bool
    publish: bool
    why: str
    revision: int | None
    query: dict[str, Any]


@command(incoming, "import")
def import_file(
    op: Operator,
    file: Annotated[Path, typer.Argument(help="A file of terms; `-`: standard input.")],
    list_name: Annotated[
        str | None,
        typer.Option("--list", metavar="NAME", help="Default: the name of the file."),
    ] = None,
    draft: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Extend this draft; default: a new one."),
    ] = None,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="Make the list exactly this file; without it, terms are added or"
            " take the place of equal ones.",
        ),
    ] = False,
    form: FormatOption = "auto",
    label: Annotated[
        str | None, typer.Option(help="For rows that name none, such as fraud.")
    ] = None,
    level: Annotated[
        int | None, typer.Option(min=0, max=100, help="For rows that name none.")
    ] = None,
    match: Annotated[str | None, typer.Option(help="For rows that name none.")] = None,
    skip_refused: Annotated[
        bool, typer.Option("--skip-refused", help="Leave rows out that cannot be used.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would change.")
    ] = False,
    publish: Annotated[
        bool, typer.Option("--publish", help="Serve the result at once.")
    ] = False,
    why: Why = "",
    revision: Revision = None,
) -> None:
    """Bring a file of terms into a draft, whole or not at all.

    Nothing is served before the draft is published, by --publish or later.
    """
    query: dict[str, Any] = {"format": form}
    query |= {"mode": "replace" if replace else "merge"}
    query |= {"label": label, "level": level, "match": match}
    query |= {"dry_run": _flag(dry_run), "skip_refused": _flag(skip_refused)}
    name = list_name or _named(file)
    reason = why or f"import of {_shown(file)}"
    wish = Wish(file, name, draft, dry_run, publish, reason, revision, query)
    with opened(file) as source:
        report = op.run(lambda api: _import(api, wish, source))
    op.show(report, lambda found: _report(found, wish))
    if report["refused_total"] and not skip_refused:
        raise typer.Exit(2)


async def _import(api: "AdminClient", wish: Wish, source: BinaryIO) -> dict[str, Any]:
    """Fill a draft, and publish it if wanted; leaves no draft that it made in vain."""
    made = None
    number = wish.draft
    if number is None:
        made = await api.post("/drafts", {"title": f"import of {_shown(wish.file)}"})
        number = int(made["id"])
    kept = False
    try:
        report = await _fill(api, wish, source, number)
        kept = report["draft"] is not None
    finally:
        if made is not None and not kept:
            await _drop(api, number)
    if wish.publish and kept:
        report["version"] = await publish_draft(api, number, why=wish.why)
    return report


async def _fill(
    api: "AdminClient", wish: Wish, source: BinaryIO, number: int
) -> dict[str, Any]:
    """Send the file; `draft` of the answer is None when nothing was kept."""
    based = await revision_of(api, number, wish.revision)
    query = wish.query | {"list": wish.list_name, "why": wish.why}
    path = f"/drafts/{number}/import"
    with progress(source, f"{_shown(wish.file)} ", read=True) as upload:
        sending = api.send(
            "POST",
            path,
            content=pieces(source, upload),
            query=query,
            revision=based,
            long=True,
        )
        async with _followed(api, path, upload):
            report: dict[str, Any] = await sending
    refused = report["refused_total"] and wish.query["skip_refused"] != "true"
    useful = report["added"] + report["changed"] + report["removed"]
    kept = not wish.dry_run and not refused and (useful or wish.draft is not None)
    return report | {"draft": number if kept else None, "version": None}


@asynccontextmanager
async def _followed(
    api: "AdminClient", path: str, upload: Upload | None
) -> AsyncIterator[None]:
    """Show how far the server is, where anybody looks."""
    if upload is None:
        yield
        return
    following = asyncio.create_task(_follow(api, path, upload))
    try:
        yield
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def _follow(api: "AdminClient", path: str, upload: Upload) -> None:
    while True:
        await asyncio.sleep(POLL_SECONDS)
        with suppress(CommandError):  # an older server; the import itself goes on
            upload.read((await api.get(path))["rows"] or 0)


async def _drop(api: "AdminClient", number: int) -> None:
    based = await revision_of(api, number, None)
    await api.send("DELETE", f"/drafts/{number}", revision=based)


def _report(found: Item, wish: Wish) -> None:
    """What became of the file, row by row where it was refused."""
    for item in found["refused"][:SHOWN_REFUSALS]:
        column = f"{item['column']}: " if item["column"] else ""
        note(visible(f"{_shown(wish.file)}:{item['line']}: {column}{item['message']}"))
    rest = found["refused_total"] - min(len(found["refused"]), SHOWN_REFUSALS)
    if rest > 0:
        note(f"{plural(rest, 'more refused row')} not shown")
    if found["refused_total"] and wish.query["skip_refused"] != "true":
        mistakes = plural(found["refused_total"], "mistake")
        note(f"nothing was changed: {mistakes} in {_shown(wish.file)}")
        return
    typer.echo(f"{_state(found, wish)}; list {wish.list_name}: {_numbers(found)}")
    if found["draft"] is not None and found["version"] is None:
        hint(f"wordlist draft diff {found['draft']}", "look at it")
        hint(f"wordlist publish {found['draft']}", "serve it")


def _state(found: Item, wish: Wish) -> str:
    if wish.dry_run:
        return "dry run, nothing was changed"
    if found["version"] is not None:
        return f"version {found['version']['number']} is live"
    if found["draft"] is None:
        return "nothing to change"
    return f"draft {found['draft']} waits for publication"


def _numbers(found: Item) -> str:
    """What changes in a list."""
    changed = f" {found['changed']:,} changed," if found["changed"] else ""
    skipped = found["refused_total"]
    return (
        f"{found['added']:,} added,{changed} {found['removed']:,} removed,"
        f" {found['unchanged']:,} unchanged"
        + (f", {skipped:,} left out" if skipped else "")
    )


def _named(file: Path) -> str:
    """The name of the list that a file stands for."""
    if str(file) == "-":
        fail("say with --list which list standard input is for")
    return file.stem


def _shown(file: Path) -> str:
    return "standard input" if str(file) == "-" else file.name


def _flag(value: bool) -> str:
    return "true" if value else "false"
