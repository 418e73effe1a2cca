"""Queries on what became of requests."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.dialect import upsert
from app.store.tables import rid as rid_table


async def add_rids(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Keep these records; one that is known already stays as it is."""
    if rows:
        statement = upsert(connection, rid_table).on_conflict_do_nothing()
        await connection.execute(statement, list(rows))


async def find_rid(connection: AsyncConnection, rid: str) -> Row[Any] | None:
    """The record of one request."""
    query = select(rid_table).where(rid_table.c.rid == rid)
    return (await connection.execute(query)).first()


async def purge_rids(connection: AsyncConnection, before: float) -> None:
    """Forget requests made earlier than `before`."""
    await connection.execute(delete(rid_table).where(rid_table.c.invoke_time < before))
