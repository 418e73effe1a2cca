"""Queries of the audit log: it is written and read, and never anything else."""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.audit_tables import audit_entry

_entry = audit_entry.c


class AuditRow(NamedTuple):
    """One entry, in the order of the columns; `at` is Unix time in seconds."""

    id: int
    at: float
    who: str
    key_id: int | None
    action: str
    target: str
    outcome: str
    status: int
    trace_id: str
    detail: dict[str, Any]


async def add_entry(connection: AsyncConnection, row: AuditRow) -> int:
    """Write an entry and return its number; the one in `row` is not used."""
    values = row._asdict()
    del values["id"]
    statement = insert(audit_entry).values(values).returning(_entry.id)
    return int((await connection.execute(statement)).scalar_one())


async def entries_before(
    connection: AsyncConnection,
    before: int | None,
    limit: int,
    *,
    who: str | None = None,
    action: str | None = None,
) -> list[AuditRow]:
    """Entries with smaller numbers, newest first.

    `who` is a whole identity or the name in front of its `#`; `action` a whole
    action or the part in front of a dot.
    """
    wanted: list[ColumnElement[bool]] = []
    if before is not None:
        wanted.append(_entry.id < before)
    if who is not None:
        wanted.append(_begins(_entry.who, who, "#"))
    if action is not None:
        wanted.append(_begins(_entry.action, action, "."))
    query = select(audit_entry).where(*wanted).order_by(_entry.id.desc()).limit(limit)
    return [AuditRow(*row) for row in await connection.execute(query)]


def _begins(column: Any, word: str, end: str) -> ColumnElement[bool]:
    """The column is `word`, or `word` up to the sign `end`."""
    return or_(column == word, column.startswith(word + end, autoescape=True))
