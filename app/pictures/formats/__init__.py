"""The file formats of picture lists: see `docs/how-to/known-pictures.md`."""

from app.pictures.formats.reading import FORMATS, Format, iter_pictures
from app.pictures.formats.row import Defaults, Item, Problem, Row
from app.pictures.formats.writing import WRITTEN, WrittenFormat, chunks, head

__all__ = [
    "FORMATS",
    "WRITTEN",
    "Defaults",
    "Format",
    "Item",
    "Problem",
    "Row",
    "WrittenFormat",
    "chunks",
    "head",
    "iter_pictures",
]
