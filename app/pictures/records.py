"""What the lists of known pictures tell their callers."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from app.store.pictures import PictureRow, VersionRow

Mode = Literal["merge", "replace"]
"""Add a file to a list, or make the list exactly the file."""


class Live(NamedTuple):
    """The version to serve: 0 when nothing was ever listed."""

    number: int
    checksum: str
    pictures: int


class ListInfo(NamedTuple):
    """A list, how many pictures it has, and how many of them are allowed ones."""

    name: str
    pictures: int
    exempt: int


@dataclass(frozen=True, slots=True)
class Changed:
    """What a call changed; `version` is None when nothing was to be changed."""

    version: VersionRow | None
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class DiffRow:
    """A picture that differs; one that is listed otherwise has both sides."""

    before: PictureRow | None
    after: PictureRow | None

    @property
    def kind(self) -> Literal["added", "removed", "changed"]:
        """What happened on the way from the first side to the second."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


@dataclass(frozen=True, slots=True)
class DiffPage:
    """Some of the differences; `next` leads to the rest."""

    added: int
    removed: int
    changed: int
    rows: list[DiffRow] = field(default_factory=list)
    next: str | None = None
