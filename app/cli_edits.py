"""`seccheck wordlist draft put …` and its siblings: single edits of a draft."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli_common import fail
from app.cli_drafts import DraftId, Revision, Why, revision_of
from app.cli_operator import Operator, command
from app.cli_rows import (
    Apps,
    Expires,
    Label,
    Level,
    ListName,
    Match,
    Note,
    Scenes,
    Starts,
    given,
)
from app.cli_view import Item, hint, plural

if TYPE_CHECKING:
    from app.cli_admin import AdminClient, Query

edits = typer.Typer(no_args_is_help=True)

Term = Annotated[str, typer.Argument(help="A term, a rule or a phrase.")]

_PAGE = 1000


@command(edits)
def put(
    op: Operator,
    number: DraftId,
    term: Term,
    list_name: ListName,
    label: Label = "other",
    level: Level = 90,
    match: Match = "standard",
    scenes: Scenes = None,
    starts: Starts = None,
    expires: Expires = None,
    remark: Note = "",
    beside: Annotated[
        bool,
        typer.Option(
            help="Keep what the list has for this term, such as other scenes."
        ),
    ] = False,
    why: Why = "",
    revision: Revision = None,
) -> None:
    """Add a term to a list; it takes the place of what the list has for it."""
    row: dict[str, Any] = {"list": list_name, "term": term, "label": label}
    row |= {"level": level, "match": match}
    row |= given(scenes=scenes, starts=starts, expires=expires, note=remark)

    async def work(api: "AdminClient") -> Any:
        based = await revision_of(api, number, revision)
        old = [] if beside else await _digests(api, number, list_name, term)
        first = {"op": "put", **row} | ({"replaces": old[0]} if old else {})
        rest = [_removal(list_name, digest) for digest in old[1:]]
        return await _edit(api, number, [first, *rest], based, why)

    _tell(op, op.run(work))


@command(edits)
def remove(
    op: Operator,
    number: DraftId,
    term: Term,
    list_name: ListName,
    why: Why = "",
    revision: Revision = None,
) -> None:
    """Take a term out of a list, with all its rows."""

    async def work(api: "AdminClient") -> Any:
        based = await revision_of(api, number, revision)
        digests = await _digests(api, number, list_name, term)
        if not digests:
            fail(f"neither draft {number} nor the live list has a term {term!r}")
        removals = [_removal(list_name, digest) for digest in digests]
        return await _edit(api, number, removals, based, why)

    _tell(op, op.run(work))


@command(edits, "set-list")
def set_list(
    op: Operator,
    number: DraftId,
    list_name: Annotated[str, typer.Argument(metavar="LIST")],
    apps: Apps = None,
    scenes: Scenes = None,
    starts: Starts = None,
    expires: Expires = None,
    enabled: Annotated[
        bool, typer.Option(help="Whether its words hit anything.")
    ] = True,
    remark: Note = "",
    why: Why = "",
    revision: Revision = None,
) -> None:
    """Say whom a whole list concerns, where and when; what is not named is reset."""
    settings = given(
        apps=apps, scenes=scenes, starts=starts, expires=expires, note=remark
    )
    edit: Item = {"op": "list", "list": list_name, "enabled": enabled} | settings
    _tell(op, _single(op, number, edit, revision, why))


@command(edits, "drop-list")
def drop_list(
    op: Operator,
    number: DraftId,
    list_name: Annotated[str, typer.Argument(metavar="LIST")],
    why: Why = "",
    revision: Revision = None,
) -> None:
    """Remove a list with all its terms."""
    edit = {"op": "drop_list", "list": list_name}
    _tell(op, _single(op, number, edit, revision, why))


@command(edits)
def undo(
    op: Operator,
    number: DraftId,
    edit: Annotated[int, typer.Argument(help="Its number in `draft show`.")],
    revision: Revision = None,
) -> None:
    """Take one edit back out of a draft."""

    async def work(api: "AdminClient") -> Any:
        based = await revision_of(api, number, revision)
        path = f"/drafts/{number}/changes/{edit}"
        return await api.send("DELETE", path, revision=based)

    _tell(op, op.run(work))


def _single(
    op: Operator, number: int, edit: Item, revision: int | None, why: str
) -> Any:
    async def work(api: "AdminClient") -> Any:
        based = await revision_of(api, number, revision)
        return await _edit(api, number, [edit], based, why)

    return op.run(work)


async def _edit(
    api: "AdminClient", number: int, edits: Sequence[Item], revision: int, why: str
) -> Any:
    body = {"why": why, "edits": edits}
    return await api.post(f"/drafts/{number}/changes", body, revision=revision)


async def _digests(
    api: "AdminClient", number: int, list_name: str, term: str
) -> list[str]:
    """The rows of exactly this term: those of the live list, those of the draft."""
    query: Query = {"q": term, "list": list_name, "limit": _PAGE}
    live = await _everything(api, "/terms", query)
    edits = await _everything(api, f"/drafts/{number}/changes", {"limit": _PAGE})
    drafted = [one["row"] for one in edits if one["op"] == "add"]
    return [
        row["digest"]
        for row in [*live, *drafted]
        if row["term"] == term and row["list"] == list_name
    ]


async def _everything(api: "AdminClient", path: str, query: "Query") -> list[Item]:
    """All pages of a collection."""
    found: list[Item] = []
    after: str | None = ""
    while after is not None:
        page = await api.get(path, {**query, "after": after or None})
        found += page["items"]
        after = page["next"]
    return found


def _removal(list_name: str, digest: str) -> dict[str, str]:
    return {"op": "remove", "list": list_name, "digest": digest}


def _tell(op: Operator, found: Any) -> None:
    op.show(found, _told)


def _told(found: Item) -> None:
    number = found["id"]
    typer.echo(f"draft {number} has {plural(found['changes'], 'edit')}")
    hint(f"wordlist publish {number}", "serve it")
