"""The cells of a wordlist row, read and written."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache

from app.domain.entry import DEFAULT_LEVEL, Entry, Match
from app.domain.labels import Label, parse_label
from app.domain.scenes import Scene, parse_scene

COLUMNS = ("term", "label", "level", "match", "scenes", "starts", "expires", "note")
"""The columns in the order in which we write them."""

EXEMPT = "exempt"
"""The label of exempt phrases."""

MAX_CELL_LENGTH = 200
"""Longest cell in code points, term and note apart."""

_SCENE_SEPARATORS = re.compile(r"[;,|\s；，、]+")


class CellError(ValueError):
    """A cell that cannot be read."""

    def __init__(self, column: str, message: str) -> None:
        """Name the column and what is wrong with its value."""
        super().__init__(message)
        self.column = column
        self.message = message


def read_entry(row: Mapping[str, str]) -> Entry:
    """Turn the cells of one row, by column name, into an entry.

    Missing and empty cells take their defaults. The term and the ranges are
    judged elsewhere (`app.lexicon.validity`).

    Raises:
        CellError: an unknown label, match or scene, or no number or date.
    """
    for column in COLUMNS[1:-1]:
        if len(row.get(column, "")) > MAX_CELL_LENGTH:
            message = f"the cell has more than {MAX_CELL_LENGTH} characters"
            raise CellError(column, message)
    return Entry(
        term=row["term"].strip(),
        label=_label(row.get("label", "")),
        level=_level(row.get("level", "")),
        match=_match(row.get("match", "")),
        scenes=read_scenes(row.get("scenes", "")),
        starts=_moment("starts", row.get("starts", "")),
        expires=_moment("expires", row.get("expires", "")),
        note=row.get("note", "").strip(),
    )


def cells(entry: Entry) -> tuple[str, ...]:
    """The cells of one entry in the order of `COLUMNS`."""
    return (
        entry.term,
        EXEMPT if entry.label is None else entry.label.title,
        str(entry.level),
        entry.match.value,
        write_scenes(entry.scenes),
        _write_moment(entry.starts),
        _write_moment(entry.expires),
        entry.note,
    )


def write_scenes(scenes: frozenset[Scene]) -> str:
    """Scene names in their fixed order, separated by semicolons."""
    return ";".join(scene.value for scene in Scene if scene in scenes)


# Lists repeat few different cells a hundred thousand times.
@lru_cache(maxsize=1024)
def read_scenes(text: str) -> frozenset[Scene]:
    """Scenes by name or number; empty means all.

    Raises:
        CellError: an unknown scene.
    """
    words = filter(None, _SCENE_SEPARATORS.split(text))
    try:
        return frozenset(parse_scene(word) for word in words)
    except ValueError as error:
        raise CellError("scenes", str(error)) from None


@lru_cache(maxsize=256)
def _label(text: str) -> Label | None:
    """A label by number or name; None for exempt phrases."""
    word = text.strip()
    if not word:
        return Label.OTHER
    if word.lower() == EXEMPT:
        return None
    try:
        label = parse_label(word)
    except ValueError as error:
        raise CellError("label", f"{error}, or {EXEMPT}") from None
    if label is Label.NORMAL:
        message = f"a term cannot be labelled normal; an allowed phrase is {EXEMPT}"
        raise CellError("label", message)
    return label


@lru_cache(maxsize=256)
def _level(text: str) -> int:
    """A whole number; its range is judged with the entry."""
    word = text.strip()
    if not word:
        return DEFAULT_LEVEL
    if re.fullmatch(r"[+-]?[0-9]{1,9}", word) is None:
        message = f"the level {word[:40]!r} is not a whole number from 0 to 100"
        raise CellError("level", message)
    return int(word)


@lru_cache(maxsize=64)
def _match(text: str) -> Match:
    """How closely a text must resemble the term."""
    word = text.strip().lower()
    try:
        return Match(word) if word else Match.STANDARD
    except ValueError:
        message = f"unknown match {word[:40]!r}; use exact, standard or fuzzy"
        raise CellError("match", message) from None


def _moment(column: str, text: str) -> datetime | None:
    """An ISO date (its first moment in UTC) or date and time with offset."""
    word = text.strip()
    return _parse_moment(column, word) if word else None


@lru_cache(maxsize=1024)
def _parse_moment(column: str, word: str) -> datetime:
    """Read a date or a date and time that is not empty."""
    day = _parse_day(word)
    if day is not None:
        return datetime.combine(day, time.min, tzinfo=UTC)
    try:
        moment = datetime.fromisoformat(word)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    message = (
        f"{word[:40]!r} is no date; write 2026-01-31, 2026-01-31T18:00:00Z"
        " or 2026-01-31T18:00:00+08:00"
    )
    raise CellError(column, message)


def _parse_day(word: str) -> date | None:
    """A date alone, or None."""
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None


def _write_moment(moment: datetime | None) -> str:
    """The shortest spelling that reads back as the same moment."""
    if moment is None:
        return ""
    utc = moment.astimezone(UTC)
    if utc.timetz() == time.min.replace(tzinfo=UTC):
        return utc.date().isoformat()
    return utc.replace(tzinfo=None).isoformat() + "Z"
