"""Files to pictures."""

import codecs
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final, Literal

from app.lexicon.formats.source import Source
from app.pictures.formats.exchange import exchange_rows
from app.pictures.formats.lines import line_rows
from app.pictures.formats.row import Defaults, Row
from app.pictures.formats.table import COLUMNS, table_rows

KnownFormat = Literal["csv", "lines", "threatexchange"]
"""Formats that we read."""
Format = KnownFormat | Literal["auto"]
"""A format by name; `auto` looks at the first bytes."""
FORMATS: Final[tuple[Format, ...]] = ("csv", "lines", "threatexchange", "auto")

_READERS: dict[KnownFormat, Callable[[Source, Defaults], Iterator[Row]]] = {
    "csv": table_rows,
    "lines": line_rows,
    "threatexchange": exchange_rows,
}


def iter_pictures(
    source: BinaryIO,
    format: Format = "auto",  # noqa: A002  # the word that everybody uses
    defaults: Defaults | None = None,
) -> Iterator[Row]:
    """Read a file row by row, holding little more than one row in memory.

    Bad rows become rows with problems, never exceptions.

    Raises:
        OSError: the file cannot be read.
    """
    opened = Source(source)
    chosen = sniff(opened.head) if format == "auto" else format
    return _READERS[chosen](opened, defaults or Defaults())


def sniff(head: bytes) -> KnownFormat:
    """The format that a file with these first bytes most likely has."""
    text = head.removeprefix(codecs.BOM_UTF8).decode(errors="replace").strip()
    if text[:1] in {"[", "{"}:
        return "threatexchange"
    first = text.split("\n", 1)[0]
    names = {name.strip(' "\r').lower() for name in re.split(r"[,;\t]", first)}
    return "csv" if names & set(COLUMNS) else "lines"
