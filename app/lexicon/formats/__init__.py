"""The file formats of wordlists: see `wordlists/README.md`."""

from app.lexicon.cells import Defaults
from app.lexicon.formats.reading import FORMATS, Format, iter_entries
from app.lexicon.formats.row import MAX_PROBLEMS, Problem, Row
from app.lexicon.formats.sniffing import KnownFormat, sniff
from app.lexicon.formats.writing import WrittenFormat, chunks, write

__all__ = [
    "FORMATS",
    "MAX_PROBLEMS",
    "Defaults",
    "Format",
    "KnownFormat",
    "Problem",
    "Row",
    "WrittenFormat",
    "chunks",
    "iter_entries",
    "sniff",
    "write",
]
