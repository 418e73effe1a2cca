"""What reading a file of pictures gives, whatever its format: rows, good or refused."""

from dataclasses import dataclass, field
from typing import NamedTuple

from app.domain.labels import Label, parse_label
from app.lexicon.formats.row import FileError, Problem
from app.pictures.picture import UNKNOWN_QUALITY, Picture, faults, parse_hash

__all__ = ["CellError", "Defaults", "FileError", "Item", "Problem", "Row"]

EXEMPT = "exempt"
"""The label of allowed pictures."""


class Item(NamedTuple):
    """A picture, and whether the file says that it is no longer listed."""

    picture: Picture
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a picture is where its file does not say; `label` None means allowed."""

    label: Label | None = Label.OTHER
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One data row: its first line, and either an item or problems.

    `stopped` marks the last row of a file that was not read to its end: what it
    holds is then unknown, and the file must not be used, not even in part.
    """

    line: int
    item: Item | None = None
    problems: tuple[Problem, ...] = field(default=())
    stopped: bool = False


class CellError(ValueError):
    """A cell that cannot be read."""

    def __init__(self, column: str, message: str) -> None:
        """Name the column and what is wrong with its value."""
        super().__init__(message)
        self.column = column
        self.message = message


def refused(line: int, column: str, message: str) -> Row:
    """A row that is only a problem."""
    return Row(line, problems=(Problem(line, column, message),))


def stop(error: FileError) -> Row:
    """The last row of a file that cannot be read on."""
    return Row(
        error.line, problems=(Problem(error.line, "", str(error)),), stopped=True
    )


def judged(line: int, item: Item) -> Row:
    """The row of an item, refused if the picture cannot be listed."""
    found = tuple(Problem(line, *fault) for fault in faults(item.picture))
    return Row(line, problems=found) if found else Row(line, item)


def read_hash(text: str, column: str = "hash") -> bytes:
    """A hash.

    Raises:
        CellError: it is none.
    """
    try:
        return parse_hash(text)
    except ValueError as error:
        raise CellError(column, str(error)) from None


def read_quality(text: str) -> int:
    """A whole number, 100 for none; its range is judged with the picture.

    Raises:
        CellError: it is none.
    """
    word = text.strip()
    if not word:
        return UNKNOWN_QUALITY
    if not word.isascii() or not word.isdecimal() or len(word) > 9:
        message = f"the quality {word[:40]!r} is not a whole number from 0 to 100"
        raise CellError("quality", message)
    return int(word)


def read_label(text: str, default: Label | None) -> Label | None:
    """A label by name or number; None for allowed pictures.

    Raises:
        CellError: it is none.
    """
    word = text.strip()
    if not word:
        return default
    if word.lower() == EXEMPT:
        return None
    try:
        return parse_label(word)
    except ValueError as error:
        raise CellError("label", f"{error}, or {EXEMPT}") from None
