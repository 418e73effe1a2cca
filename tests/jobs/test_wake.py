"""Wake-ups: within a process, and between processes on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import text

from app.jobs import Intake, Wake, listen
from app.jobs import wake as waking
from app.store import Database
from tests.jobs.helpers import House, new_job
from tests.jobs.test_killed import house_of

PATIENCE = 20.0
postgres = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)


@pytest_asyncio.fixture
async def other(database_url: str) -> AsyncIterator[House]:
    """The same database as another process has it."""
    opened = Database.open(database_url)
    yield house_of(opened)
    await opened.close()


async def rung(event: asyncio.Event) -> None:
    await asyncio.wait_for(event.wait(), PATIENCE)
    event.clear()


async def test_a_bell_is_heard_by_whoever_listens() -> None:
    wake, first, second = Wake(), asyncio.Event(), asyncio.Event()
    with wake.listening(first):
        with wake.listening(second):
            wake.ring()
        second.clear()
        wake.ring()
    assert first.is_set()
    assert not second.is_set()


async def test_a_bell_may_ring_for_one_kind_of_work() -> None:
    wake, check, delivery, any_kind = Wake(), *(asyncio.Event() for _ in range(3))
    with (
        wake.listening(check, "check"),
        wake.listening(delivery, "delivery"),
        wake.listening(any_kind),
    ):
        wake.ring("check")
        heard = [each.is_set() for each in (check, delivery, any_kind)]
        wake.ring()
    assert heard == [True, False, True]
    assert delivery.is_set()


@postgres
@pytest.mark.postgres
async def test_another_process_is_told_of_new_jobs(
    database: Database, other: House
) -> None:
    wake, event = Wake(), asyncio.Event()
    task = asyncio.create_task(listen(database, wake))
    with wake.listening(event):
        await rung(event)  # it listens
        await Intake(other.store).accept(new_job())
        await rung(event)
    task.cancel()
    await asyncio.wait({task})


@postgres
@pytest.mark.postgres
async def test_listening_survives_a_lost_connection(
    database: Database, other: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waking, "RETRY_SECONDS", 0.05)
    wake, event = Wake(), asyncio.Event()
    task = asyncio.create_task(listen(database, wake))
    with wake.listening(event):
        await rung(event)
        async with other.db.write() as connection:
            await connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
                    " datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        await rung(event)  # it listens again
        await Intake(other.store).accept(new_job())
        await rung(event)
    task.cancel()
    await asyncio.wait({task})


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_sqlite_has_nothing_to_listen_to(database: Database) -> None:
    await asyncio.wait_for(listen(database, Wake()), PATIENCE)
