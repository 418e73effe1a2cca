"""Accepting jobs: many callers, one commit, and clear refusals."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import event

from app.jobs import (
    Accepted,
    BacklogError,
    ConflictError,
    Ending,
    Intake,
    IntakeRules,
    JobDesk,
    NewJob,
    StoreAwayError,
    StoreFullError,
    Wanted,
    new_trace_id,
)
from app.store import Database
from app.store.jobs_tables import job, job_upload
from tests.jobs.helpers import RISKY, House, new_job


@pytest.fixture
def intake(house: House) -> Intake:
    return Intake(house.store, new_id=house.traces)


async def test_callers_at_the_same_time_share_commits(
    house: House, intake: Intake
) -> None:
    answers = await asyncio.gather(*(intake.accept(new_job()) for _ in range(100)))
    assert len({one.trace_id for one in answers}) == 100
    assert await house.count(job) == 100
    assert intake.figures.accepted == 100
    assert intake.figures.commits <= 3


async def test_each_caller_gets_its_own_answer(house: House, intake: Intake) -> None:
    first = await intake.accept(new_job(idem_key="k"))
    results = await asyncio.gather(
        intake.accept(new_job(idem_key="k")),
        intake.accept(new_job(idem_key="k", body_hash=b"other")),
        intake.accept(new_job()),
        return_exceptions=True,
    )
    assert results[0] == Accepted(first.trace_id, fresh=False)
    assert isinstance(results[1], ConflictError)
    assert isinstance(results[2], Accepted)
    figures = intake.figures
    assert (figures.accepted, figures.repeated, figures.refused) == (2, 1, 1)


async def test_an_app_whose_work_waits_too_long_is_refused_alone(house: House) -> None:
    intake = Intake(house.store, rules=IntakeRules(oldest=60.0, look=0.0))
    await intake.accept(new_job(appid="slow"))
    house.clock.now += 61
    with pytest.raises(BacklogError) as refused:
        await intake.accept(new_job(appid="slow"))
    assert 1.0 <= refused.value.retry_after <= 60.0
    await intake.accept(new_job(appid="other"))
    await house.claim()
    await intake.accept(new_job(appid="slow"))


async def test_a_full_queue_refuses_at_once(house: House) -> None:
    intake = Intake(house.store, rules=IntakeRules(queue=2))
    results = await asyncio.gather(
        *(intake.accept(new_job()) for _ in range(5)), return_exceptions=True
    )
    refused = [one for one in results if isinstance(one, BacklogError)]
    assert 1 <= len(refused) <= 3
    assert await house.count(job) == 5 - len(refused)


async def test_a_job_that_the_database_refuses_spoils_no_other(
    house: House, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = house.store.accept

    async def picky(batch: Sequence[tuple[str, NewJob]]) -> Any:
        if any(new.scene == 9 for _, new in batch):
            raise ValueError
        return await real(batch)

    monkeypatch.setattr(house.store, "accept", picky)
    results = await asyncio.gather(
        *(intake.accept(new_job(scene=scene)) for scene in (1, 9, 2)),
        return_exceptions=True,
    )
    assert [type(one) for one in results] == [Accepted, ValueError, Accepted]


async def test_a_database_that_is_away_accepts_nothing_and_comes_back(
    house: House, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_batch: object) -> Any:
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(house.store, "accept", away)
        results = await asyncio.gather(
            *(intake.accept(new_job()) for _ in range(3)), return_exceptions=True
        )
        assert [type(one) for one in results] == [StoreAwayError] * 3
    assert (await intake.accept(new_job())).fresh


async def test_a_caller_that_goes_away_does_not_disturb_the_others(
    house: House, intake: Intake
) -> None:
    calls = [asyncio.create_task(intake.accept(new_job())) for _ in range(3)]
    await asyncio.sleep(0)
    calls[1].cancel()
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert isinstance(answers[0], Accepted)
    assert isinstance(answers[2], Accepted)
    await intake.close()
    assert await house.count(job) in {2, 3}


async def test_large_files_do_not_share_a_commit(house: House) -> None:
    intake = Intake(house.store, rules=IntakeRules(batch_bytes=100))
    await asyncio.gather(*(intake.accept(new_job(upload=b"x" * 80)) for _ in range(3)))
    assert intake.figures.commits == 3
    assert await house.count(job_upload) == 3


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_on_a_full_disk_nothing_is_accepted(
    database: Database, database_url: str
) -> None:
    with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as file:
        most = file.execute("PRAGMA page_count").fetchone()[0] + 20

    def fill(connection: Any, _record: object) -> None:
        connection.cursor().execute(f"PRAGMA max_page_count={most}")

    event.listen(database.engine.sync_engine, "connect", fill)
    house = House(database)
    intake = Intake(house.store)
    answered = await until_refused(intake, upload=b"x" * 4000)
    found = await JobDesk(house.store).find(Wanted(limit=1000))
    assert {one.trace_id for one in found} == set(answered)
    assert answered
    # What was accepted is worked on, and that makes room again.
    while jobs := await house.claim(1):
        await house.store.finish(jobs[0], Ending(RISKY))
    assert (await intake.accept(new_job())).fresh


async def until_refused(intake: Intake, **changed: Any) -> list[str]:
    """Fill the disk; the trace_ids of what was answered."""
    answered: list[str] = []
    try:
        while len(answered) < 1000:
            answered.append((await intake.accept(new_job(**changed))).trace_id)
    except StoreFullError:
        return answered
    raise AssertionError(answered)


def test_trace_ids_look_like_those_of_wechat() -> None:
    assert len(new_trace_id("1")) == 32
    first, second = new_trace_id("2"), new_trace_id("native")
    assert [len(part) for part in first.split("-")] == [8, 8, 8]
    assert first != second


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": None},
        {"upload": b"both", "url": "https://a.example"},
        {"appid": ""},
        {"appid": "x" * 65},
        {"idem_key": "x" * 129},
        {"idem_key": "nul\0"},
        {"idem_key": "\ud800"},
        {"body_hash": b"x" * 33},
    ],
)
def test_what_no_table_takes_is_refused_before(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        new_job(**wrong)
