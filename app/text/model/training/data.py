"""Labelled rows for training, from memory or from CSV and JSONL files."""

import csv
import gzip
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from app.text.model.format import CLASSES

_HANDLE: Final = re.compile(r"@\w+|https?://\S+|\bRT\b")
_LONGEST: Final = 2000


class DataError(Exception):
    """The data cannot be used; the message says which file, line and why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled text.

    `source` names where it comes from: folds never part a source or a `group` of
    near-duplicates. `weight` is how much the row counts.
    """

    text: str
    label: str
    source: str
    group: str = ""
    weight: float = 1.0
    fold: int | None = None


def cleaned(text: str) -> str:
    """HTML entities undone; handles and links gone, so that no name is learnt."""
    return _HANDLE.sub(" ", html.unescape(text))[:_LONGEST]


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns hold what, and what their labels mean to us."""

    text: str = "text"
    label: str = "label"
    group: str | None = None
    source: str | None = None
    mapping: Mapping[str, str] | None = None


def read_rows(path: Path, columns: Columns, *, weight: float = 1.0) -> Iterator[Row]:
    """Every row of a CSV or JSONL file, gzipped or not.

    Raises:
        DataError: the file cannot be read, a column is missing, a line is broken or
            a label has no meaning here.
    """
    for number, raw in _raw(path):
        where = f"{path.name}, row {number}"
        text = _field(raw, columns.text, where)
        label = _class(_field(raw, columns.label, where), columns.mapping, where)
        group = _field(raw, columns.group, where) if columns.group else ""
        source = _field(raw, columns.source, where) if columns.source else path.name
        # Without a group each row is its own.
        yield Row(
            cleaned(text), label, source, group or f"{path.name}/{number}", weight
        )


def _field(raw: Mapping[str, object], name: str, where: str) -> str:
    if name not in raw:
        message = f"{where}: there is no column {name!r}"
        raise DataError(message)
    value = raw[name]
    if value is None or isinstance(value, list | dict):
        message = f"{where}: the column {name!r} holds no text"
        raise DataError(message)
    return str(value)


def _class(written: str, mapping: Mapping[str, str] | None, where: str) -> str:
    meant = written.strip() if mapping is None else mapping.get(written.strip(), "")
    if meant in ("normal", "pass"):
        meant = "clean"
    if meant not in CLASSES:
        message = f"{where}: the label {written!r} is none of {', '.join(CLASSES)}"
        raise DataError(message)
    return meant


def _raw(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    opened = gzip.open if path.suffix == ".gz" else open
    name = path.name.removesuffix(".gz")
    try:
        with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
            yield from _jsonl(file, path) if name.endswith("l") else _csv(file)
    except (OSError, UnicodeError, csv.Error) as error:
        message = f"{path}: {error}"
        raise DataError(message) from None


def _csv(file: IO[str]) -> Iterator[tuple[int, Mapping[str, object]]]:
    yield from enumerate(csv.DictReader(file), 2)


def _jsonl(
    file: Iterable[str], path: Path
) -> Iterator[tuple[int, Mapping[str, object]]]:
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            message = f"{path.name}, row {number}: this is no JSON object"
            raise DataError(message)
        yield number, value
