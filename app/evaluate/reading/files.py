"""Rows of a labelled file, by the names of its columns."""

import csv
import json
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from app.evaluate.errors import EvaluateError
from app.evaluate.reading.lines import Broken, Lines

MAX_TEXT: Final = 100_000
"""Longest text in code points, as on the native API."""
_DELIMITERS: Final = (",", "\t", ";")
_SHOWN_NAME: Final = 40
_SHOWN_NAMES: Final = 12


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what; "" means none.

    Those that a name is given for must be in a CSV file, but for `scene` and `term`.
    """

    text: str = "text"
    label: str = "label"
    scene: str = "scene"
    group: str = ""
    term: str = "term"
    part: str = ""


class Raw(NamedTuple):
    """A row as it stands in the file; what the file does not have is ""."""

    line: int
    text: str
    label: str
    scene: str
    group: str
    term: str
    part: str


@dataclass(slots=True)
class Table:
    """What a file holds: rows, and lines that could not be used."""

    rows: list[Raw] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)


def read_file(path: Path, columns: Columns, encoding: str = "utf-8") -> Table:
    """Every row of a CSV file with a header, or of a file of JSON objects.

    Raises:
        EvaluateError: it cannot be opened or decoded, or lacks a column.
    """
    lines = Lines(path, encoding)
    given = iter(lines)
    first = next((line for line in given if line.strip()), None)
    table = Table(broken=lines.broken)
    if first is None:
        if lines.broken:
            return table
        raise EvaluateError(f"{path} is empty")
    rest = _again(first, given)
    read = _json_rows if first.lstrip().startswith("{") else _csv_rows
    table.rows.extend(read(lines, rest, columns))
    return table


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


class _RowError(Exception):
    """Why a row cannot be used."""


def _json_rows(lines: Lines, given: Iterator[str], columns: Columns) -> Iterator[Raw]:
    for line in given:
        if not line.strip():
            continue
        try:
            yield _from_json(lines.line, line, columns)
        except _RowError as error:
            lines.refuse(str(error))


def _from_json(number: int, line: str, columns: Columns) -> Raw:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise _RowError("not JSON") from None
    if not isinstance(value, dict):
        raise _RowError("no JSON object")
    text = value.get(columns.text)
    if not isinstance(text, str):
        raise _RowError(f"no string {columns.text!r}")
    cells = [_cell(value.get(name)) for name in _optional(columns)]
    return _checked(Raw(number, text, *cells))


def _cell(value: object) -> str:
    """A JSON value as a CSV file would show it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value).strip()
    raise _RowError("a list or an object where one value is expected")


def _optional(columns: Columns) -> tuple[str, ...]:
    """The columns beside the text, in the order of `Raw`."""
    return (
        columns.label,
        columns.scene,
        columns.group,
        columns.term,
        columns.part,
    )


def _csv_rows(lines: Lines, given: Iterator[str], columns: Columns) -> Iterator[Raw]:
    header = next(given)
    delimiter, names = _header(lines.path, header, columns)
    feed = _Feed(lines, given)
    # The parser's own limit of 131072 characters for a cell ends what a quote
    # that nobody closed would swallow.
    parser = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.begin()
        try:
            row = next(parser, None)
        except csv.Error:
            lines.refuse("broken CSV, perhaps a quote is not closed", feed.line)
            feed.give_back()
            continue
        if row is None:
            return
        if any(cell.strip() for cell in row):
            try:
                yield _from_csv(feed.line, row, names, columns)
            except _RowError as error:
                lines.refuse(str(error), feed.line)


class _Feed:
    """Lines for the parser that can be given back when a row turns out broken."""

    def __init__(self, lines: Lines, given: Iterator[str]) -> None:
        self._lines = lines
        self._given = given
        self._taken: list[tuple[int, str]] = []
        self._waiting: deque[tuple[int, str]] = deque()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._waiting:
            numbered = self._waiting.popleft()
        else:
            line = next(self._given)
            numbered = (self._lines.line, line)
        self._taken.append(numbered)
        return numbered[1]

    @property
    def line(self) -> int:
        """Where the current row begins."""
        return self._taken[0][0] if self._taken else self._lines.line

    def begin(self) -> None:
        """A new row follows."""
        self._taken = []

    def give_back(self) -> None:
        """Read all lines of the current row again but its first."""
        self._waiting.extendleft(reversed(self._taken[1:]))


def _from_csv(number: int, row: list[str], names: list[str], columns: Columns) -> Raw:
    if len(row) != len(names):
        raise _RowError(f"{len(row)} cells where the header has {len(names)}")
    cells = dict(zip(names, row, strict=True))
    others = [cells.get(name, "").strip() for name in _optional(columns)]
    return _checked(Raw(number, cells[columns.text], *others))


def _header(path: Path, line: str, columns: Columns) -> tuple[str, list[str]]:
    """The delimiter under which the header names the columns."""
    needed = {columns.text, columns.label, columns.group, columns.part} - {""}
    for delimiter in _DELIMITERS:
        names = _split(line, delimiter)
        if needed <= set(names):
            return delimiter, names
    names = _split(line, ",")
    missing = next(name for name in sorted(needed) if name not in names)
    raise EvaluateError(f"{path} has no column {missing!r}; {_listed(names)}")


def _split(line: str, delimiter: str) -> list[str]:
    try:
        cells = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []
    return [cell.strip() for cell in cells]


def _listed(names: Sequence[str]) -> str:
    """The columns of a file, unless its first line looks like a text."""
    if any(len(name) > _SHOWN_NAME for name in names):
        return "its first line is no header"
    shown = ", ".join(names[:_SHOWN_NAMES])
    return f"it has {shown}" + (" and more" if len(names) > _SHOWN_NAMES else "")


def _checked(raw: Raw) -> Raw:
    if not raw.text.strip():
        raise _RowError("no text")
    if len(raw.text) > MAX_TEXT:
        raise _RowError(f"longer than {MAX_TEXT} characters")
    if not raw.label:
        raise _RowError("no label")
    return raw
