"""Queries that forget what is done; open work is never touched."""

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.jobs_delivery import HELD
from app.store.jobs_tables import job, job_delivery, same_state


async def wipe_content(connection: AsyncConnection, before: float, limit: int) -> int:
    """Forget what jobs settled before a time said, and where it went; how many."""
    old = (
        select(job.c.trace_id)
        .where(job.c.settled < before, job.c.plan.is_not(None))
        .order_by(job.c.settled)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    keys = (await connection.scalars(old)).all()
    if keys:
        mine = update(job_delivery).where(job_delivery.c.trace_id.in_(keys))
        await connection.execute(mine.values(target=None))
        wiped = update(job).where(job.c.trace_id.in_(keys))
        await connection.execute(wiped.values(plan=None, verdict=None))
    return len(keys)


async def drop_jobs(connection: AsyncConnection, before: float, limit: int) -> int:
    """Forget jobs settled before a time altogether; how many."""
    old = (
        select(job.c.trace_id)
        .where(job.c.settled < before)
        .order_by(job.c.settled)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    keys = (await connection.scalars(old)).all()
    if keys:
        await connection.execute(delete(job).where(job.c.trace_id.in_(keys)))
    return len(keys)


async def old_held(
    connection: AsyncConnection, before: float, limit: int
) -> list[tuple[str, str]]:
    """Callbacks set aside before a time, and their jobs."""
    row = job_delivery.c
    query = select(row.id, row.trace_id).where(
        same_state(row.state, HELD), row.created < before
    )
    found = await connection.execute(query.limit(limit))
    return [(key, trace_id) for key, trace_id in found]


async def bury_held(connection: AsyncConnection, key: str, now: float) -> None:
    """Give up a callback that was set aside."""
    row = job_delivery.c
    statement = update(job_delivery).where(row.id == key, same_state(row.state, HELD))
    await connection.execute(statement.values(state="dead", settled=now))


async def oldest_settled(connection: AsyncConnection) -> float | None:
    """When the first job was settled of which a row is kept."""
    found: float | None = await connection.scalar(select(func.min(job.c.settled)))
    return found


async def oldest_content(connection: AsyncConnection) -> float | None:
    """When the first settled job was of which content is kept."""
    query = select(func.min(job.c.settled)).where(job.c.plan.is_not(None))
    found: float | None = await connection.scalar(query)
    return found
