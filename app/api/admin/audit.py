"""The audit log, for reading; nothing in this API can change it."""

from typing import Annotated, Any, Literal

from fastapi import Query

from app.access import Scope
from app.api.admin.call import Current
from app.api.admin.table import Table
from app.api.admin.types import Instant, Limit, Page, View, instant, shows

TABLE = Table("admin: audit")

_ENTRY = {
    "id": 812,
    "at": "2026-11-20T03:04:05Z",
    "who": "alice#3",
    "key_id": 3,
    "action": "block.create",
    "target": "version:6",
    "outcome": "done",
    "status": 201,
    "trace_id": "60fa6713-49187ba1-7a8cf8a7",
    "detail": {"term": "新骗术", "label": "fraud", "hours": 72},
}


class EntryView(View):
    """Who changed what, or tried to."""

    id: int
    at: Instant
    who: str
    """The name of the key and its number."""
    key_id: int | None
    """Null for somebody on the machine itself."""
    action: str
    target: str
    outcome: Literal["done", "refused", "failed"]
    status: int
    """Of the HTTP answer."""
    trace_id: str
    detail: dict[str, Any]
    model_config = shows(_ENTRY)


class EntriesView(Page[EntryView]):
    """Entries, newest first."""

    model_config = shows({"items": [_ENTRY], "next": "812"})


Word = Annotated[str | None, Query(max_length=120, pattern=r"^[^\u0000-\u001f]*$")]


@TABLE.get("/audit", Scope.AUDIT_READ)
async def list_audit(
    call: Current,
    after: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    who: Word = None,
    action: Word = None,
    limit: Limit = 100,
) -> EntriesView:
    """List changes and attempts, newest first.

    `who` is an identity (`alice#3`) or a name (`alice`), `action` one action
    (`draft.publish`) or all of a kind (`draft`).
    """
    rows = await call.desk.audit.entries(
        before=after, limit=limit + 1, who=who or None, action=action or None
    )
    shown = rows[:limit]
    return EntriesView(
        items=[
            EntryView.model_validate(row._asdict() | {"at": instant(row.at)})
            for row in shown
        ],
        next=str(shown[-1].id) if len(rows) > limit else None,
    )
