"""Our CSV, read row by row."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from operator import itemgetter

from app.lexicon.cells import COLUMNS, CellError, Defaults, read_entry
from app.lexicon.formats.row import FileError, Row, judged, refused, stop
from app.lexicon.formats.source import NOT_UTF8, Source


def table_rows(source: Source, defaults: Defaults) -> Iterator[Row]:
    """Every data row; a problem of the whole file ends them."""
    return _Reader(source, defaults).rows()


class _Header:
    """Where each column stands in this file."""

    def __init__(self, names: list[str]) -> None:
        self.width = len(names)
        # A column that the file lacks is the empty cell behind its last one.
        places = (names.index(c) if c in names else self.width for c in COLUMNS)
        self._pick: Callable[[list[str]], tuple[str, ...]] = itemgetter(*places)

    def ordered(self, values: list[str]) -> tuple[str, ...]:
        """The cells of a row in the order of `COLUMNS`."""
        missing = self.width + 1 - len(values)
        return self._pick(values + [""] * missing if missing > 0 else values)


class _Reader:
    """Bytes to rows, with the line number always at hand."""

    def __init__(self, source: Source, defaults: Defaults) -> None:
        self._source = source
        self._defaults = defaults
        self._line = 0  # of the last physical line handed to the CSV parser
        self._undecodable: set[int] = set()

    def rows(self) -> Iterator[Row]:
        """Every data row; a problem of the whole file ends them."""
        parser = csv.reader(self._decoded_lines(), strict=True)
        header: _Header | None = None
        try:
            self._source.check()
            header = _Header(self._header(parser))
            while (row := self._next(parser, header)) is not None:
                if row.entry is not None or row.problems:
                    yield row
        except FileError as error:
            yield replace(stop(error), header=header is None)

    def _decoded_lines(self) -> Iterator[str]:
        """Physical lines as text; broken UTF-8 is marked for its row."""
        for number, raw in self._source.lines():
            self._line = number
            try:
                yield raw.decode()
            except UnicodeDecodeError:
                self._undecodable.add(self._line)
                yield raw.decode(errors="replace")

    def _header(self, parser: Iterator[list[str]]) -> list[str]:
        """The column names in their order; blank lines before are skipped."""
        try:
            names = next((row for row in parser if any(map(str.strip, row))), None)
        except csv.Error as error:
            message = f"the header cannot be read: {error}"
            raise FileError(message, self._line) from None
        if self._undecodable:
            raise FileError(NOT_UTF8, self._line)
        if names is None:
            message = "the file is empty; its first row must name the columns"
            raise FileError(message)
        return self._checked_header([name.strip().lower() for name in names])

    def _checked_header(self, names: list[str]) -> list[str]:
        """The header, or a refusal that names what is wrong with it."""
        while names and not names[-1]:
            names.pop()
        unknown = [name for name in names if name not in COLUMNS]
        message = ""
        if unknown:
            known = ",".join(COLUMNS)
            message = (
                f"unknown column {unknown[0][:40]!r}; the header has names out of"
                f" {known}"
            )
        elif len(set(names)) != len(names):
            message = "a column is named twice in the header"
        elif "term" not in names:
            message = "the header has no column named term"
        if message:
            raise FileError(message, self._line)
        return names

    def _next(self, parser: Iterator[list[str]], header: _Header) -> Row | None:
        """The next row (blank ones without entry and problem), None at the end."""
        first = self._line + 1
        try:
            values = next(parser, None)
        except csv.Error as error:
            self._undecodable.clear()
            return refused(first, "", f"broken CSV: {error}")
        if values is None:
            return None
        if self._undecodable:
            self._undecodable.clear()
            return refused(first, "", NOT_UTF8)
        return _row(first, header, values, self._defaults)


def _row(line: int, header: _Header, values: list[str], defaults: Defaults) -> Row:
    """Judge one parsed row."""
    if not "".join(values).strip():
        return Row(line)
    if len(values) > header.width and any(map(str.strip, values[header.width :])):
        message = f"{len(values)} fields, but the header names {header.width} columns"
        return refused(line, "", message)
    try:
        entry = read_entry(header.ordered(values), defaults)
    except CellError as error:
        return refused(line, error.column, error.message)
    return judged(line, entry)
