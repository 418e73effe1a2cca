"""Wordlists as CSV: the format that `wordlists/README.md` defines."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, TextIO

from app.domain.entry import Entry
from app.lexicon.cells import COLUMNS, CellError, cells, read_entry
from app.lexicon.validity import faults

MAX_LINE_BYTES = 65_536
"""Longest physical line; a longer one ends the reading."""

MAX_PROBLEMS = 1000
"""After so many problems the reading stops: it is not the format we expect."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was refused.

    `line` counts from 1, the header included; `column` is a column name, or
    "" when the whole row or file is meant.
    """

    line: int
    column: str
    message: str


@dataclass(slots=True)
class ImportReport:
    """What a file holds: good rows with their line numbers, and the rest.

    `lines[i]` is the line on which `entries[i]` begins. `headed` is False when
    not even the header could be read, so that nothing is known of the rows.
    """

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    headed: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One data row: its first line, and either an entry or problems.

    `header` marks the problem of a header, after which no row can follow.
    """

    line: int
    entry: Entry | None = None
    problems: tuple[Problem, ...] = ()
    header: bool = False


class _FileError(Exception):
    """The rest of the file cannot be read."""


def read_entries(source: BinaryIO | Path) -> ImportReport:
    """Read a whole wordlist; bad rows become problems, never exceptions.

    Raises:
        OSError: the file cannot be opened or read.
    """
    report = ImportReport()
    for row in iter_rows(source):
        report.problems.extend(row.problems)
        report.headed = report.headed and not row.header
        if row.entry is not None:
            report.entries.append(row.entry)
            report.lines.append(row.line)
    return report


def iter_rows(source: BinaryIO | Path) -> Iterator[Row]:
    """Read a wordlist row by row, holding one row in memory.

    Raises:
        OSError: the file cannot be opened or read.
    """
    if isinstance(source, Path):
        with source.open("rb") as opened:
            yield from _capped(_Reader(opened).rows())
    else:
        yield from _capped(_Reader(source).rows())


def write_entries(entries: Iterable[Entry], fp: TextIO) -> None:
    """Write entries in the format that `read_entries` reads, LF endings."""
    writer = csv.writer(fp, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(cells(entry) for entry in entries)


def _capped(rows: Iterator[Row]) -> Iterator[Row]:
    """Stop after too many problems."""
    seen = 0
    for row in rows:
        yield row
        seen += len(row.problems)
        if seen >= MAX_PROBLEMS:
            message = f"stopped reading after {seen} problems"
            yield _refused(row.line, "", message)
            return


def _refused(line: int, column: str, message: str) -> Row:
    """A row that is only a problem."""
    return Row(line, problems=(Problem(line, column, message),))


class _Reader:
    """Bytes to rows, with the line number always at hand."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._line = 0  # of the last physical line handed to the CSV parser
        self._undecodable: set[int] = set()

    def rows(self) -> Iterator[Row]:
        """Every data row; a problem of the whole file ends them."""
        parser = csv.reader(self._decoded_lines(), strict=True)
        header: list[str] = []
        try:
            header = self._header(parser)
            while (row := self._next(parser, header)) is not None:
                if row.entry is not None or row.problems:
                    yield row
        except _FileError as error:
            row = _refused(max(self._line, 1), "", str(error))
            yield replace(row, header=not header)

    def _decoded_lines(self) -> Iterator[str]:
        """Physical lines as text; broken UTF-8 is marked for its row."""
        while raw := self._source.readline(MAX_LINE_BYTES + 1):
            self._line += 1
            if len(raw) > MAX_LINE_BYTES:
                message = f"a line is longer than {MAX_LINE_BYTES} bytes"
                raise _FileError(message)
            if self._line == 1:
                raw = _without_bom(raw)
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
            raise _FileError(message) from None
        if self._undecodable:
            raise _FileError(_NOT_UTF8)
        if names is None:
            message = "the file is empty; its first row must name the columns"
            raise _FileError(message)
        return _checked_header([name.strip().lower() for name in names])

    def _next(self, parser: Iterator[list[str]], header: list[str]) -> Row | None:
        """The next row (blank ones without entry and problem), None at the end."""
        first = self._line + 1
        try:
            values = next(parser, None)
        except csv.Error as error:
            self._undecodable.clear()
            return _refused(first, "", f"broken CSV: {error}")
        if values is None:
            return None
        if self._undecodable:
            self._undecodable.clear()
            return _refused(first, "", _NOT_UTF8)
        return _row(first, header, values)


_NOT_UTF8 = "not UTF-8; save the file as UTF-8 (in Excel: CSV UTF-8)"


def _without_bom(raw: bytes) -> bytes:
    """The first line without a byte order mark.

    Raises:
        _FileError: the mark says UTF-16.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _FileError(_NOT_UTF8)
    return raw.removeprefix(b"\xef\xbb\xbf")


def _checked_header(names: list[str]) -> list[str]:
    """The header, or a refusal that names what is wrong with it."""
    while names and not names[-1]:
        names.pop()
    unknown = [name for name in names if name not in COLUMNS]
    if unknown:
        known = ",".join(COLUMNS)
        message = f"unknown column {unknown[0]!r}; the header has names out of {known}"
        raise _FileError(message)
    if len(set(names)) != len(names):
        message = "a column is named twice in the header"
        raise _FileError(message)
    if "term" not in names:
        message = "the header has no column named term"
        raise _FileError(message)
    return names


def _row(line: int, header: list[str], values: list[str]) -> Row:
    """Judge one parsed row."""
    if not any(map(str.strip, values)):
        return Row(line)
    if any(map(str.strip, values[len(header) :])):
        message = f"{len(values)} fields, but the header names {len(header)} columns"
        return _refused(line, "", message)
    try:
        entry = read_entry(dict(zip(header, values, strict=False)))
    except CellError as error:
        return _refused(line, error.column, error.message)
    problems = tuple(Problem(line, *fault) for fault in faults(entry))
    return Row(line, problems=problems) if problems else Row(line, entry)
