"""Queries that accept jobs."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import insert, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.dialect import upsert
from app.store.jobs_tables import job, job_upload

_CHUNK = 200
"""Keys per query: SQLite limits the variables of one statement."""


class Known(NamedTuple):
    """A job that an idempotency key stands for."""

    trace_id: str
    body_hash: bytes | None


Key = tuple[str, str]
"""An appid and its idempotency key."""


async def add_jobs(
    connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert jobs that have no idempotency key."""
    if rows:
        await connection.execute(insert(job), [dict(row) for row in rows])


async def add_keyed_jobs(
    connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]
) -> set[str]:
    """Insert jobs whose keys are new; the trace_ids of those."""
    if not rows:
        return set()
    statement = upsert(connection, job).on_conflict_do_nothing(
        index_elements=["appid", "idem_key"], index_where=job.c.idem_key.is_not(None)
    )
    # Every process takes the keys in the same order, or two could deadlock.
    ordered = sorted(rows, key=lambda row: (row["appid"], row["idem_key"]))
    made = await connection.execute(
        statement.returning(job.c.trace_id), [dict(row) for row in ordered]
    )
    return set(made.scalars())


async def known_keys(
    connection: AsyncConnection, keys: Collection[Key]
) -> dict[Key, Known]:
    """The jobs that these keys stand for."""
    wanted, found = list(keys), {}
    pair = tuple_(job.c.appid, job.c.idem_key)
    columns = (job.c.appid, job.c.idem_key, job.c.trace_id, job.c.body_hash)
    for start in range(0, len(wanted), _CHUNK):
        some = wanted[start : start + _CHUNK]
        query = select(*columns).where(pair.in_(some), job.c.idem_key.is_not(None))
        for appid, key, trace_id, body_hash in await connection.execute(query):
            found[appid, key] = Known(trace_id, body_hash)
    return found


async def add_uploads(
    connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Keep the encrypted files of jobs that were just inserted."""
    if rows:
        await connection.execute(insert(job_upload), [dict(row) for row in rows])
