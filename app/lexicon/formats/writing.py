"""Entries to files."""

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import BinaryIO, Literal, TextIO

from app.domain.entry import Entry
from app.lexicon.cells import COLUMNS, cells
from app.lexicon.cells_guard import guarded, quoted
from app.lexicon.formats.words import COMMENT

WrittenFormat = Literal["csv", "text"]
"""Formats that we write."""

CHUNK_ENTRIES = 500
"""Entries that are written together."""

_BARE = frozenset({COLUMNS.index("label"), COLUMNS.index("level")})
"""Columns that hold a word or number of ours, which no spreadsheet changes."""


def write(
    entries: Iterable[Entry],
    fp: BinaryIO,
    format: WrittenFormat = "csv",  # noqa: A002  # the word that everybody uses
    *,
    excel: bool = False,
) -> int:
    """Write a file; returns its size in bytes. For the arguments see `chunks`.

    Raises:
        OSError: the file cannot be written.
    """
    return sum(fp.write(chunk) for chunk in chunks(entries, format, excel=excel))


def chunks(
    entries: Iterable[Entry],
    format: WrittenFormat = "csv",  # noqa: A002
    *,
    excel: bool = False,
) -> Iterator[bytes]:
    """The bytes of a file, some hundred entries at a time.

    `excel` makes a CSV that a spreadsheet opens without running or changing
    anything: byte order mark, all fields in quotes, Windows line ends, and an
    apostrophe before what looks like a formula, number or date. Reading it back
    gives the same entries. It means nothing for text.

    Text has only the terms. A file is of one kind, that of its first entry, terms
    or exempt phrases; entries of the other kind become comments.
    """
    batches = _batches(entries)
    if format == "text":
        return map(str.encode, _text(batches))
    return map(str.encode, _excel(batches) if excel else _csv(batches))


def csv_row(entry: Entry) -> list[str]:
    """The cells of an entry for a plain CSV file."""
    return _safe(entry, quoted)


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Lists of some entries, without one that is empty."""
    rest = iter(entries)
    while batch := list(islice(rest, CHUNK_ENTRIES)):
        yield batch


def _csv(batches: Iterable[list[Entry]]) -> Iterator[str]:
    """A plain file: LF, quotes where needed."""
    yield ",".join(COLUMNS) + "\n"
    for batch in batches:
        out = io.StringIO(newline="")
        write_rows(batch, out)
        yield out.getvalue()


def write_rows(entries: Iterable[Entry], fp: TextIO) -> None:
    """The rows of a plain CSV file without its header."""
    plain = csv.writer(fp, lineterminator="\n")
    careful = csv.writer(fp, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for entry in entries:
        # The writer quotes a carriage return only where lines end with one.
        writer = careful if "\r" in entry.note else plain
        writer.writerow(csv_row(entry))


def _excel(batches: Iterable[list[Entry]]) -> Iterator[str]:
    """A file for spreadsheets."""
    out = io.StringIO(newline="")
    # Quotes everywhere: in some countries the fields end at a semicolon, and a
    # formula behind one would stand in a cell of its own.
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    yield codecs.BOM_UTF8.decode() + out.getvalue()
    for batch in batches:
        out.seek(0)
        out.truncate()
        writer.writerows(_safe(entry, guarded) for entry in batch)
        yield out.getvalue()


def _safe(entry: Entry, guard: Callable[[str], str]) -> list[str]:
    """The cells of an entry, guarded where it matters."""
    return [
        cell if not cell or column in _BARE else guard(cell)
        for column, cell in enumerate(cells(entry))
    ]


def _text(batches: Iterator[list[Entry]]) -> Iterator[str]:
    """One term per line."""
    first = next(batches, None)
    if first is None:
        return
    exempt = first[0].exempt
    # A mark that begins the first term would be taken for that of the file.
    yield "\ufeff" if first[0].term.startswith("\ufeff") else ""
    yield "".join(_line(entry, exempt=exempt) for entry in first)
    for batch in batches:
        yield "".join(_line(entry, exempt=exempt) for entry in batch)


def _line(entry: Entry, *, exempt: bool) -> str:
    """The line of an entry in a file of one kind."""
    if entry.exempt is not exempt:
        kind = "an exempt phrase" if entry.exempt else "a term"
        return f"{COMMENT} left out, {kind}: {entry.term}\n"
    hidden = "\\" if entry.term.startswith(COMMENT) else ""
    return f"{hidden}{entry.term}\n"
