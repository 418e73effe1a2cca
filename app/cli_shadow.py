"""`seccheck wordlist shadow …`: a candidate beside live, counted and never served."""

from typing import Annotated, Any

import typer

from app.cli_common import fail
from app.cli_drafts import Why
from app.cli_operator import Operator, command
from app.cli_rows import Scenes
from app.cli_versions import show_version
from app.cli_view import Item, hint, moment, percent, plural, show_table

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

    async def work(api: Any) -> Any:
        name = f"version:{version}"
        if draft is not None:
            found = await api.get(f"/drafts/{draft}")
            name = f"draft:{draft}@{found['revision']}"
        return await api.send("PUT", "/shadow", body=body | {"candidate": name})

    op.show(op.run(work), _started)


@command(shadow)
def status(op: Operator) -> None:
    """Show what the candidate decided otherwise so far."""
    op.show(op.run(lambda api: api.get("/shadow")), _status)


@command(shadow)
def stop(op: Operator) -> None:
    """End the shadow; its counts stay readable."""
    done = op.run(lambda api: api.send("DELETE", "/shadow"))
    op.show(done or {"state": "stopped"}, lambda _: typer.echo("the shadow is stopped"))


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
    scenes = " ".join(found["scenes"]) or "all scenes"
    share = percent(found["share"])
    typer.echo(f"{found['candidate']} runs beside live on {share} of {scenes}")
    hint("wordlist shadow status", "see what it would change")


def _status(found: Item | None) -> None:
    if not found or not found.get("candidate"):
        typer.echo("no shadow runs")
        return
    typer.echo(
        f"{found['candidate']} is {found['state']} since {moment(found['started_at'])}"
        f" on {percent(found['share'])} of {' '.join(found['scenes']) or 'all scenes'}"
    )
    _differences(found)


def _differences(found: Item) -> None:
    """The counts: how many verdicts differ, by scene and by word."""
    different = sum(item["count"] for item in found["flips"])
    texts = plural(found["texts"], "text")
    typer.echo(
        f"{texts} checked by both, {plural(different, 'verdict')} would differ,"
        f" {plural(found['dropped'], 'text')} dropped"
    )
    keys = ("scene", "before", "after", "count")
    rows = [tuple(item[key] for key in keys) for item in found["flips"]]
    show_table(("SCENE", "LIVE", "SHADOW", "TEXTS"), rows)
