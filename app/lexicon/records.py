"""What the lexicon tells its callers."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from app.domain.entry import Entry
from app.domain.lists import ListScope
from app.store.lexicon import TermRow

Origin = Literal["operator", "pack", "import", "rollback", "emergency"]
State = Literal["open", "published", "discarded"]
Op = Literal["add", "remove", "list", "drop_list"]


class Approval(NamedTuple):
    """Somebody found a draft good as it was at `revision`; `at` is Unix seconds."""

    who: str
    at: float
    revision: int


@dataclass(frozen=True, slots=True)
class Draft:
    """Changes that wait for publication.

    `revision` grows with every change. `base` is the version that was live when
    the draft was begun, 0 for none. `changes` counts rows to add and to remove
    and changed list settings. `version` is what it was published as.
    """

    id: int
    title: str
    origin: Origin
    state: State
    revision: int
    base: int
    created_at: float
    created_by: str
    changes: int
    version: int | None
    approvals: tuple[Approval, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a draft: `row` of a word, or `scope` of a list's new settings."""

    id: int
    op: Op
    list_name: str
    row: TermRow | None
    scope: ListScope | None
    who: str
    at: float
    why: str


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a file changes in one list of a draft, in rows.

    A row that takes the place of another one of the same word is `changed`; the
    other ones that come are `added`, the other ones that go are `removed`. So the
    list had changed + removed + unchanged rows, and has changed + added + unchanged.
    """

    added: int
    changed: int
    removed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Live:
    """The version in service; number 0 when nothing was published."""

    number: int
    checksum: str


@dataclass(frozen=True, slots=True)
class Content:
    """Everything of a candidate. Equal checksums mean equal content.

    `lists` are the settings of lists that have any of their own.
    """

    checksum: str
    entries: list[Entry]
    lists: list[ListScope]


@dataclass(frozen=True, slots=True)
class ListInfo:
    """A list of a version: its settings, and how many rows it has."""

    scope: ListScope
    count: int


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One word that differs; a changed one has both sides."""

    kind: Literal["added", "removed", "changed"]
    list_name: str
    before: TermRow | None
    after: TermRow | None


@dataclass(frozen=True, slots=True)
class ListDiff:
    """A list whose settings differ; None where it has none of its own."""

    name: str
    before: ListScope | None
    after: ListScope | None


@dataclass(frozen=True, slots=True)
class DiffPage:
    """A page of differences, by list and term, and the counts of all of them.

    `next` is the `after` of the following page, None on the last one. `lists`
    is complete on each page.
    """

    rows: list[DiffRow]
    next: str | None
    added: int
    removed: int
    changed: int
    lists: list[ListDiff]


class Found(NamedTuple):
    """A live row; `id` is the `after` of the page that follows it."""

    id: int
    row: TermRow
