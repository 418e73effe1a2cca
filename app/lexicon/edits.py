"""What an editor can ask of a draft."""

from dataclasses import dataclass

from app.domain.entry import Entry
from app.domain.lists import ListScope


@dataclass(frozen=True, slots=True)
class Put:
    """Add an entry to a list, in place of the row with the digest `replaces`."""

    list_name: str
    entry: Entry
    replaces: bytes | None = None


@dataclass(frozen=True, slots=True)
class Remove:
    """Take the row with this digest out of a list."""

    list_name: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class SetList:
    """Give a list these settings."""

    scope: ListScope


@dataclass(frozen=True, slots=True)
class DropList:
    """Take away a list with all its words and its settings."""

    name: str


Edit = Put | Remove | SetList | DropList
