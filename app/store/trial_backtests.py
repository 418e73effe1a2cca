"""Queries on backtests; each works inside the caller's transaction."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.trial_tables import trial_backtest, trial_backtest_term

OPEN = ("waiting", "running")
"""States of a backtest that is not over."""

_WRITE_BATCH = 500
_test = trial_backtest.c
_term = trial_backtest_term.c


class BacktestRow(NamedTuple):
    """One backtest as stored; times are Unix seconds."""

    id: int
    candidate: str
    base: str
    source: str
    who: str
    state: str
    created_at: float
    beat_at: float
    ended_at: float | None
    cancelled: bool
    progress: float | None
    texts: int
    error: str | None
    summary: dict[str, Any] | None


class TermFlipRow(NamedTuple):
    """What one word changed; `place` 0 is the most frequent."""

    backtest: int
    place: int
    list_name: str
    term: str
    kind: str
    before: str
    after: str
    times: int
    examples: bytes | None
    samples: list[int] | None


async def add_backtest(connection: AsyncConnection, **values: Any) -> int:
    """Write a new row and return its id."""
    statement = insert(trial_backtest).values(values).returning(_test.id)
    return int((await connection.execute(statement)).scalar_one())


async def count_open(connection: AsyncConnection) -> int:
    """How many backtests are not over, of all processes."""
    query = select(func.count()).where(_test.state.in_(OPEN))
    return int(await connection.scalar(query) or 0)


async def backtest(connection: AsyncConnection, backtest_id: int) -> BacktestRow | None:
    """One backtest, None when there is none."""
    query = _rows().where(_test.id == backtest_id)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else BacktestRow(*row)


async def backtests(
    connection: AsyncConnection, *, below: int | None, limit: int
) -> list[BacktestRow]:
    """Backtests with ids under `below`, newest first."""
    query = _rows().order_by(_test.id.desc()).limit(limit)
    if below is not None:
        query = query.where(_test.id < below)
    return [BacktestRow(*row) for row in await connection.execute(query)]


async def cancelled(connection: AsyncConnection, ids: Iterable[int]) -> set[int]:
    """Those of these that somebody asked to end."""
    query = select(_test.id).where(_test.id.in_(list(ids)), _test.cancelled)
    return set((await connection.scalars(query)).all())


async def ask_to_cancel(connection: AsyncConnection, backtest_id: int) -> bool:
    """Leave word for the process that runs it; False when it is over."""
    wanted = update(trial_backtest).where(
        _test.id == backtest_id, _test.state.in_(OPEN)
    )
    return (await connection.execute(wanted.values(cancelled=True))).rowcount == 1


async def update_open(
    connection: AsyncConnection, backtest_id: int, **values: Any
) -> bool:
    """Change a backtest unless it is over; False when it is."""
    change = update(trial_backtest).where(
        _test.id == backtest_id, _test.state.in_(OPEN)
    )
    return (await connection.execute(change.values(values))).rowcount == 1


async def beat(connection: AsyncConnection, ids: Iterable[int], now: float) -> None:
    """Say that the process behind these is alive."""
    mine = update(trial_backtest).where(_test.id.in_(list(ids)), _test.state.in_(OPEN))
    await connection.execute(mine.values(beat_at=now))


async def end_abandoned(
    connection: AsyncConnection, *, before: float, now: float, error: str
) -> int:
    """Close what no living process works on; how many that were."""
    dead = update(trial_backtest).where(_test.state.in_(OPEN), _test.beat_at < before)
    change = dead.values(state="failed", error=error, ended_at=now)
    return (await connection.execute(change)).rowcount


async def forget_ended(connection: AsyncConnection, before: float) -> int:
    """Delete backtests that ended before a time, with all that they found."""
    old = delete(trial_backtest).where(_test.ended_at < before)
    return (await connection.execute(old)).rowcount


async def add_term_flips(
    connection: AsyncConnection, rows: Sequence[TermFlipRow]
) -> None:
    """Write what words changed."""
    for start in range(0, len(rows), _WRITE_BATCH):
        batch = [row._asdict() for row in rows[start : start + _WRITE_BATCH]]
        await connection.execute(insert(trial_backtest_term), batch)


async def term_flips(
    connection: AsyncConnection, backtest_id: int, *, after: int, limit: int
) -> list[TermFlipRow]:
    """What words changed, most frequent first, from place `after` (exclusive)."""
    columns = [_term[name] for name in TermFlipRow._fields]
    query = select(*columns).where(_term.backtest == backtest_id, _term.place > after)
    query = query.order_by(_term.place).limit(limit)
    return [TermFlipRow(*row) for row in await connection.execute(query)]


def _rows() -> Any:
    """All columns in the order of `BacktestRow`."""
    return select(*(_test[name] for name in BacktestRow._fields))
