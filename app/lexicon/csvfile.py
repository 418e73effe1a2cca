"""Whole wordlists as CSV: the format that `wordlists/README.md` defines."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TextIO

from app.domain.entry import Entry
from app.lexicon.cells import COLUMNS
from app.lexicon.formats import MAX_PROBLEMS, Problem, Row, iter_entries
from app.lexicon.formats.source import MAX_LINE_BYTES
from app.lexicon.formats.writing import write_rows

__all__ = [
    "MAX_LINE_BYTES",
    "MAX_PROBLEMS",
    "ImportReport",
    "Problem",
    "Row",
    "iter_rows",
    "read_entries",
    "write_entries",
]


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
            yield from iter_entries(opened, "csv")
    else:
        yield from iter_entries(source, "csv")


def write_entries(entries: Iterable[Entry], fp: TextIO) -> None:
    """Write entries in the format that `read_entries` reads, LF endings."""
    fp.write(",".join(COLUMNS) + "\n")
    write_rows(entries, fp)
