"""Labelled files into samples: CSV or JSON lines, also compressed by gzip."""

from app.evaluate.reading.files import Columns, Table, read_file
from app.evaluate.reading.lines import Broken
from app.evaluate.reading.mapping import Mapping, parse_mapping, read_mapping
from app.evaluate.reading.samples import Samples, read_samples

__all__ = [
    "Broken",
    "Columns",
    "Mapping",
    "Samples",
    "Table",
    "parse_mapping",
    "read_file",
    "read_mapping",
    "read_samples",
]
