"""`seccheck wordlist stats|holds|confirm|release`: how words do, and who tripped."""

from typing import Annotated, Literal
from urllib.parse import quote

import typer

from app.cli_common import visible
from app.cli_operator import Operator, command
from app.cli_view import (
    PAGE,
    After,
    Item,
    Limit,
    hint,
    moment,
    more,
    percent,
    show_table,
)

vitals = typer.Typer(no_args_is_help=True)

HoldKey = Annotated[
    str, typer.Argument(metavar="KEY", help="As `wordlist holds` shows it.")
]

_COLOURS = {"tripped": typer.colors.YELLOW}


@command(vitals)
def stats(
    op: Operator,
    list_name: Annotated[
        str | None, typer.Option("--list", metavar="NAME", help="One list.")
    ] = None,
    order: Annotated[
        Literal["hits", "users", "last_hit", "dead", "overturned"],
        typer.Option(help="What comes first."),
    ] = "hits",
    days: Annotated[int, typer.Option(min=1, max=400, help="So far back.")] = 30,
    limit: Limit = PAGE,
    after: After = None,
) -> None:
    """Show how often each term hits, whom, and how often reviewers disagree."""
    query = {"list": list_name, "order": order, "days": days}
    query |= {"limit": limit, "after": after}
    op.show(op.run(lambda api: api.get("/stats/terms", query)), _stats)


@command(vitals)
def holds(op: Operator) -> None:
    """List the terms that the circuit breaker keeps at review."""
    op.show(op.run(lambda api: api.get("/holds")), _holds)


@command(vitals)
def confirm(op: Operator, hold: HoldKey) -> None:
    """Keep a term at review; the breaker was right."""
    _decide(op, hold, "confirm", "stays at review")


@command(vitals)
def release(op: Operator, hold: HoldKey) -> None:
    """Let a term count in full again, everywhere within seconds."""
    _decide(op, hold, "release", "counts in full again")


def _decide(op: Operator, hold: str, verb: str, effect: str) -> None:
    path = f"/holds/{quote(hold, safe='')}/{verb}"
    done = op.run(lambda api: api.post(path))
    op.show(done, lambda item: typer.echo(f"{_named(item)} {effect}"))


def _named(item: Item) -> str:
    return f"{visible(item['term'])} in {item['list']}"


def _stats(page: Item) -> None:
    rows = [
        (
            item["list"],
            item["term"],
            item["hits"],
            item["users"],
            percent(item["share_overturned"]),
            moment(item["last_hit"]),
            item["dead"],
            item["covered_by"],
        )
        for item in page["items"]
    ]
    head = ("LIST", "TERM", "HITS", "USERS", "OVERTURNED", "LAST HIT", "DEAD")
    show_table((*head, "COVERED BY"), rows, empty="no term has hit anything yet")
    more(page)


def _holds(page: Item) -> None:
    items = page["items"]
    rows = [
        (
            item["key"],
            item["list"],
            item["term"],
            item["state"],
            moment(item["tripped_at"]),
            _why(item),
        )
        for item in items
    ]
    colours = [_COLOURS.get(item["state"]) for item in items]
    head = ("KEY", "LIST", "TERM", "STATE", "SINCE", "WHY")
    show_table(head, rows, colours=colours, empty="no term is held")
    tripped = [item for item in items if item["state"] == "tripped"]
    if tripped:
        hint(f"wordlist confirm {tripped[0]['key']}", "keep it at review")
        hint(f"wordlist release {tripped[0]['key']}", "or let it count again")


def _why(item: Item) -> str:
    """What was seen when the word tripped."""
    seen = f"{percent(item['share'])} of {item['texts']:,} texts"
    usual = item["usual_share"]
    before = "new" if usual is None else f"usually {percent(usual)}"
    return f"{seen} in {item['minutes']} min, {before}"
