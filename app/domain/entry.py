"""One row of a wordlist, as every room of the house understands it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from app.domain.labels import Label
from app.domain.scenes import Scene


class Match(StrEnum):
    """How closely a text must resemble the term.

    `exact`: as written. `standard`: after undoing case, width, variants,
    separators and repeats. `fuzzy`: also sound, shape and split characters.
    """

    EXACT = "exact"
    STANDARD = "standard"
    FUZZY = "fuzzy"


DEFAULT_LEVEL = 90
MAX_TERM_LENGTH = 500
"""Longest term or rule in code points; longer ones are refused at import."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A term, a combination rule or an exempt phrase.

    `label` is None for an exempt phrase. `level` is 0 to 100. An empty
    `scenes` means every scene. `starts` is inclusive, `expires` exclusive;
    both are aware datetimes in UTC or None. `list_name` says where the entry was
    found; equal entries may stand in two lists.
    """

    term: str
    label: Label | None = Label.OTHER
    level: int = DEFAULT_LEVEL
    match: Match = Match.STANDARD
    scenes: frozenset[Scene] = frozenset()
    starts: datetime | None = None
    expires: datetime | None = None
    note: str = ""
    list_name: str = field(default="", compare=False)

    @property
    def exempt(self) -> bool:
        """Whether this phrase saves the hits that it covers."""
        return self.label is None

    def active(self, now: datetime) -> bool:
        """Whether the schedule lets this entry count at `now` (aware)."""
        moment = now.astimezone(UTC)
        begun = self.starts is None or self.starts <= moment
        return begun and (self.expires is None or moment < self.expires)
