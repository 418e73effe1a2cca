"""`seccheck wordlist versions|diff|publish|rollback|block|packs`."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli_common import fail, print_json
from app.cli_drafts import DraftId, Revision, Why, revision_of, show_diff, summary
from app.cli_operator import Operator, command
from app.cli_rows import Label, Scenes
from app.cli_span import parse_span
from app.cli_view import PAGE, After, Item, Limit, hint, moment, more, show_table

if TYPE_CHECKING:
    from app.cli_admin import AdminClient

published = typer.Typer(no_args_is_help=True)

SERVED = "served by every process within seconds"

Version = Annotated[int, typer.Argument(min=1, help="Its number in `versions`.")]
Needed = Annotated[str, typer.Option(help="The reason, for the history.")]


@command(published)
def versions(
    op: Operator,
    limit: Limit = PAGE,
    before: Annotated[
        int | None, typer.Option(metavar="VERSION", help="Only older ones.")
    ] = None,
) -> None:
    """List published versions, newest first; `*` marks the one in service."""
    query = {"limit": limit, "before": before}
    page = op.run(lambda api: api.get("/versions", query))
    if op.as_json:
        print_json(page["items"])
        return
    op.show(page, _versions)


@command(published)
def diff(
    op: Operator,
    first: Annotated[int, typer.Argument(metavar="A", min=1)],
    second: Annotated[
        int | None, typer.Argument(metavar="B", min=1, help="Default: the live one.")
    ] = None,
    limit: Limit = PAGE,
    after: After = None,
) -> None:
    """Show what one version has that another has not."""

    async def read(api: "AdminClient") -> Any:
        other = second or await live_number(api)
        query = {"limit": limit, "after": after}
        return await api.get(f"/versions/{first}/diff/{other}", query)

    op.show(op.run(read), show_diff)


@command(published)
def publish(
    op: Operator,
    number: DraftId,
    why: Why = "",
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Even where another version changed the same rows."
        ),
    ] = False,
    revision: Revision = None,
) -> None:
    """Make a draft the next version and serve it."""

    async def work(api: "AdminClient") -> Any:
        return await publish_draft(api, number, revision, why=why, force=force)

    op.show(op.run(work), show_version)


async def publish_draft(
    api: "AdminClient",
    number: int,
    revision: int | None = None,
    *,
    why: str = "",
    force: bool = False,
) -> Any:
    """Publish a draft as it is now, or only at the revision given.

    Raises:
        CommandError: refused; the live version stays.
    """
    based = await revision_of(api, number, revision)
    body = {"why": why, "force": force}
    path = f"/drafts/{number}/publish"
    return await api.post(path, body, revision=based, long=True)


@command(published)
def rollback(op: Operator, version: Version, why: Why = "") -> None:
    """Serve the words of a former version again, as a new version."""
    body = {"why": why or f"back to version {version}"}
    path = f"/versions/{version}/rollback"
    made = op.run(lambda api: api.post(path, body, long=True))
    op.show(made, show_version)


@command(published)
def block(
    op: Operator,
    term: Annotated[str, typer.Argument(help="The term to block.")],
    label: Label,
    lasting: Annotated[
        str, typer.Option("--for", metavar="SPAN", help="90m, 72h, 3d or 2w.")
    ] = "72h",
    why: Needed = "",
    list_name: Annotated[
        str | None,
        typer.Option("--list", metavar="NAME", help="Default: emergency."),
    ] = None,
    level: Annotated[
        int | None, typer.Option(min=0, max=100, help="Default: 100.")
    ] = None,
    match: Annotated[
        str | None, typer.Option(help="exact, standard or fuzzy; default: fuzzy.")
    ] = None,
    scenes: Scenes = None,
) -> None:
    """Block a term everywhere at once; the block ends by itself."""
    span = _span(lasting)
    body = {"term": term, "label": label, "hours": span / timedelta(hours=1)}
    body |= {"why": why or "emergency block"}
    more_fields = {"list": list_name, "level": level, "match": match, "scenes": scenes}
    body |= {k: v for k, v in more_fields.items() if v is not None}
    made = op.run(lambda api: api.post("/blocks", body, long=True))
    op.show(made, lambda found: _blocked(found, lasting))


@command(published)
def packs(op: Operator) -> None:
    """Propose what the shipped packs have new, as a draft; nothing goes live."""
    made = op.run(lambda api: api.post("/drafts/packs", long=True))
    op.show(made, _packs)


async def live_number(api: "AdminClient") -> int:
    """The number of the version in service.

    Raises:
        CommandError: nothing was published yet.
    """
    page = await api.get("/versions", {"limit": 1})
    if not page["items"]:
        fail("nothing was published yet")
    return int(page["items"][0]["number"])


def show_version(made: Item) -> None:
    """Say that a version was made."""
    typer.echo(
        f"version {made['number']} is live: {made['added']:,} added,"
        f" {made['removed']:,} removed; {SERVED}"
    )


def _span(text: str) -> timedelta:
    try:
        return parse_span(text)
    except ValueError as error:
        fail(f"--for: {error}")


def _blocked(made: Item, lasting: str) -> None:
    typer.echo(f"version {made['number']} is live: blocked for {lasting}; {SERVED}")
    hint(f"wordlist rollback {made['number'] - 1}", "take it back")


def _packs(made: Item | None) -> None:
    if made is None:
        typer.echo("the packs have nothing new")
        return
    typer.echo(summary(made))
    hint(f"wordlist draft diff {made['id']}", "look at it")
    hint(f"wordlist publish {made['id']}", "serve it")


def _versions(page: Item) -> None:
    rows = [_version_cells(item) for item in page["items"]]
    head = ("VERSION", "PUBLISHED", "TERMS", "ADDED", "REMOVED", "WHO", "WHY")
    show_table(head, rows, empty="nothing was published yet")
    more(page, "--before")


def _version_cells(item: Item) -> tuple[object, ...]:
    """One line of the table of versions."""
    return (
        f"{item['number']}{'*' if item['live'] else ''}",
        moment(item["created_at"]),
        item["term_count"],
        f"+{item['added']}",
        f"-{item['removed']}",
        item["who"],
        item["why"],
    )
