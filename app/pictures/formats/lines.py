"""Plain lists: a hash on each line, perhaps with its quality.

`hash,quality,file` is what the PDQ authors' own program prints, `pdq hash` a line of
python-threatexchange's local files; the name of the file is not kept. Blank lines and
those that begin with `#` are skipped.
"""

from collections.abc import Iterator

from app.lexicon.formats.source import NOT_UTF8, Source
from app.pictures.formats.row import (
    CellError,
    Defaults,
    FileError,
    Item,
    Row,
    judged,
    read_hash,
    read_quality,
    refused,
    stop,
)
from app.pictures.picture import Picture

COMMENT = "#"
_KIND = "pdq "


def line_rows(source: Source, defaults: Defaults) -> Iterator[Row]:
    """The rows of a plain list."""
    try:
        source.check()
        for number, raw in source.lines():
            row = _row(number, raw, defaults)
            if row is not None:
                yield row
    except FileError as error:
        yield stop(error)


def _row(number: int, raw: bytes, defaults: Defaults) -> Row | None:
    try:
        line = raw.decode().strip()
    except UnicodeDecodeError:
        return refused(number, "", NOT_UTF8)
    if not line or line.startswith(COMMENT):
        return None
    if line[: len(_KIND)].lower() == _KIND:
        line = line[len(_KIND) :]
    value, _, rest = line.partition(",")
    try:
        quality = read_quality(rest.partition(",")[0])
        picture = Picture(read_hash(value), defaults.label, quality, note=defaults.note)
    except CellError as error:
        return refused(number, error.column, error.message)
    return judged(number, Item(picture))
