"""Queries on what becomes of callbacks, and on the receivers that they go to."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    Row,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.dialect import upsert
from app.store.jobs_decide import (
    CHECKED,
    CLASSIFIED,
    DEAD,
    DELIVERED,
    DELIVERING,
    Endpoint,
)
from app.store.jobs_tables import job, job_delivery, job_endpoint, same_state

WAITING, SENDING, HELD, SENT = "waiting", "sending", "held", "delivered"

_row = job_delivery.c
_end = job_endpoint.c


async def deliveries_of(
    connection: AsyncConnection, trace_ids: Sequence[str]
) -> dict[str, Row[Any]]:
    """The jobs behind deliveries that were taken, by trace_id.

    Of those that were just decided it is said that their callbacks are under way.
    """
    column = job.c
    moved = case((column.state == CLASSIFIED, DELIVERING), else_=column.state)
    statement = update(job).where(column.trace_id.in_(trace_ids)).values(state=moved)
    found = await connection.execute(statement.returning(job))
    return {row.trace_id: row for row in found}


async def lock_jobs(connection: AsyncConnection, trace_ids: Collection[str]) -> None:
    """Let nobody else settle other deliveries of these jobs meanwhile."""
    if connection.dialect.name == "sqlite":
        return  # nobody else writes
    # In the same order everywhere, or two could deadlock.
    query = select(job.c.trace_id).where(job.c.trace_id.in_(trace_ids))
    await connection.execute(query.order_by(job.c.trace_id).with_for_update())


class Held(NamedTuple):
    """Who has a delivery, and whether its receiver failed the last time."""

    lease: str | None
    failing: bool


async def lock_leases(
    connection: AsyncConnection, keys: Collection[str]
) -> dict[str, Held]:
    """What is known of deliveries; nobody takes them meanwhile."""
    failing = _end.failing_since.is_not(None).label("failing")
    end = and_(_end.appid == _row.appid, _end.endpoint == _row.endpoint)
    query = select(_row.id, _row.lease, failing).outerjoin_from(
        job_delivery, job_endpoint, end
    )
    query = query.where(_row.id.in_(keys)).order_by(_row.id)
    found = await connection.execute(query.with_for_update(of=job_delivery))
    return {row.id: Held(row.lease, bool(row.failing)) for row in found}


async def settle(
    connection: AsyncConnection, rows: Mapping[str, Mapping[str, Any]]
) -> None:
    """Write down what became of deliveries: the same columns for each of them."""
    statement = update(job_delivery).where(_row.id == bindparam("of"))
    values = [{"of": key, "lease": None, **row} for key, row in rows.items()]
    await connection.execute(statement, values)


async def roll_up(
    connection: AsyncConnection, trace_ids: Collection[str], now: float
) -> None:
    """Bring jobs to their end of which all deliveries are at theirs."""
    if not trace_ids:
        return
    own = _row.trace_id == job.c.trace_id
    unsettled = exists().where(own, _row.settled.is_(None))
    lost = exists().where(own, _row.state == DEAD)
    moving = job.c.state.in_((CLASSIFIED, DELIVERING))
    ended = case((lost, DEAD), else_=DELIVERED)
    statement = (
        update(job)
        .where(job.c.trace_id.in_(trace_ids), job.c.finished.is_not(None), ~unsettled)
        .values(settled=now, state=case((moving, ended), else_=job.c.state))
    )
    await connection.execute(statement)


async def note_success(connection: AsyncConnection, ends: Collection[Endpoint]) -> None:
    """Receivers took something: they are well again."""
    if not ends:
        return
    statement = update(job_endpoint).where(
        tuple_(_end.appid, _end.endpoint).in_(ends), _end.failing_since.is_not(None)
    )
    await connection.execute(statement.values(failing_since=None, failures=0))


async def note_failure(
    connection: AsyncConnection, end: Endpoint, now: float, reason: str, *, gone: bool
) -> bool:
    """A receiver failed; whether it is switched off.

    `gone` switches it off at once.
    """
    statement = upsert(connection, job_endpoint).values(
        appid=end.appid,
        endpoint=end.name,
        failing_since=now,
        failures=1,
        reason=reason,
        disabled_at=now if gone else None,
    )
    changes = {
        "failing_since": func.coalesce(_end.failing_since, now),
        "failures": _end.failures + 1,
        "reason": reason,
    }
    if gone:
        changes["disabled_at"] = func.coalesce(_end.disabled_at, now)
    counted = statement.on_conflict_do_update(
        index_elements=["appid", "endpoint"], set_=changes
    ).returning(_end.disabled_at)
    return (await connection.execute(counted)).scalar_one() is not None


async def disable_failing(
    connection: AsyncConnection, before: float, now: float, *, failures: int
) -> None:
    """Switch off what has been failing since before a time, at least so often."""
    statement = update(job_endpoint).where(
        _end.failing_since < before,
        _end.failures >= failures,  # a clock that jumps is not enough
        _end.disabled_at.is_(None),
    )
    await connection.execute(statement.values(disabled_at=now))


async def hold_disabled(connection: AsyncConnection, limit: int) -> int:
    """Set aside what waits for receivers that are switched off; how many."""
    off = and_(
        _end.appid == _row.appid,
        _end.endpoint == _row.endpoint,
        _end.disabled_at.is_not(None),
    )
    waiting = (
        select(_row.id)
        .join(job_endpoint, off)
        .where(_row.due_at.is_not(None), _row.state == WAITING)
        .limit(limit)
        .with_for_update(skip_locked=True, of=job_delivery)
    )
    keys = (await connection.scalars(waiting)).all()
    if keys:
        statement = update(job_delivery).where(_row.id.in_(keys))
        await connection.execute(statement.values(state=HELD, due_at=None))
    return len(keys)


async def switch(
    connection: AsyncConnection, end: Endpoint, now: float, *, reason: str | None
) -> None:
    """Switch a receiver off for a reason, or on again with None."""
    off = reason is not None
    values: dict[str, Any] = {
        "disabled_at": now if off else None,
        "reason": reason,
        "told_at": now if off else None,  # whoever does it knows
        "failing_since": None,
        "failures": 0,
    }
    statement = upsert(connection, job_endpoint).values(
        appid=end.appid, endpoint=end.name, **values
    )
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["appid", "endpoint"], set_=values
        )
    )


async def let_go(connection: AsyncConnection, end: Endpoint, now: float) -> int:
    """Send anew what was set aside for a receiver; how many."""
    statement = update(job_delivery).where(
        _row.appid == end.appid,
        _row.endpoint == end.name,
        same_state(_row.state, HELD),
    )
    values = {"state": WAITING, "due_at": now, "wait": 0.0, "attempt": 0}
    return (await connection.execute(statement.values(values))).rowcount


async def untold_endpoints(
    connection: AsyncConnection, now: float
) -> Sequence[Row[Any]]:
    """Receivers that are off and nobody was told of; each is returned once."""
    statement = (
        update(job_endpoint)
        .where(_end.disabled_at.is_not(None), _end.told_at.is_(None))
        .values(told_at=now)
        .returning(_end.appid, _end.endpoint, _end.failing_since, _end.reason)
    )
    return (await connection.execute(statement)).all()


async def read_endpoints(
    connection: AsyncConnection, appid: str | None
) -> Sequence[Row[Any]]:
    """Receivers that fail or are off."""
    bad = or_(_end.failing_since.is_not(None), _end.disabled_at.is_not(None))
    query = select(job_endpoint).where(bad).order_by(_end.appid, _end.endpoint)
    if appid is not None:
        query = query.where(_end.appid == appid)
    return (await connection.execute(query)).all()


async def replay(
    connection: AsyncConnection, trace_ids: Sequence[str], now: float
) -> set[str]:
    """Send the callbacks of decided jobs again; the jobs for which there was any.

    What is still on its way, and what is no longer kept, is left alone.
    """
    query = select(job.c.trace_id).where(job.c.trace_id.in_(trace_ids))
    query = query.where(job.c.plan.is_not(None), job.c.settled.is_not(None))
    query = query.order_by(job.c.trace_id).with_for_update()
    found = (await connection.scalars(query)).all()
    values = {
        "state": WAITING,
        "due_at": now,
        "wait": 0.0,
        "attempt": 0,
        "settled": None,
    }
    again = (
        update(job_delivery)
        .where(_row.trace_id.in_(found), _row.due_at.is_(None))
        .values(values)
        .returning(_row.trace_id)
    )
    sent = set((await connection.execute(again)).scalars())
    ended = (DELIVERED, DEAD)
    # A job that was given up stays dead whatever becomes of its callback.
    moving = and_(job.c.state.in_(ended), job.c.decided.in_(CHECKED))
    statement = (
        update(job)
        .where(job.c.trace_id.in_(sent))
        .values(settled=None, state=case((moving, CLASSIFIED), else_=job.c.state))
    )
    await connection.execute(statement)
    return sent
