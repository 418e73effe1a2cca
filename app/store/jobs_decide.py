"""Queries that write the one verdict of a job, with its deliveries."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.jobs_tables import (
    job,
    job_attempt,
    job_delivery,
    job_endpoint,
    job_upload,
)

CLASSIFIED, DELIVERING, DELIVERED = "classified", "delivering", "delivered"
DEAD, CANCELLED = "dead", "cancelled"

CHECKED = ("checked", "failed")
"""How most verdicts come about: the check said so, or said why it never can."""


async def decide_leased(
    connection: AsyncConnection, trace_id: str, token: str, values: Mapping[str, Any]
) -> bool:
    """Write a verdict if this lease still holds; whether it did."""
    statement = update(job).where(job.c.trace_id == trace_id, job.c.lease == token)
    return await _decide(connection, trace_id, statement.values(**values, **_CLOSED))


async def decide_open(
    connection: AsyncConnection, trace_id: str, values: Mapping[str, Any]
) -> bool:
    """Write a verdict if there is none yet, whoever has the job; whether it was so."""
    statement = update(job).where(job.c.trace_id == trace_id, job.c.finished.is_(None))
    return await _decide(connection, trace_id, statement.values(**values, **_CLOSED))


_CLOSED: Mapping[str, Any] = {"lease": None, "due_at": None, "content": None}


async def _decide(connection: AsyncConnection, trace_id: str, statement: Any) -> bool:
    if (await connection.execute(statement)).rowcount != 1:
        return False
    await connection.execute(
        delete(job_upload).where(job_upload.c.trace_id == trace_id)
    )
    return True


async def add_deliveries(
    connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Put callbacks into the outbox."""
    if rows:
        await connection.execute(insert(job_delivery), [dict(row) for row in rows])


async def disabled_endpoints(
    connection: AsyncConnection, appid: str, names: Collection[str]
) -> set[str]:
    """Those of these endpoints of an app that are switched off."""
    column = job_endpoint.c
    query = select(column.endpoint).where(
        column.appid == appid,
        column.endpoint.in_(names),
        column.disabled_at.is_not(None),
    )
    return set((await connection.scalars(query)).all())


async def add_attempt(connection: AsyncConnection, row: Mapping[str, Any]) -> None:
    """Note one try."""
    await connection.execute(insert(job_attempt).values(**row))


async def open_plan(connection: AsyncConnection, trace_id: str) -> Row[Any, Any] | None:
    """What deciding a job needs to know of it."""
    query = select(job.c.appid, job.c.plan).where(job.c.trace_id == trace_id)
    return (await connection.execute(query)).first()


async def read_upload(connection: AsyncConnection, trace_id: str) -> bytes | None:
    """The encrypted file of a job, None when there is none any more."""
    query = select(job_upload.c.content).where(job_upload.c.trace_id == trace_id)
    return await connection.scalar(query)
