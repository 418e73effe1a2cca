"""Edits of a draft, as they arrive."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from app.api.admin.types import (
    Closed,
    Digest,
    Flag,
    LabelOrExempt,
    Level,
    ListName,
    Match,
    Moment,
    Note,
    Scenes,
    Term,
    Why,
    shows,
)
from app.domain.entry import DEFAULT_LEVEL, Entry
from app.domain.entry import Match as EntryMatch
from app.domain.labels import Label
from app.domain.lists import ListScope
from app.lexicon.edits import DropList, Put, Remove, SetList

if TYPE_CHECKING:
    from app.lexicon.edits import Edit

MAX_EDITS = 1000
"""Edits in one request; a file of more is an import."""
MAX_APPS = 1000

Appid = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
_PUT = {
    "op": "put",
    "list": "fraud",
    "term": "刷单返利",
    "label": "fraud",
    "level": 90,
    "match": "fuzzy",
}


class PutEdit(Closed):
    """Add a word; with `replaces` it takes the place of that row."""

    op: Literal["put"]
    list: ListName
    term: Term
    label: LabelOrExempt = Label.OTHER
    level: Level = DEFAULT_LEVEL
    match: Match = "standard"
    scenes: Scenes = ()
    """Empty: every scene."""
    starts: Moment | None = None
    expires: Moment | None = None
    note: Note = ""
    replaces: Digest | None = None

    def edit(self) -> "Edit":
        """As the lexicon takes it."""
        entry = Entry(
            self.term.strip(),
            self.label,
            self.level,
            EntryMatch(self.match),
            frozenset(self.scenes),
            self.starts,
            self.expires,
            self.note.strip(),
        )
        replaced = None if self.replaces is None else bytes.fromhex(self.replaces)
        return Put(self.list, entry, replaced)


class RemoveEdit(Closed):
    """Take a row out of a list."""

    op: Literal["remove"]
    list: ListName
    digest: Digest

    def edit(self) -> "Edit":
        """As the lexicon takes it."""
        return Remove(self.list, bytes.fromhex(self.digest))


class ListEdit(Closed):
    """Give a list settings; what is not named is reset."""

    op: Literal["list"]
    list: ListName
    apps: Annotated[Sequence[Appid], Field(max_length=MAX_APPS)] | None = None
    """The apps that its words concern; null: every app."""
    scenes: Scenes = ()
    starts: Moment | None = None
    expires: Moment | None = None
    enabled: Flag = True
    note: Note = ""

    def edit(self) -> "Edit":
        """As the lexicon takes it."""
        scope = ListScope(
            name=self.list,
            apps=None if self.apps is None else frozenset(self.apps),
            scenes=frozenset(self.scenes),
            starts=self.starts,
            expires=self.expires,
            enabled=self.enabled,
            note=self.note.strip(),
        )
        return SetList(scope)


class DropListEdit(Closed):
    """Take away a list with all its words and its settings."""

    op: Literal["drop_list"]
    list: ListName

    def edit(self) -> "Edit":
        """As the lexicon takes it."""
        return DropList(self.list)


OneEdit = Annotated[
    PutEdit | RemoveEdit | ListEdit | DropListEdit, Field(discriminator="op")
]


class Edits(Closed):
    """Edits that are made together, all or none."""

    why: Why = ""
    edits: Annotated[list[OneEdit], Field(min_length=1, max_length=MAX_EDITS)]
    model_config = shows({"why": "complaint of 20 November", "edits": [_PUT]})
