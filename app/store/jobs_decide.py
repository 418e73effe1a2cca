"""Queries that write the one verdict of jobs, with their deliveries."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, delete, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.jobs_tables import (
    job,
    job_attempt,
    job_delivery,
    job_endpoint,
    job_upload,
)


class Endpoint(NamedTuple):
    """A receiver of an app."""

    appid: str
    name: str


CLASSIFIED, DELIVERING, DELIVERED = "classified", "delivering", "delivered"
DEAD, CANCELLED = "dead", "cancelled"

CHECKED = ("checked", "failed")
"""How most verdicts come about: the check said so, or said why it never can."""


async def lock_jobs(
    connection: AsyncConnection, trace_ids: Collection[str]
) -> dict[str, Row[*tuple[Any, ...]]]:
    """What deciding jobs needs to know of them, by trace_id; nobody else does it."""
    column = job.c
    query = select(
        column.trace_id,
        column.appid,
        column.source,
        column.lease,
        column.finished,
        column.plan,
    ).where(column.trace_id.in_(trace_ids))
    # In the same order everywhere, or two could deadlock.
    query = query.order_by(column.trace_id).with_for_update()
    return {row.trace_id: row for row in await connection.execute(query)}


async def close_jobs(
    connection: AsyncConnection, values: Mapping[str, Mapping[str, Any]]
) -> None:
    """Write verdicts: the same columns for each trace_id."""
    statement = update(job).where(job.c.trace_id == bindparam("of"))
    rows = [{"of": key, **row, **_CLOSED} for key, row in values.items()]
    await connection.execute(statement, rows)


_CLOSED: Mapping[str, Any] = {"lease": None, "due_at": None, "content": None}


async def drop_uploads(connection: AsyncConnection, trace_ids: Collection[str]) -> None:
    """Forget the files of jobs that are decided."""
    if trace_ids:
        old = job_upload.c.trace_id.in_(trace_ids)
        await connection.execute(delete(job_upload).where(old))


async def add_deliveries(
    connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Put callbacks into the outbox."""
    if rows:
        await connection.execute(insert(job_delivery), [dict(row) for row in rows])


async def disabled_endpoints(
    connection: AsyncConnection, ends: Collection[Endpoint]
) -> set[Endpoint]:
    """Those of these receivers that are switched off."""
    if not ends:
        return set()
    column = job_endpoint.c
    query = select(column.appid, column.endpoint).where(
        tuple_(column.appid, column.endpoint).in_(ends),
        column.disabled_at.is_not(None),
    )
    return {Endpoint(*row) for row in await connection.execute(query)}


async def add_attempts(
    connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Note tries."""
    if rows:
        await connection.execute(insert(job_attempt), [dict(row) for row in rows])


async def read_upload(connection: AsyncConnection, trace_id: str) -> bytes | None:
    """The encrypted file of a job, None when there is none any more."""
    query = select(job_upload.c.content).where(job_upload.c.trace_id == trace_id)
    return await connection.scalar(query)
