"""The cells of a wordlist row, read and written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache

from app.domain.entry import DEFAULT_LEVEL, Entry, Match
from app.domain.labels import Label, parse_label
from app.domain.scenes import Scene, parse_scene
from app.lexicon.cells_guard import unguarded

COLUMNS = ("term", "label", "level", "match", "scenes", "starts", "expires", "note")
"""The columns in the order in which we write them."""

EXEMPT = "exempt"
"""The label of exempt phrases."""

MAX_CELL_LENGTH = 200
"""Longest cell in code points, term and note apart."""

_SLASHED_DAY = re.compile(r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})")
_SCENE_SEPARATORS = re.compile(r"[;,|\s；，、]+")


class CellError(ValueError):
    """A cell that cannot be read."""

    def __init__(self, column: str, message: str) -> None:
        """Name the column and what is wrong with its value."""
        super().__init__(message)
        self.column = column
        self.message = message


@dataclass(frozen=True, slots=True)
class Defaults:
    """What an entry is where its file does not say; `label` None means exempt."""

    label: Label | None = Label.OTHER
    level: int = DEFAULT_LEVEL
    match: Match = Match.STANDARD
    scenes: frozenset[Scene] = frozenset()


NO_DEFAULTS = Defaults()
"""The defaults of the house."""


def read_entry(row: Sequence[str], defaults: Defaults = NO_DEFAULTS) -> Entry:
    """Turn the cells of one row, in the order of `COLUMNS`, into an entry.

    Empty cells take their defaults. The term and the ranges are judged elsewhere
    (`app.lexicon.validity`).

    Raises:
        CellError: an unknown label, match or scene, or no number or date.
    """
    term, label, level, match, scenes, starts, expires, note = row
    settings = _settings(label, level, match, scenes, starts, expires, defaults)
    return Entry(unguarded(term.strip()), *settings, unguarded(note.strip()))


_Settings = tuple[
    Label | None, int, Match, frozenset[Scene], datetime | None, datetime | None
]


# Lists repeat few different settings a million times.
@lru_cache(maxsize=4096)
def _settings(
    label: str,
    level: str,
    match: str,
    scenes: str,
    starts: str,
    expires: str,
    defaults: Defaults,
) -> _Settings:
    """Everything between term and note.

    Raises:
        CellError: see `read_entry`.
    """
    for column, text in zip(
        COLUMNS[1:-1], (label, level, match, scenes, starts, expires), strict=True
    ):
        if len(text) > MAX_CELL_LENGTH:
            message = f"the cell has more than {MAX_CELL_LENGTH} characters"
            raise CellError(column, message)
    return (
        _label(label) if label.strip() else defaults.label,
        _level(level) if level.strip() else defaults.level,
        _match(match) if match.strip() else defaults.match,
        read_scenes(unguarded(scenes.strip())) or defaults.scenes,
        _moment("starts", unguarded(starts.strip())),
        _moment("expires", unguarded(expires.strip())),
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


def _label(text: str) -> Label | None:
    """A label by number or name; None for exempt phrases."""
    word = text.strip()
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


def _level(text: str) -> int:
    """A whole number; its range is judged with the entry."""
    word = text.strip()
    if re.fullmatch(r"[+-]?[0-9]{1,9}", word) is None:
        message = f"the level {word[:40]!r} is not a whole number from 0 to 100"
        raise CellError("level", message)
    return int(word)


def _match(text: str) -> Match:
    """How closely a text must resemble the term."""
    word = text.strip().lower()
    try:
        return Match(word)
    except ValueError:
        message = f"unknown match {word[:40]!r}; use exact, standard or fuzzy"
        raise CellError("match", message) from None


def _moment(column: str, word: str) -> datetime | None:
    """An ISO date (its first moment in UTC) or date and time with offset."""
    if not word:
        return None
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
    """A date alone, or None; also as spreadsheets in Chinese write it, 2026/1/31."""
    try:
        if slashed := _SLASHED_DAY.fullmatch(word):
            return date(*map(int, slashed.groups()))
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
