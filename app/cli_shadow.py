"""`seccheck wordlist shadow …`: a candidate beside live, counted and never served."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli_common import fail, note
from app.cli_drafts import Why
from app.cli_operator import Operator, command
from app.cli_rows import Scenes
from app.cli_versions import show_version
from app.cli_view import Item, Limit, hint, moment, percent, plural, show_table

if TYPE_CHECKING:
    from app.cli_admin import AdminClient

shadow = typer.Typer(
    no_args_is_help=True, help="Run a draft or version beside live; nobody is served."
)

SHOWN_TERMS = 50


@command(shadow)
def start(
    op: Operator,
    draft: Annotated[
        int | None, typer.Argument(metavar="DRAFT", min=1, help="A draft.")
    ] = None,
    version: Annotated[
        int | None, typer.Option(min=1, help="A former version instead.")
    ] = None,
    share: Annotated[
        str, typer.Option(help="How much of the traffic, such as 10% or 0.1.")
    ] = "100%",
    scenes: Scenes = None,
) -> None:
    """Check a share of the traffic with the candidate, too, and count differences."""
    if (draft is None) == (version is None):
        fail("give a DRAFT, or --version")
    body = {"share": _share(share), "scenes": scenes or []}

    async def work(api: "AdminClient") -> Any:
        name = f"version:{version}"
        if draft is not None:
            found = await api.get(f"/drafts/{draft}")
            name = f"draft:{draft}@{found['revision']}"
        return await api.send(
            "PUT", "/shadow", body=body | {"candidate": name}, long=True
        )

    op.show(op.run(work), _started)


@command(shadow)
def status(op: Operator, limit: Limit = SHOWN_TERMS) -> None:
    """Show what the candidate would have decided otherwise so far."""

    async def work(api: "AdminClient") -> Any:
        found = await api.get("/shadow")
        if found is None:
            return None
        page = await api.get("/shadow/terms", {"limit": limit})
        return found | {"terms": page["items"], "more_terms": page["next"] is not None}

    op.show(op.run(work), _status)


@command(shadow)
def stop(
    op: Operator,
    why: Annotated[str, typer.Option(help="The reason, kept with its counts.")] = "",
) -> None:
    """End the shadow; its counts stay readable."""
    query = {"reason": why or None}
    done = op.run(lambda api: api.send("DELETE", "/shadow", query=query))
    op.show(done, _stopped)


@command(shadow)
def promote(op: Operator, why: Why = "") -> None:
    """Serve the candidate: publish the draft, or roll back to the version."""
    body = {"why": why}
    made = op.run(lambda api: api.post("/shadow/promote", body, long=True))
    op.show(made, show_version)


def _share(text: str) -> float:
    """A share of traffic, as a percentage or a fraction.

    Raises:
        CommandError: it is none, or not above 0 and at most all.
    """
    number = text.strip()
    try:
        found = float(number.removesuffix("%")) / (100 if number.endswith("%") else 1)
    except ValueError:
        found = 0.0
    if not 0 < found <= 1:
        fail("--share is a part of the traffic such as 10% or 0.1, and at most 100%")
    return found


def _started(found: Item) -> None:
    typer.echo(f"{found['candidate']} runs beside live on {_part(found)}")
    hint("wordlist shadow status", "see what it would change")


def _stopped(found: Item) -> None:
    typer.echo(f"the shadow with {found['candidate']} is stopped; {_sums(found)}")


def _status(found: Item | None) -> None:
    if found is None:
        typer.echo("no shadow was started yet")
        return
    since = moment(found["started_at"])
    if found["state"] == "running":
        typer.echo(f"{found['candidate']} runs since {since} on {_part(found)}")
    else:
        until, by = moment(found["ended_at"]), found["ended_by"]
        reason = f": {found['reason']}" if found["reason"] else ""
        typer.echo(f"{found['candidate']} ran from {since} on {_part(found)}")
        typer.echo(f"{found['state']} {until} by {by}{reason}")
    typer.echo(_sums(found))
    _differences(found)
    if found["state"] == "running":
        typer.echo()
        hint("wordlist shadow promote", "serve it")


def _differences(found: Item) -> None:
    """The differences by scene and decision, then by word."""
    rows = [_flip_cells(item, found) for item in found["flips"]]
    if rows:
        typer.echo()
    show_table(("SCENE", "LIVE", "SHADOW", "TEXTS", "SHARE"), rows)
    keys = ("count", "scene", "before", "after", "kind", "list", "term")
    words = [tuple(item[key] for key in keys) for item in found["terms"]]
    if words:
        typer.echo()
    show_table(("TEXTS", "SCENE", "LIVE", "SHADOW", "BY", "LIST", "TERM"), words)
    if found["more_terms"]:
        note("there are more words: raise --limit")


def _flip_cells(item: Item, found: Item) -> tuple[object, ...]:
    share = f"{item['count'] / max(found['texts'], 1):.3%}"
    return item["scene"], item["before"], item["after"], item["count"], share


def _part(found: Item) -> str:
    """The part of the traffic in words."""
    scenes = ", ".join(found["scenes"]) or "all scenes"
    return f"{percent(found['share'])} of the texts in {scenes}"


def _sums(found: Item) -> str:
    """What it counted in all."""
    dropped = found["dropped"]
    return (
        f"{plural(found['texts'], 'text')} checked by both,"
        f" {plural(found['flipped'], 'verdict')} would differ"
        + (f", {plural(dropped, 'text')} dropped under load" if dropped else "")
    )
