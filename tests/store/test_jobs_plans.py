"""What is open is found by indexes that hold open work only, on both databases."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Select, delete, func, select, text, update
from sqlalchemy.sql.dml import UpdateBase

from app.store import Database
from app.store.jobs_claim import DELIVERIES, JOBS, Queue, ready_query, turns_query
from app.store.jobs_decide import Endpoint
from app.store.jobs_tables import job, job_delivery, same_state
from app.store.jobs_views import Wanted, jobs_query

DONE = 20_000
OPEN_INDEX = {JOBS.key: "ix_job_open", DELIVERIES.key: "ix_job_delivery_open"}
END = Endpoint("wx1", "push")


@pytest_asyncio.fixture
async def full(database: Database) -> AsyncIterator[Database]:
    """Many jobs and callbacks that are done, and a few that are not."""
    async with database.write() as connection:
        for row in (
            ("job", _JOB_COLUMNS, _JOB_VALUES),
            ("job_delivery", _DELIVERY_COLUMNS, _DELIVERY_VALUES),
        ):
            await connection.execute(text(_many(database, *row)))
        for table in (job, job_delivery):
            few = table.c.trace_id.in_([f"t{number}" for number in range(1, 100, 7)])
            opened = {"due_at": 1.0, "lease": None}
            await connection.execute(update(table).where(few).values(opened))
        await connection.execute(text("ANALYZE"))
    yield database


_JOB_COLUMNS = (
    "trace_id, appid, media, source, scene, version, state, attempt, wait, created,"
    " finished, settled, decided, suggest"
)
_JOB_VALUES = (
    "'t' || i, 'wx' || (i % 5), 'image', 'url', 1, '2', 'delivered', 1, 0.0, i, i, i,"
    " 'checked', 'pass'"
)
_DELIVERY_COLUMNS = (
    "id, trace_id, appid, name, kind, endpoint, state, attempt, wait, created, settled"
)
_DELIVERY_VALUES = (
    "'m' || i, 't' || i, 'wx' || (i % 5), 'push', 'wechat', 'push', 'delivered', 1,"
    " 0.0, i, i"
)


def _many(database: Database, table: str, columns: str, values: str) -> str:
    numbers, series = "", f"generate_series(1, {DONE}) AS n(i)"
    if database.sqlite:
        following = f"SELECT i + 1 FROM n WHERE i < {DONE}"  # noqa: S608
        numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL {following})"
        series = "n"
    return f"INSERT INTO {table} ({columns}) {numbers} SELECT {values} FROM {series}"  # noqa: S608


async def plan(database: Database, statement: Select[Any] | UpdateBase) -> str:
    """What the database says that it would do, with bound values as in real life."""
    compiled = statement.compile(
        dialect=database.engine.dialect, compile_kwargs={"render_postcompile": True}
    )
    values = tuple(compiled.params[name] for name in compiled.positiontup or ())
    explain = "EXPLAIN QUERY PLAN " if database.sqlite else "EXPLAIN "
    async with database.read() as connection:
        rows = await connection.exec_driver_sql(explain + str(compiled), values)
        return "\n".join(str(row[-1]) for row in rows)


def scans(found: str, table: str) -> list[str]:
    """Steps that read a whole table."""
    whole = rf"(SCAN {table}(?! USING)|Seq Scan on {table})\b"
    return re.findall(whole, found)


@pytest.mark.parametrize("queue", [JOBS, DELIVERIES], ids=lambda queue: queue.key)
async def test_open_work_is_found_by_an_index_on_it(
    full: Database, queue: Queue
) -> None:
    statements: tuple[Any, ...] = (
        turns_query(queue),
        ready_query(queue, "wx1", 5.0, 10),
        ready_query(queue, "wx1", 5.0, 10, interrupted=False),
        ready_query(queue, "wx1", 5.0, 1, interrupted=True),
        select(func.count()).where(queue.table.c.due_at.is_not(None)),
        update(queue.table)
        .where(queue.table.c.due_at > 5.0 + queue.table.c.wait)
        .where(queue.table.c.due_at.is_not(None))
        .values(due_at=5.0),
    )
    for statement in statements:
        found = await plan(full, statement)
        assert OPEN_INDEX[queue.key] in found, found
        assert scans(found, queue.table.name) == [], found


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (select(func.count()).where(same_state(job.c.state, "dead")), "ix_job_dead"),
        (select(job.c.trace_id).where(job.c.settled < 9.0), "ix_job_settled"),
        (
            select(job.c.trace_id).where(job.c.settled < 9.0, job.c.plan.is_not(None)),
            "ix_job_content",
        ),
        (
            select(job_delivery.c.id).where(
                job_delivery.c.appid == END.appid,
                job_delivery.c.endpoint == END.name,
                same_state(job_delivery.c.state, "held"),
            ),
            "ix_job_delivery_held",
        ),
        (jobs_query(Wanted()), "ix_job_created"),
        (jobs_query(Wanted(appid="rare")), "ix_job_app"),
        (jobs_query(Wanted(state="dead")), "ix_job_dead"),
        (delete(job_delivery).where(job_delivery.c.trace_id == "t1"), "trace_id"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_looking_and_forgetting_use_indexes(
    full: Database, statement: Any, index: str
) -> None:
    found = await plan(full, statement)
    assert index in found, found
    assert scans(found, "job") + scans(found, "job_delivery") == [], found


async def test_what_is_done_is_not_in_the_index_on_open_work(full: Database) -> None:
    async with full.read() as connection:
        opened = select(func.count()).where(job.c.due_at.is_not(None))
        assert (await connection.execute(opened)).scalar_one() == 15
        if not full.sqlite:
            entries = text(
                "SELECT reltuples FROM pg_class WHERE relname = 'ix_job_open'"
            )
            assert (await connection.execute(entries)).scalar_one() <= 15
