"""How operator commands show answers: tables, moments, where the next page begins."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from app.cli_common import note, table_lines, visible

SHOWN_TEXT = 48
"""Longest cell of a table in characters; JSON has everything."""

PAGE = 50
"""Rows that a command shows unless told."""

Limit = Annotated[int, typer.Option(min=1, max=1000, help="Rows to show at most.")]
After = Annotated[
    str | None, typer.Option(metavar="CURSOR", help="Go on after this row.")
]

Item = Mapping[str, Any]


def show_table(
    head: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    colours: Sequence[str | None] = (),
    empty: str = "",
) -> None:
    """Print a table on standard output; one sentence on standard error when empty.

    `colours` has one colour per row, seen on a terminal only.
    """
    if not rows:
        if empty:
            note(empty)
        return
    shown = [tuple(cell(value) for value in row) for row in rows]
    first, *lines = table_lines(head, shown)
    typer.echo(first)
    painted = [*colours, *[None] * (len(lines) - len(colours))]
    for line, colour in zip(lines, painted, strict=True):
        typer.echo(typer.style(line, fg=colour) if colour else line)


def cell(value: object) -> str:
    """One value as a person reads it, safe for a terminal and of bounded width."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list | tuple | set | frozenset):
        return " ".join(map(str, value)) or "-"
    return clipped(str(value))


def clipped(text: str, limit: int = SHOWN_TEXT) -> str:
    """The text on one line, cut when it is long."""
    line = visible(text).replace("\n", " ").replace("\t", " ")
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def moment(value: str | float | None) -> str:
    """A time in UTC, to the minute; numbers are Unix seconds."""
    if value is None:
        return "-"
    if isinstance(value, str):
        when = datetime.fromisoformat(value).astimezone(UTC)
    else:
        when = datetime.fromtimestamp(value, UTC)
    return when.strftime("%Y-%m-%d %H:%M UTC")


def percent(share: float | None) -> str:
    """A share from 0 to 1 as a person reads it."""
    return "-" if share is None else f"{share:.1%}"


def more(page: Item, option: str = "--after") -> None:
    """Say how to see the rows after this page, if there are any."""
    if page.get("next") is not None:
        note(f"there are more: add {option} {page['next']}")


def hint(command: str, what: str) -> None:
    """Name the command that comes next."""
    typer.echo(f"{what}: seccheck {command}")


def plural(number: int, noun: str, many: str = "") -> str:
    """`1 file`, `2,000 files`."""
    return f"{number:,} {noun if number == 1 else many or noun + 's'}"
