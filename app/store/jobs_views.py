"""Queries that look at jobs without changing them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.jobs_claim import Queue, turns_query
from app.store.jobs_tables import (
    job,
    job_attempt,
    job_delivery,
    job_endpoint,
    same_state,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which jobs to list, newest first; what is None does not restrict.

    `since` is included, `until` is not. `before` is the `created` and `trace_id` of
    the last job of the page before.
    """

    appid: str | None = None
    state: str | None = None
    media: str | None = None
    since: float | None = None
    until: float | None = None
    before: tuple[float, str] | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What is left to do: how many rows wait, how many are taken, since when."""

    waiting: int
    taken: int
    oldest: float | None


def jobs_query(wanted: Wanted) -> Select[Any]:
    """The jobs of one page."""
    column = job.c
    query = select(job).order_by(column.created.desc(), column.trace_id.desc())
    if wanted.appid is not None:
        query = query.where(column.appid == wanted.appid)
    if wanted.state is not None:
        query = query.where(same_state(column.state, wanted.state))
    if wanted.media is not None:
        query = query.where(column.media == wanted.media)
    if wanted.since is not None:
        query = query.where(column.created >= wanted.since)
    if wanted.until is not None:
        query = query.where(column.created < wanted.until)
    if wanted.before is not None:
        query = query.where(tuple_(column.created, column.trace_id) < wanted.before)
    return query.limit(wanted.limit)


async def list_jobs(connection: AsyncConnection, wanted: Wanted) -> Sequence[Row[Any]]:
    """One page of jobs."""
    rows: Sequence[Row[Any]] = (await connection.execute(jobs_query(wanted))).all()
    return rows


async def find_job(connection: AsyncConnection, trace_id: str) -> Row[Any] | None:
    """One job."""
    query = select(job).where(job.c.trace_id == trace_id)
    return (await connection.execute(query)).first()


async def find_deliveries(
    connection: AsyncConnection, trace_id: str
) -> Sequence[Row[Any]]:
    """The callbacks of a job."""
    query = select(job_delivery).where(job_delivery.c.trace_id == trace_id)
    return (await connection.execute(query.order_by(job_delivery.c.name))).all()


async def find_attempts(
    connection: AsyncConnection, trace_id: str, limit: int
) -> Sequence[Row[Any]]:
    """The newest tries of a job, the oldest of them first."""
    query = select(job_attempt).where(job_attempt.c.trace_id == trace_id)
    query = query.order_by(job_attempt.c.id.desc()).limit(limit)
    return (await connection.execute(query)).all()[::-1]


async def open_work(connection: AsyncConnection, queue: Queue) -> OpenWork:
    """How much of a queue is open, and when the first of it became due."""
    column = queue.table.c
    query = select(func.count(), func.count(column.lease)).where(
        column.due_at.is_not(None)
    )
    total, taken = (await connection.execute(query)).one()
    turns = await connection.execute(turns_query(queue))
    oldest = min((since for _, since in turns), default=None)
    return OpenWork(total - taken, taken, oldest)


async def count_dead(connection: AsyncConnection) -> tuple[int, int]:
    """Jobs that are dead, and callbacks that are."""
    jobs = select(func.count()).where(same_state(job.c.state, "dead"))
    lost = select(func.count()).where(same_state(job_delivery.c.state, "dead"))
    return (
        (await connection.execute(jobs)).scalar_one(),
        (await connection.execute(lost)).scalar_one(),
    )


async def count_held(connection: AsyncConnection) -> tuple[int, int]:
    """Callbacks set aside, and the receivers that are switched off."""
    held = select(func.count()).where(same_state(job_delivery.c.state, "held"))
    off = select(func.count()).where(job_endpoint.c.disabled_at.is_not(None))
    return (
        (await connection.execute(held)).scalar_one(),
        (await connection.execute(off)).scalar_one(),
    )
