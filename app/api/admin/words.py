"""How words, lists and their differences are shown."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from app.api.admin.types import (
    Instant,
    Match,
    Page,
    View,
    label_name,
    micro_instant,
    shows,
)
from app.domain.lists import ListScope
from app.domain.scenes import Scene

if TYPE_CHECKING:
    from app.lexicon.records import DiffPage, ListInfo
    from app.store.lexicon import TermRow

TERM: dict[str, Any] = {
    "list": "fraud",
    "digest": "0f343b0931126a20f133d67c2b018a3b",
    "term": "刷单返利",
    "label": "fraud",
    "level": 90,
    "match": "fuzzy",
    "scenes": [],
    "starts": None,
    "expires": None,
    "note": "",
}
SCOPE: dict[str, Any] = {
    "name": "fraud",
    "apps": None,
    "scenes": [],
    "starts": None,
    "expires": None,
    "enabled": True,
    "note": "",
}


class TermView(View):
    """A word, rule or exempt phrase of a list."""

    list: str
    digest: str
    """Names this row, with all its content."""
    term: str
    label: str
    """A label by name, or `exempt`."""
    level: int
    match: Match
    scenes: Sequence[Scene]
    """Empty: every scene."""
    starts: Instant | None
    expires: Instant | None
    note: str
    model_config = shows(TERM)


class ScopeView(View):
    """Settings of a list: whom its words concern, where and when."""

    name: str
    apps: Sequence[str] | None
    """Null: every app."""
    scenes: Sequence[Scene]
    starts: Instant | None
    expires: Instant | None
    enabled: bool
    note: str
    model_config = shows(SCOPE)


class ListView(ScopeView):
    """A list with its settings and size."""

    count: int
    """Rows that it has."""
    model_config = shows({**SCOPE, "count": 1204})


class ListsView(View):
    """Every list, by name."""

    items: list[ListView]
    model_config = shows({"items": [{**SCOPE, "count": 1204}]})


class DiffRowView(View):
    """One word that differs; a changed one has both sides."""

    kind: Literal["added", "removed", "changed"]
    list: str
    before: TermView | None
    after: TermView | None


class CountsView(View):
    """How many words differ in all."""

    added: int
    removed: int
    changed: int


class ScopeDiffView(View):
    """A list whose settings differ; null where it has none of its own."""

    name: str
    before: ScopeView | None
    after: ScopeView | None


class DiffView(Page[DiffRowView]):
    """What differs between two contents, by list and term.

    `lists` is complete on each page.
    """

    counts: CountsView
    lists: list[ScopeDiffView]
    model_config = shows(
        {
            "items": [
                {"kind": "added", "list": "fraud", "before": None, "after": TERM}
            ],
            "next": None,
            "counts": {"added": 1, "removed": 0, "changed": 0},
            "lists": [],
        }
    )


def term_fields(row: "TermRow") -> dict[str, Any]:
    """The fields of a TermView."""
    return {
        "list": row.list_name,
        "digest": row.digest.hex(),
        "term": row.term,
        "label": label_name(row.label),
        "level": row.level,
        "match": row.match,
        "scenes": row.scenes.split(";") if row.scenes else [],
        "starts": micro_instant(row.starts),
        "expires": micro_instant(row.expires),
        "note": row.note,
    }


def term_view(row: "TermRow") -> TermView:
    """A stored row as it is shown."""
    return TermView.model_validate(term_fields(row))


def scope_fields(scope: ListScope) -> dict[str, Any]:
    """The fields of a ScopeView."""
    return {
        "name": scope.name,
        "apps": None if scope.apps is None else sorted(scope.apps),
        "scenes": [scene for scene in Scene if scene in scope.scenes],
        "starts": scope.starts,
        "expires": scope.expires,
        "enabled": scope.enabled,
        "note": scope.note,
    }


def list_view(info: "ListInfo") -> ListView:
    """A list as it is shown."""
    return ListView.model_validate(scope_fields(info.scope) | {"count": info.count})


def scope_view(scope: ListScope | None) -> ScopeView | None:
    """Settings as they are shown."""
    return None if scope is None else ScopeView.model_validate(scope_fields(scope))


def diff_view(page: "DiffPage") -> DiffView:
    """A page of differences as it is shown."""
    return DiffView(
        items=[
            DiffRowView(
                kind=row.kind,
                list=row.list_name,
                before=None if row.before is None else term_view(row.before),
                after=None if row.after is None else term_view(row.after),
            )
            for row in page.rows
        ],
        next=page.next,
        counts=CountsView(added=page.added, removed=page.removed, changed=page.changed),
        lists=[
            ScopeDiffView(
                name=one.name,
                before=scope_view(one.before),
                after=scope_view(one.after),
            )
            for one in page.lists
        ],
    )
