"""Pictures to files."""

import codecs
import csv
import io
import json
from collections.abc import Iterable
from typing import Final, Literal

from app.domain.labels import Label
from app.lexicon.cells_guard import guarded, quoted
from app.pictures.formats.exchange import ALLOWED, KIND, LISTED
from app.pictures.formats.lines import COMMENT
from app.pictures.formats.table import COLUMNS
from app.store.pictures import PictureRow

WrittenFormat = Literal["csv", "lines", "threatexchange"]
"""Formats that we write."""
WRITTEN: Final[tuple[WrittenFormat, ...]] = ("csv", "lines", "threatexchange")


def head(format: WrittenFormat, *, excel: bool = False) -> bytes:  # noqa: A002
    """What a file begins with."""
    if format != "csv":
        return b""
    if excel:
        return codecs.BOM_UTF8 + _table([COLUMNS], excel=True)
    return _table([COLUMNS], excel=False)


def chunks(
    rows: Iterable[PictureRow],
    format: WrittenFormat = "csv",  # noqa: A002  # the word that everybody uses
    *,
    excel: bool = False,
) -> bytes:
    """Some rows of a file.

    `excel` makes a CSV that a spreadsheet opens without running or changing
    anything: all fields in quotes, Windows line ends, and an apostrophe before what
    looks like a formula, number or date. Reading it back gives the same pictures.
    Plain lines have only hash and quality: allowed pictures become comments, because
    whoever reads the file would take them for listed ones.
    """
    if format == "csv":
        return _table((_cells(row, excel=excel) for row in rows), excel=excel)
    if format == "lines":
        return "".join(map(_line, rows)).encode()
    return b"".join(map(_indicator, rows))


def _table(rows: Iterable[Iterable[str]], *, excel: bool) -> bytes:
    out = io.StringIO(newline="")
    # Quotes everywhere: in some countries the fields end at a semicolon, and a
    # formula behind one would stand in a cell of its own.
    ends = "\r\n" if excel else "\n"
    careful = csv.writer(out, lineterminator=ends, quoting=csv.QUOTE_ALL)
    plain = careful if excel else csv.writer(out, lineterminator=ends)
    for row in rows:
        cells = list(row)
        # The writer quotes a carriage return only where lines end with one.
        (careful if "\r" in cells[-1] else plain).writerow(cells)
    return out.getvalue().encode()


def _cells(row: PictureRow, *, excel: bool) -> list[str]:
    """A hash of digits alone, or with one `e`, is a number to a spreadsheet."""
    guard = guarded if excel else quoted
    exempt = row.label is None
    return [
        guard(row.hash.hex()),
        "" if row.label is None else _title(row.label),
        str(row.quality),
        guard(row.centre.hex()) if row.centre else "",
        "yes" if exempt else "",
        guard(row.note),
    ]


def _line(row: PictureRow) -> str:
    """A line of a plain list."""
    if row.label is None:
        return f"{COMMENT} left out, an allowed picture: {row.hash.hex()}\n"
    return f"{row.hash.hex()},{row.quality}\n"


def _indicator(row: PictureRow) -> bytes:
    """A line of JSON."""
    said: dict[str, object] = {"status": ALLOWED if row.label is None else LISTED}
    said["tags"] = [] if row.label is None else [_title(row.label)]
    if row.note:
        said["description"] = row.note
    value: dict[str, object] = {
        "indicator": row.hash.hex(),
        "type": KIND,
        "should_delete": False,
        "descriptors": {"data": [said]},
        "quality": row.quality,
    }
    if row.centre:
        value["centre"] = row.centre.hex()
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def _title(label: int) -> str:
    try:
        return Label(label).title
    except ValueError:  # of a newer release
        return Label.OTHER.title
