"""PostgreSQL ends our connections in the middle of everything."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text

from app.jobs import Accepted, Intake, StoreAwayError
from app.store import Database
from app.store.jobs_tables import job as job_table
from app.store.jobs_tables import job_delivery
from tests.jobs.helpers import new_job
from tests.jobs.test_killed import house_of
from tests.jobs.test_worker import QUICK, Outside, settle, working

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.parametrize("backend", ["postgresql"], indirect=True),
]
JOBS = 60


async def test_nothing_is_lost_when_connections_break(
    database: Database, database_url: str
) -> None:
    house, outside = house_of(database), Outside()
    intake = Intake(house.store)
    surgeon = Database.open(database_url)

    async def insist(number: int) -> Accepted:
        while True:
            try:
                return await intake.accept(new_job(idem_key=f"key {number}"))
            except StoreAwayError:
                await asyncio.sleep(0.02)

    async def cut() -> None:
        for _ in range(8):
            await asyncio.sleep(0.1)
            async with surgeon.write() as connection:
                await connection.execute(
                    text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
                        " datname = current_database() AND pid <> pg_backend_pid()"
                    )
                )

    # What was claimed as the connection broke comes back when its lease has ended.
    rules = replace(QUICK, lease=1.0, claims=20)
    async with working(house, outside, rules):
        cutting = asyncio.create_task(cut())
        answers = await asyncio.gather(*map(insist, range(JOBS)))
        await cutting
        await settle(house, JOBS)
    await surgeon.close()
    assert len({one.trace_id for one in answers}) == JOBS
    assert await house.count(job_table) == JOBS
    assert await house.count(job_delivery) == JOBS
    assert {one.trace_id for one in outside.delivered} == {
        one.trace_id for one in answers
    }
