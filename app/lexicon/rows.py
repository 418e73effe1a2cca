"""Entries to stored rows and back, and the digest that tells rows apart."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b

from app.domain.entry import Entry, Match
from app.domain.labels import Label
from app.lexicon.cells import read_scenes, write_scenes
from app.store.lexicon import TermRow
from app.store.lexicon_keys import term_key

__all__ = ["Checksum", "term_key", "to_entry", "to_row"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_CHECKSUM_SPACE = 1 << 128

# Calling an enum costs more than the rest of the row.
_LABELS: dict[int | None, Label | None] = {None: None} | {
    int(label): label for label in Label
}
_LABEL_NUMBERS = {label: number for number, label in _LABELS.items()}
_MATCHES = {match.value: match for match in Match}
_MATCH_NAMES = {match: name for name, match in _MATCHES.items()}


def to_row(list_name: str, entry: Entry) -> TermRow:
    """The row that stores this entry in a list."""
    term, level, note = entry.term, entry.level, entry.note
    label, match, scenes = _LABEL_NUMBERS[entry.label], _MATCH_NAMES[entry.match], ""
    if entry.scenes:
        scenes = _scene_names(entry.scenes)
    starts, expires = to_number(entry.starts), to_number(entry.expires)
    content = (
        f"{list_name}\0{term}\0{label}\0{level}\0{match}\0{scenes}"
        f"\0{starts}\0{expires}\0{note}"
    )
    digest = blake2b(content.encode(), digest_size=16).digest()
    return TermRow(
        list_name, digest, term, label, level, match, scenes, starts, expires, note
    )


def to_entry(row: TermRow) -> Entry:
    """The entry that a row stores."""
    return Entry(
        row.term,
        _LABELS[row.label],
        row.level,
        _MATCHES[row.match],
        _scenes(row.scenes),
        to_moment(row.starts),
        to_moment(row.expires),
        row.note,
        row.list_name,
    )


# Terms by the hundred thousand, scenes by the dozen.
_scenes = lru_cache(maxsize=1000)(read_scenes)
_scene_names = lru_cache(maxsize=1000)(write_scenes)


class Checksum:
    """The sum of row digests: whatever the order, and cheap to carry on."""

    def __init__(self, start: str = "0") -> None:
        """Continue from a written checksum, or begin at nothing."""
        self._sum = int(start, 16)

    def add(self, digest: bytes) -> None:
        """Count a row."""
        self._sum += int.from_bytes(digest)

    def remove(self, digest: bytes) -> None:
        """Take a row back."""
        self._sum -= int.from_bytes(digest)

    def text(self) -> str:
        """32 hexadecimal digits."""
        return f"{self._sum % _CHECKSUM_SPACE:032x}"


def to_number(moment: datetime | None) -> int | None:
    """Unix time in microseconds, exactly."""
    return None if moment is None else (moment - _EPOCH) // _MICROSECOND


def to_moment(number: int | None) -> datetime | None:
    """The moment of a number written by `to_number`."""
    return None if number is None else _EPOCH + number * _MICROSECOND
