"""Queries that take open work, keep it, and give it back.

Jobs and deliveries are taken alike: both tables have `appid`, `due_at`, `wait`,
`lease`, `attempt` and `state`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import (
    Row,
    Select,
    Table,
    Update,
    bindparam,
    func,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.jobs_tables import job, job_delivery


@dataclass(frozen=True, slots=True)
class Queue:
    """A table with open work, and the names of its states."""

    table: Table
    key: str
    waiting: str
    taken: str


JOBS = Queue(job, "trace_id", waiting="accepted", taken="fetching")
DELIVERIES = Queue(job_delivery, "id", waiting="waiting", taken="sending")


_COMPOUND = 100
"""Queries of one statement; SQLite limits them."""


class Turn(NamedTuple):
    """An app with open work; `since` is when its first row became due."""

    appid: str
    since: float


class Lease(NamedTuple):
    """A claim: the random token, and how long it holds in seconds."""

    token: str
    seconds: float


def turns_query(queue: Queue) -> Select[str, float]:
    """Each app with open work once, by hopping through the index."""
    column = queue.table.c
    is_open = column.due_at.is_not(None)
    apps = select(func.min(column.appid).label("appid")).where(is_open)
    chain = apps.cte("apps", recursive=True)
    following = select(func.min(column.appid)).where(
        is_open, column.appid > chain.c.appid
    )
    chain = chain.union_all(
        select(following.scalar_subquery()).where(chain.c.appid.is_not(None))
    )
    soonest = select(func.min(column.due_at)).where(
        is_open, column.appid == chain.c.appid
    )
    query = select(chain.c.appid, soonest.scalar_subquery())
    return query.where(chain.c.appid.is_not(None)).order_by(chain.c.appid)


def ready_query(
    queue: Queue,
    appid: str,
    now: float,
    limit: int,
    *,
    interrupted: bool | None = None,
    but: Sequence[str] = (),
) -> Select[Any]:
    """Rows of an app that may be taken, those first that wait longest.

    Only those whose last try came to no end, or only the others; None means both.
    Rows with the keys of `but` are left out.
    """
    column = queue.table.c
    query = select(queue.table).where(column.appid == appid, column.due_at <= now)
    if but:
        query = query.where(column[queue.key].not_in(but))
    if interrupted is not None:
        nobody = column.lease.is_(None)
        query = query.where(~nobody if interrupted else nobody)
    return query.order_by(column.due_at).limit(limit)


async def due_turns(
    connection: AsyncConnection, queue: Queue, now: float
) -> list[Turn]:
    """Apps with work that may be taken now, by appid."""
    found = await connection.execute(turns_query(queue))
    return [Turn(appid, since) for appid, since in found if since <= now]


async def any_interrupted(
    connection: AsyncConnection, queue: Queue, apps: Sequence[str], now: float
) -> bool:
    """Whether one of these apps has a row whose last try came to no end."""
    if not apps:
        return False
    column = queue.table.c
    query = select(column.appid).where(
        column.appid.in_(apps), column.due_at <= now, column.lease.is_not(None)
    )
    return (await connection.execute(query.limit(1))).first() is not None


async def reserve(
    connection: AsyncConnection, ready: Sequence[Select[Any]]
) -> list[Row[Any]]:
    """The rows of these `ready_query`, kept for `take` to the end of the transaction.

    Rows that another process is just taking are left out.
    """
    rows: list[Row[Any]] = []
    if connection.dialect.name == "sqlite":
        # A statement costs much more than what it does: one for many of them.
        for start in range(0, len(ready), _COMPOUND):
            some = [select(one.subquery()) for one in ready[start : start + _COMPOUND]]
            rows += (await connection.execute(union_all(*some))).all()
        return rows
    for query in ready:
        locked = query.with_for_update(skip_locked=True)
        rows += (await connection.execute(locked)).all()
    return rows


async def take(
    connection: AsyncConnection,
    queue: Queue,
    keys: Sequence[str],
    now: float,
    lease: Lease,
) -> None:
    """Lease rows that were reserved."""
    if keys:
        await connection.execute(_taking(queue, keys, now, lease))


def _taking(queue: Queue, keys: Sequence[str], now: float, lease: Lease) -> Update:
    column = queue.table.c
    return (
        update(queue.table)
        .where(column[queue.key].in_(keys))
        .values(
            state=queue.taken,
            lease=lease.token,
            due_at=now + lease.seconds,
            wait=lease.seconds,
            attempt=column.attempt + 1,
        )
    )


async def extend(
    connection: AsyncConnection,
    queue: Queue,
    held: Mapping[str, str],
    now: float,
    seconds: float,
) -> set[str]:
    """Let leases, token by key, end later; the keys of those that still hold."""
    column = queue.table.c
    key = column[queue.key]
    statement = (
        update(queue.table)
        .where(key == bindparam("k"), column.lease == bindparam("t"))
        .values(due_at=now + seconds, wait=seconds)
        .returning(key)
    )
    kept: set[str] = set()
    # In the same order everywhere, or two could deadlock.
    for name in sorted(held):
        row = {"k": name, "t": held[name]}
        kept.update((await connection.execute(statement, row)).scalars())
    return kept


async def put_back(
    connection: AsyncConnection,
    queue: Queue,
    key: str,
    token: str,
    values: Mapping[str, Any],
) -> bool:
    """Give a row back with these columns changed; whether the lease still held."""
    column = queue.table.c
    statement = (
        update(queue.table)
        .where(column[queue.key] == key, column.lease == token)
        .values(state=queue.waiting, lease=None, **values)
    )
    return (await connection.execute(statement)).rowcount == 1


async def mend_clock(connection: AsyncConnection, queue: Queue, now: float) -> int:
    """Bring rows nearer that a clock which went back has moved far away; how many.

    No row waits longer from now than it was told to wait altogether.
    """
    column = queue.table.c
    statement = (
        update(queue.table)
        .where(column.due_at.is_not(None), column.due_at > now + column.wait)
        .values(due_at=now + column.wait)
    )
    return (await connection.execute(statement)).rowcount
