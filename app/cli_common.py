"""What every command shares: one shape of error, settings, notes to the user."""

import json
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from pydantic import ValidationError

    from app.settings import Settings


json_option = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class CommandError(Exception):
    """A command cannot go on; the message is one sentence for the user."""


def fail(message: str) -> NoReturn:
    """Leave the command with one sentence on standard error and exit code 2.

    Raises:
        CommandError: always.
    """
    raise CommandError(message)


def note(message: str) -> None:
    """Tell the user something on standard error; standard output stays data."""
    typer.echo(f"seccheck: {message}", err=True)


def load_settings(**given: object) -> "Settings":
    """Read settings from the environment; options that were given win.

    Raises:
        CommandError: a setting is invalid; the message names it.
    """
    from pydantic import ValidationError

    from app.settings import Settings

    chosen: dict[str, Any] = {k: v for k, v in given.items() if v is not None}
    try:
        return Settings(**chosen)
    except ValidationError as error:
        fail(describe(error, prefix="SECCHECK_"))


def describe(error: "ValidationError", *, prefix: str = "") -> str:
    """Say what pydantic found wrong, without repeating what was typed."""
    faults = []
    for item in error.errors(include_url=False, include_input=False):
        parts = [str(part) for part in item["loc"]]
        shown = f"{prefix}{'_'.join(parts).upper()}" if prefix else ".".join(parts)
        faults.append(f"{shown}: {item['msg']}")
    return "; ".join(faults)


def print_json(value: object) -> None:
    """Print data for another program."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print aligned columns; a wide character takes two places."""
    for line in table_lines(head, rows):
        typer.echo(line)


def table_lines(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table: the head, then a line per row."""
    lines = [tuple(head), *map(tuple, rows)]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    return ["  ".join(map(_padded, line, widths)).rstrip() for line in lines]


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))


def _width(text: str) -> int:
    return sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in text)


def visible(text: str) -> str:
    """Control and invisible characters written out: no text drives the terminal."""
    if text.isprintable():
        return text
    return "".join(map(_escaped, text))


def _escaped(char: str) -> str:
    if char in "\n\t" or char.isprintable() or unicodedata.category(char) == "Zs":
        return char
    return char.encode("unicode_escape").decode("ascii")
