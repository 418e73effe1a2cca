"""What a process tells of checks of media, on both databases."""

import pytest

from app.api.figures import FIGURES
from app.api.media.watch import JobWatch
from app.jobs import Intake, JobDesk, Outcome, Sent, Upkeep, Worker
from app.status import job_numbers
from app.store import Database
from tests.api.test_figures import summed
from tests.jobs.helpers import House, new_job

NOW = 1_900_000_000.0


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


async def never(_: object) -> None:
    raise NotImplementedError


def idle(house: House) -> Worker:
    return Worker(house.store, never, never)  # type: ignore[arg-type]


async def test_nothing_is_told_before_it_is_known(house: House) -> None:
    assert job_numbers(JobWatch(JobDesk(house.store))) == {}


async def test_every_number_has_a_meaning(house: House) -> None:
    watch = JobWatch(JobDesk(house.store), clock=lambda: NOW)
    await watch.ask()
    told = job_numbers(watch, Intake(house.store), idle(house), Upkeep(house.store))
    of_jobs = ("job", "callback")
    known = {each.key for each in FIGURES if each.key.startswith(of_jobs)}
    assert set(told) == known


async def test_the_backlog_is_told(house: House) -> None:
    desk = JobDesk(house.store)
    delivery = await house.decided()
    await house.store.record_attempt(
        delivery, Outcome(Sent.RETRY, "no"), wait=None, seconds=0.1
    )
    await house.decided()
    await house.add(2)
    await desk.disable("wx1", "push", "it moves")
    house.clock.now += 90
    watch = JobWatch(desk, clock=lambda: NOW)
    await watch.ask()
    intake, worker = Intake(house.store), idle(house)
    await intake.accept(new_job(idem_key="k"))
    await intake.accept(new_job(idem_key="k"))
    await intake.close()
    worker.counts.update(checked=3, taken=2, late=1)
    lines = summed(job_numbers(watch, intake, worker))
    for line in (
        'seccheck_jobs_waiting{work="check"} 2.0',
        'seccheck_jobs_taken{work="callback"} 1.0',
        'seccheck_jobs_oldest_seconds{work="check"} 90.0',
        'seccheck_jobs_dead{work="callback"} 1.0',
        "seccheck_callback_endpoints_disabled 1.0",
        "seccheck_jobs_asked_timestamp_seconds 1.9e+09",
        'seccheck_jobs_total{result="accepted"} 1.0',
        'seccheck_jobs_total{result="repeated"} 1.0',
        "seccheck_job_commits_total 2.0",
        'seccheck_job_checks_total{outcome="checked"} 3.0',
        'seccheck_callbacks_total{outcome="taken"} 2.0',
        "seccheck_jobs_late_total 1.0",
    ):
        assert line in lines


async def test_the_last_answer_stays(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = JobDesk(house.store)
    watch = JobWatch(desk, clock=lambda: NOW)
    await watch.ask()

    async def away() -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(desk, "figures", away)
    with pytest.raises(ConnectionRefusedError):
        await watch.ask()
    assert watch.asked_at == NOW
    assert job_numbers(watch)["jobs_waiting_check"] == 0
