"""Our CSV, read row by row."""

import csv
from collections.abc import Iterator, Mapping

from app.domain.labels import Label
from app.lexicon.cells_guard import unguarded
from app.lexicon.formats.source import NOT_UTF8, Source
from app.pictures.formats.row import (
    CellError,
    Defaults,
    FileError,
    Item,
    Row,
    judged,
    read_hash,
    read_label,
    read_quality,
    refused,
    stop,
)
from app.pictures.picture import Picture

COLUMNS = ("hash", "label", "quality", "centre", "exempt", "note")
"""The columns in the order in which we write them; only the first is needed."""

_YES = frozenset({"yes", "true", "1", "y"})
_NO = frozenset({"", "no", "false", "0", "n"})


def table_rows(source: Source, defaults: Defaults) -> Iterator[Row]:
    """Every data row; a problem of the whole file ends them."""
    return _Reader(source, defaults).rows()


class _Reader:
    """Bytes to rows, with the line number always at hand."""

    def __init__(self, source: Source, defaults: Defaults) -> None:
        self._source = source
        self._defaults = defaults
        self._line = 0  # of the last physical line handed to the CSV parser
        self._undecodable = False

    def rows(self) -> Iterator[Row]:
        """Every data row; a problem of the whole file ends them."""
        parser = csv.reader(self._decoded_lines(), strict=True)
        try:
            self._source.check()
            names = self._header(parser)
            while (row := self._next(parser, names)) is not None:
                if row.item is not None or row.problems:
                    yield row
        except FileError as error:
            yield stop(error)

    def _decoded_lines(self) -> Iterator[str]:
        """Physical lines as text; broken UTF-8 is marked for its row."""
        for number, raw in self._source.lines():
            self._line = number
            try:
                yield raw.decode()
            except UnicodeDecodeError:
                self._undecodable = True
                yield raw.decode(errors="replace")

    def _header(self, parser: Iterator[list[str]]) -> list[str]:
        """The column names in their order; blank lines before are skipped."""
        try:
            names = next((row for row in parser if any(map(str.strip, row))), [])
        except csv.Error as error:
            message = f"the header cannot be read: {error}"
            raise FileError(message, self._line) from None
        fault = _header_fault(names := [name.strip().lower() for name in names])
        if fault or self._undecodable:
            raise FileError(fault or NOT_UTF8, max(self._line, 1))
        return names

    def _next(self, parser: Iterator[list[str]], names: list[str]) -> Row | None:
        """The next row (blank ones without item and problem), None at the end."""
        first = self._line + 1
        try:
            values = next(parser, None)
        except csv.Error as error:
            self._undecodable = False
            return refused(first, "", f"broken CSV: {error}")
        if values is None:
            return None
        if self._undecodable:
            self._undecodable = False
            return refused(first, "", NOT_UTF8)
        return _row(first, names, values, self._defaults)


def _header_fault(names: list[str]) -> str:
    """What is wrong with a header, or ""."""
    known = ",".join(COLUMNS)
    unknown = [name for name in names if name not in COLUMNS]
    if not names:
        return "the file is empty; its first row must name the columns"
    if unknown:
        shown = unknown[0][:40]
        return f"unknown column {shown!r}; the header has names out of {known}"
    if len(set(names)) != len(names):
        return "a column is named twice in the header"
    return "" if "hash" in names else "the header has no column named hash"


def _row(line: int, names: list[str], values: list[str], defaults: Defaults) -> Row:
    """Judge one parsed row."""
    if not "".join(values).strip():
        return Row(line)
    if len(values) > len(names) and any(map(str.strip, values[len(names) :])):
        message = f"{len(values)} fields, but the header names {len(names)} columns"
        return refused(line, "", message)
    cells = {n: unguarded(v.strip()) for n, v in zip(names, values, strict=False)}
    try:
        picture = _picture(cells, defaults)
    except CellError as error:
        return refused(line, error.column, error.message)
    return judged(line, Item(picture))


def _picture(cells: Mapping[str, str], defaults: Defaults) -> Picture:
    """The picture of a row.

    Raises:
        CellError: a cell cannot be read.
    """
    centre = cells.get("centre", "")
    return Picture(
        hash=read_hash(cells.get("hash", "")),
        label=_label(cells, defaults),
        quality=read_quality(cells.get("quality", "")),
        centre=read_hash(centre, "centre") if centre else None,
        note=cells.get("note", "") or defaults.note,
    )


def _label(cells: Mapping[str, str], defaults: Defaults) -> Label | None:
    """What the columns `label` and `exempt` say together."""
    exempt = cells.get("exempt", "").lower()
    if exempt in _NO:
        return read_label(cells.get("label", ""), defaults.label)
    if exempt not in _YES:
        raise CellError("exempt", f"write yes or no, not {exempt[:40]!r}")
    label = read_label(cells.get("label", ""), None)
    if label is not None:
        message = f"an allowed picture has no label, so it cannot be {label.title}"
        raise CellError("label", message)
    return None
