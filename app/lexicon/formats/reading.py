"""Files to entries."""

from collections.abc import Callable, Iterator
from typing import BinaryIO, Literal

from app.lexicon.cells import NO_DEFAULTS, Defaults
from app.lexicon.formats.row import MAX_PROBLEMS, Row, bounded
from app.lexicon.formats.sniffing import KnownFormat, sniff
from app.lexicon.formats.source import Source
from app.lexicon.formats.table import table_rows
from app.lexicon.formats.words import line_rows, text_rows, toolgood_rows

Format = KnownFormat | Literal["auto"]
"""A format by name; `auto` looks at the first bytes."""

FORMATS: tuple[Format, ...] = ("csv", "text", "houbb", "toolgood", "auto")
"""What `iter_entries` takes."""

_READERS: dict[KnownFormat, Callable[[Source, Defaults], Iterator[Row]]] = {
    "csv": table_rows,
    "text": text_rows,
    "houbb": line_rows,
    "toolgood": toolgood_rows,
}


def iter_entries(
    source: BinaryIO,
    format: Format = "auto",  # noqa: A002  # the word that everybody uses
    defaults: Defaults = NO_DEFAULTS,
    *,
    max_problems: int | None = MAX_PROBLEMS,
) -> Iterator[Row]:
    """Read a wordlist row by row, holding little more than one row in memory.

    What the file does not say of an entry is taken from `defaults`; a houbb allow
    file, say, is read with `Defaults(label=None)`. Bad rows become rows with
    problems, never exceptions. After `max_problems` (None: never) the reading stops;
    the last row then is `stopped`, and the file must not be used.

    Raises:
        OSError: the file cannot be read.
    """
    opened = Source(source)
    chosen = sniff(opened.head) if format == "auto" else format
    return bounded(_READERS[chosen](opened, defaults), max_problems)
