"""`seccheck wordlist draft …`: collect edits, look at them, let a second pair look."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli_operator import Operator, command
from app.cli_rows import told
from app.cli_view import (
    PAGE,
    After,
    Item,
    Limit,
    hint,
    moment,
    more,
    plural,
    show_table,
)

if TYPE_CHECKING:
    from app.cli_admin import AdminClient

draft = typer.Typer(no_args_is_help=True, help="Collect edits before they go live.")

DraftId = Annotated[
    int, typer.Argument(metavar="DRAFT", min=1, help="Its number in `draft list`.")
]
Why = Annotated[str, typer.Option(help="The reason, for the history.")]
Revision = Annotated[
    int | None,
    typer.Option(
        min=0, help="Refuse if the draft has another revision; default: as it is."
    ),
]

_GREEN, _RED = typer.colors.GREEN, typer.colors.RED
COLOURS = {"add": _GREEN, "added": _GREEN, "remove": _RED, "removed": _RED}
"""Colours of changes, for terminals."""


@command(draft)
def new(
    op: Operator, title: Annotated[str, typer.Argument(help="What it is for.")]
) -> None:
    """Open an empty draft."""
    made = op.run(lambda api: api.post("/drafts", {"title": title}))
    op.show(made, _opened)


@command(draft, "list")
def list_drafts(
    op: Operator,
    state: Annotated[
        str, typer.Option(help="open, published, discarded or all.")
    ] = "open",
    limit: Limit = PAGE,
    after: After = None,
) -> None:
    """List drafts."""
    wanted = None if state == "all" else state
    query = {"state": wanted, "limit": limit, "after": after}
    op.show(op.run(lambda api: api.get("/drafts", query)), _list)


@command(draft)
def show(
    op: Operator, number: DraftId, limit: Limit = PAGE, after: After = None
) -> None:
    """Show a draft and the edits in it: who made them, when and why."""

    async def read(api: "AdminClient") -> Item:
        found: dict[str, Any] = await api.get(f"/drafts/{number}")
        query = {"limit": limit, "after": after}
        return found | {"edits": await api.get(f"/drafts/{number}/changes", query)}

    op.show(op.run(read), _show)


@command(draft)
def diff(
    op: Operator, number: DraftId, limit: Limit = PAGE, after: After = None
) -> None:
    """Compare a draft with the live version."""
    query = {"limit": limit, "after": after}
    op.show(op.run(lambda api: api.get(f"/drafts/{number}/diff", query)), show_diff)


@command(draft)
def lint(op: Operator, number: DraftId) -> None:
    """Find mistakes in the words as the draft would leave them."""
    found = op.run(lambda api: api.get(f"/drafts/{number}/lint"))
    op.show(found, show_remarks)


@command(draft)
def approve(op: Operator, number: DraftId, revision: Revision = None) -> None:
    """Say that a draft may be published; any later edit takes this back."""

    async def work(api: "AdminClient") -> Any:
        based = await revision_of(api, number, revision)
        return await api.post(f"/drafts/{number}/approve", revision=based)

    op.show(op.run(work), _approved)


@command(draft)
def discard(op: Operator, number: DraftId, revision: Revision = None) -> None:
    """Drop a draft with all its edits; it stays in the list of the discarded."""

    async def work(api: "AdminClient") -> Any:
        based = await revision_of(api, number, revision)
        return await api.send("DELETE", f"/drafts/{number}", revision=based)

    done = op.run(work) or {"id": number, "state": "discarded"}
    op.show(done, lambda _: typer.echo(f"draft {number} is discarded"))


async def revision_of(api: "AdminClient", number: int, given: int | None) -> int:
    """The revision that an edit is based on: the one given, or the newest."""
    if given is not None:
        return given
    return int((await api.get(f"/drafts/{number}"))["revision"])


def _opened(made: Item) -> None:
    typer.echo(f"draft {made['id']} is open: {made['title']}")
    hint(f"wordlist draft put {made['id']} TERM --list NAME --label LABEL", "add terms")
    hint(f"wordlist import FILE --draft {made['id']}", "or a file")


def _list(page: Item) -> None:
    rows = [
        (
            str(item["id"]),
            item["state"],
            item["changes"],
            item["origin"],
            item["created_by"],
            moment(item["created_at"]),
            item["title"],
        )
        for item in page["items"]
    ]
    head = ("DRAFT", "STATE", "EDITS", "ORIGIN", "BY", "OPENED", "TITLE")
    show_table(head, rows, empty="there are no such drafts")
    more(page)


def _show(found: Item) -> None:
    typer.echo(summary(found))
    edits = found["edits"]
    rows = [
        (
            str(item["id"]),
            item["op"],
            item["list"],
            (item.get("row") or {}).get("term"),
            told(item.get("row")),
            item["who"],
            moment(item["at"]),
            item["why"],
        )
        for item in edits["items"]
    ]
    colours = [COLOURS.get(item["op"]) for item in edits["items"]]
    head = ("EDIT", "OP", "LIST", "TERM", "AS", "BY", "AT", "WHY")
    show_table(head, rows, colours=colours, empty="the draft has no edits yet")
    more(edits)
    if found["state"] == "open" and edits["items"]:
        hint(f"wordlist publish {found['id']}", "serve it")


def summary(found: Item) -> str:
    """A draft in one line."""
    by = ", ".join(item["who"] for item in found["approvals"]) or "nobody"
    state = found["state"]
    if found.get("version"):
        state = f"{state} as version {found['version']}"
    return (
        f"draft {found['id']}, {state}, revision {found['revision']},"
        f" {plural(found['changes'], 'edit')}, approved by {by}: {found['title']}"
    )


def _approved(found: Item) -> None:
    typer.echo(f"draft {found['id']} is approved at revision {found['revision']}")
    hint(f"wordlist publish {found['id']}", "serve it")


def show_diff(page: Item) -> None:
    """Print one page of a comparison and its counts."""
    counts = page["counts"]
    items = page["items"]
    rows = [
        (
            item["kind"],
            item["list"],
            _term(item),
            told(item["before"]),
            told(item["after"]),
        )
        for item in items
    ]
    colours = [COLOURS.get(item["kind"]) for item in items]
    show_table(("CHANGE", "LIST", "TERM", "BEFORE", "AFTER"), rows, colours=colours)
    more(page)
    typer.echo(
        f"{counts['added']:,} added, {counts['removed']:,} removed,"
        f" {counts['changed']:,} changed"
    )


def _term(item: Item) -> str:
    return str((item["after"] or item["before"])["term"])


def show_remarks(found: Item) -> None:
    """Print what the linter says about a draft."""
    items = found["items"]
    head = ("LIST", "SEVERITY", "CHECK", "TERM", "MESSAGE")
    rows = [tuple(item[key.lower()] for key in head) for item in items]
    show_table(head, rows, empty="nothing to say about this draft")
