"""Rows of a file on their way into a draft; nobody sees them before it is complete."""

from collections.abc import Sequence

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.draft_tables import draft_fill, draft_stage
from app.store.lexicon import WRITE_BATCH, TermRow
from app.store.lexicon_keys import term_key

CLEAR_BATCH = 20_000
"""Staged rows deleted in one short transaction."""

_stage = draft_stage.c


async def begin_fill(connection: AsyncConnection, draft_id: int, now: float) -> int:
    """The number under which the rows of one file wait."""
    values = {"draft_id": draft_id, "touched_at": now}
    done = await connection.execute(insert(draft_fill).values(values))
    (number,) = done.inserted_primary_key or (0,)
    return int(number)


async def stage(
    connection: AsyncConnection, fill_id: int, rows: Sequence[TermRow], now: float
) -> bool:
    """Add rows; False when the file was given up meanwhile."""
    touch = update(draft_fill).where(draft_fill.c.id == fill_id)
    if not (await connection.execute(touch.values(touched_at=now))).rowcount:
        return False
    for start in range(0, len(rows), WRITE_BATCH):
        values = [
            row._asdict()
            | {"key": term_key(row.list_name, row.term), "fill_id": fill_id}
            for row in rows[start : start + WRITE_BATCH]
        ]
        await connection.execute(insert(draft_stage), values)
    return True


async def fills_of(connection: AsyncConnection, draft_id: int) -> list[int]:
    """The files being read into a draft."""
    query = select(draft_fill.c.id).where(draft_fill.c.draft_id == draft_id)
    return list((await connection.scalars(query)).all())


async def dead_fills(connection: AsyncConnection, before: float) -> list[int]:
    """Files that nobody has added to since `before`."""
    query = select(draft_fill.c.id).where(draft_fill.c.touched_at < before)
    return list((await connection.scalars(query)).all())


async def clear_stage(connection: AsyncConnection, fill_id: int, after: int) -> int:
    """Delete some rows of a file; the `after` for the next call, 0 at the end.

    The last call forgets the file itself.
    """
    own = _stage.fill_id == fill_id
    page = select(_stage.id).where(own, _stage.id > after).order_by(_stage.id)
    ids = page.limit(CLEAR_BATCH).subquery()
    upper = await connection.scalar(select(func.max(ids.c.id)))
    if upper is None:
        forget = delete(draft_fill).where(draft_fill.c.id == fill_id)
        await connection.execute(forget)
        return 0
    span = (_stage.id > after) & (_stage.id <= upper)
    await connection.execute(delete(draft_stage).where(own, span))
    return int(upper)


async def settle_stage(connection: AsyncConnection) -> None:
    """Let PostgreSQL know how many rows wait, or it plans for a handful."""
    if connection.dialect.name != "sqlite":
        await connection.exec_driver_sql("ANALYZE draft_stage")
