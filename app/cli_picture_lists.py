"""`seccheck picture list|find|versions|diff|rollback`: looking, and going back."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from app.cli_common import fail, print_json, table_lines
from app.cli_operator import Operator, command
from app.cli_view import PAGE, After, Item, Limit, cell, moment, more, show_table

if TYPE_CHECKING:
    from app.cli_admin import AdminClient

lists = typer.Typer(no_args_is_help=True)

SERVED = "used by every process within seconds"

Version = Annotated[
    int | None, typer.Option(min=0, help="A version; default: the live one.")
]
Expected = Annotated[
    int | None,
    typer.Option(
        min=0,
        metavar="VERSION",
        help="The version that you looked at; refused when another one is live.",
    ),
]
Why = Annotated[str, typer.Option(help="The reason, for the history.")]
Hash = Annotated[str, typer.Argument(metavar="HASH", help="64 hexadecimal digits.")]

_HASH = re.compile(r"[0-9a-f]{64}")


@command(lists, "list")
def list_pictures(
    op: Operator,
    name: Annotated[
        str | None, typer.Argument(metavar="LIST", help="Default: name the lists.")
    ] = None,
    version: Version = None,
    limit: Limit = PAGE,
    after: After = None,
) -> None:
    """List the lists, or the pictures of one, also of a former version."""
    if name is None:
        found = op.run(
            lambda api: api.get("/pictures/lists", {"version": version}), words=False
        )
        op.show(found if not op.as_json else found["items"], _lists)
        return
    path = f"/pictures/lists/{quote(name, safe='')}/entries"
    query = {"version": version, "limit": limit, "after": after}
    page = op.run(lambda api: api.get(path, query), words=False)
    op.show(page if not op.as_json else page["items"], _entries)


@command(lists)
def find(op: Operator, value: Hash) -> None:
    """Tell in which lists exactly this hash stands now."""
    query = {"hash": value}
    found = op.run(lambda api: api.get("/pictures/entries", query), words=False)
    op.show(found if not op.as_json else found["items"], _found)


@command(lists)
def versions(
    op: Operator,
    limit: Limit = PAGE,
    before: Annotated[
        int | None, typer.Option(metavar="VERSION", help="Only older ones.")
    ] = None,
) -> None:
    """List versions of the picture lists, newest first; `*` marks the live one."""
    query = {"limit": limit, "before": before}
    page = op.run(lambda api: api.get("/pictures/versions", query), words=False)
    if op.as_json:
        print_json(page["items"])
        return
    op.show(page, _versions)


@command(lists)
def diff(
    op: Operator,
    first: Annotated[int, typer.Argument(metavar="A", min=0)],
    second: Annotated[
        int | None, typer.Argument(metavar="B", min=0, help="Default: the live one.")
    ] = None,
    limit: Limit = PAGE,
    after: After = None,
) -> None:
    """Show what one version has that another has not; 0 is nothing at all."""

    async def read(api: "AdminClient") -> Any:
        other = second if second is not None else await _live(api)
        query = {"limit": limit, "after": after}
        return await api.get(f"/pictures/versions/{first}/diff/{other}", query)

    op.show(op.run(read, words=False), _diff)


@command(lists)
def rollback(
    op: Operator,
    version: Annotated[
        int, typer.Argument(min=0, help="Its number in `versions`; 0 empties all.")
    ],
    why: Why = "",
    expected: Expected = None,
) -> None:
    """Use the lists as a former version had them, as a new version."""
    body = {"why": why or f"back to version {version}"}
    path = f"/pictures/versions/{version}/rollback"
    query = {"expected": expected}
    made = op.run(lambda api: api.post(path, body, query=query, long=True), words=False)
    op.show(made, show_version)


def show_version(made: Item) -> None:
    """Say that a version was made."""
    changed = f" {made['changed']:,} changed," if made["changed"] else ""
    typer.echo(
        f"version {made['number']} is live: {made['added']:,} added,{changed}"
        f" {made['removed']:,} removed; {SERVED}"
    )


async def _live(api: "AdminClient") -> int:
    page = await api.get("/pictures/versions", {"limit": 1})
    if not page["items"]:
        fail("no picture was ever listed")
    return int(page["items"][0]["number"])


def _lists(found: Item) -> None:
    rows = [(one["name"], one["count"], one["exempt"]) for one in found["items"]]
    head = ("LIST", "PICTURES", "ALLOWED")
    show_table(head, rows, empty="no picture is listed")


def _cells(item: Item) -> tuple[object, ...]:
    listed = moment(item["at"])
    return item["label"], item["quality"], listed, item["who"], item["note"]


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table whose hashes are shown in full: other commands need them."""
    shown = [tuple(_whole(value) for value in row) for row in rows]
    for line in table_lines(head, shown):
        typer.echo(line)


def _whole(value: object) -> str:
    text = str(value)
    return text if _HASH.fullmatch(text) else cell(value)


def _entries(page: Item) -> None:
    head = ("HASH", "LABEL", "QUALITY", "LISTED", "WHO", "NOTE")
    rows = [(one["hash"], *_cells(one)) for one in page["items"]]
    _table(head, rows)
    more(page)


def _found(page: Item) -> None:
    if not page["items"]:
        typer.echo("no list has this hash")
        return
    head = ("LIST", "LABEL", "QUALITY", "LISTED", "WHO", "NOTE")
    show_table(head, [(one["list"], *_cells(one)) for one in page["items"]])


def _versions(page: Item) -> None:
    rows = [
        (
            f"{one['number']}{'*' if one['live'] else ''}",
            moment(one["created_at"]),
            one["origin"],
            one["picture_count"],
            f"+{one['added']}",
            f"-{one['removed']}",
            one["changed"],
            one["who"],
            one["why"],
        )
        for one in page["items"]
    ]
    head = ("VERSION", "MADE", "BY", "PICTURES", "ADDED", "REMOVED", "CHANGED")
    show_table((*head, "WHO", "WHY"), rows, empty="no picture was ever listed")
    more(page, "--before")


def _diff(page: Item) -> None:
    rows = []
    for item in page["items"]:
        one = item["after"] or item["before"]
        sides = _told(item["before"]), _told(item["after"])
        rows.append((item["kind"], one["list"], one["hash"], *sides))
    if rows:
        _table(("CHANGE", "LIST", "HASH", "BEFORE", "AFTER"), rows)
    more(page)
    typer.echo(
        f"{page['added']:,} added, {page['removed']:,} removed,"
        f" {page['changed']:,} changed"
    )


def _told(item: Item | None) -> str:
    return "-" if item is None else f"{item['label']} {item['quality']}"
