"""A worker on both databases: what it does with what checks and receivers say."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from app.jobs import (
    CheckFailedError,
    Delivery,
    Destination,
    Ending,
    Intake,
    Job,
    JobVerdict,
    Outcome,
    Retry,
    Schedule,
    Sent,
    State,
    TryLaterError,
    Wake,
    Worker,
    WorkerRules,
)
from app.jobs.rows import new_row
from app.store.jobs_tables import job as job_table
from app.store.jobs_tables import job_attempt
from tests.jobs.helpers import EVERYTHING, RISKY, TAKEN, House, new_job

PATIENCE = 20.0
QUICK = WorkerRules(
    checks=4,
    poll=0.02,
    claims=3,
    grace=0.2,
    retry=Schedule((0.0, 0.0)),
    schedules={"wechat": Schedule((0.0, 0.0), jitter=0)},
)


@dataclass
class Outside:
    """What checks and receivers do, and what came their way."""

    verdict: JobVerdict = RISKY
    checked: list[Job] = field(default_factory=list)
    delivered: list[Delivery] = field(default_factory=list)
    on_check: Callable[[Job], Awaitable[JobVerdict]] | None = None
    on_deliver: Callable[[Delivery], Awaitable[Outcome]] | None = None

    async def check(self, job: Job) -> JobVerdict:
        self.checked.append(job)
        return await self.on_check(job) if self.on_check else self.verdict

    async def deliver(self, delivery: Delivery) -> Outcome:
        self.delivered.append(delivery)
        return await self.on_deliver(delivery) if self.on_deliver else TAKEN


@asynccontextmanager
async def working(
    house: House, outside: Outside, rules: WorkerRules = QUICK, **more: Any
) -> AsyncIterator[Worker]:
    worker = Worker(
        house.store, outside.check, outside.deliver, rules=rules, chance=lambda: 0.0,
        **more,
    )  # fmt: skip
    task = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        task.cancel()
        await asyncio.wait({task}, timeout=PATIENCE)
        assert task.cancelled()


async def until(settled: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await settled():
            await asyncio.sleep(0.01)


async def settle(house: House, count: int = 1) -> None:
    """Wait until so many jobs have come to their end."""

    async def ended() -> bool:
        return await house.count(job_table, job_table.c.settled.is_not(None)) >= count

    await until(ended)


async def test_a_job_is_checked_and_called_back(house: House) -> None:
    outside = Outside()
    async with working(house, outside):
        await house.add(3)
        await settle(house, 3)
    assert sorted(job.trace_id for job in outside.checked) == ["t1", "t2", "t3"]
    assert Counter(one.trace_id for one in outside.delivered) == {
        "t1": 1, "t2": 1, "t3": 1,
    }  # fmt: skip
    assert outside.delivered[0].verdict == RISKY


async def test_a_bell_starts_work_at_once(house: House) -> None:
    outside, wake = Outside(), Wake()
    patient = WorkerRules(poll=3600.0, grace=0.2)  # without a bell: too late
    async with working(house, outside, patient, wake=wake):
        await asyncio.sleep(0.1)
        await Intake(house.store, wake).accept(new_job())
        await settle(house)
    assert len(outside.delivered) == 1


async def test_what_can_never_succeed_is_decided_at_once(house: House) -> None:
    async def fail(_job: Job) -> JobVerdict:
        raise CheckFailedError(-1008, "no such file")

    outside = Outside(on_check=fail)
    async with working(house, outside):
        await house.add()
        await settle(house)
    (delivery,) = outside.delivered
    assert delivery.verdict == JobVerdict("review", 21000, -1008, "no such file")
    row = await house.row("t1")
    assert (row["state"], row["decided"], row["attempt"]) == ("delivered", "failed", 1)
    assert len(outside.checked) == 1


async def test_what_may_succeed_later_is_tried_again(house: House) -> None:
    async def second_time(job: Job) -> JobVerdict:
        if job.attempt == 1:
            raise TryLaterError(-1008, "timeout")
        return RISKY

    outside = Outside(on_check=second_time)
    async with working(house, outside):
        await house.add()
        await settle(house)
    assert [job.attempt for job in outside.checked] == [1, 2]
    assert (await house.row("t1"))["state"] == State.DELIVERED


async def test_what_never_succeeds_is_given_up_and_calls_back(house: House) -> None:
    async def fail(_job: Job) -> JobVerdict:
        raise TryLaterError(-1008, "timeout")

    outside = Outside(on_check=fail)
    async with working(house, outside):
        await house.add()
        await settle(house)
    assert [job.attempt for job in outside.checked] == [1, 2, 3]
    row = await house.row("t1")
    assert (row["state"], row["suggest"], row["errcode"]) == ("dead", "review", -1008)
    assert len(outside.delivered) == 1
    attempts = job_attempt.c.delivery_id.is_(None)
    assert await house.count(job_attempt, attempts) == 3


async def test_a_mistake_of_ours_is_a_failure_that_may_pass(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async def stumble(_job: Job) -> JobVerdict:
        raise KeyError("secret text")

    outside = Outside(on_check=stumble)
    async with working(house, outside):
        await house.add()
        await settle(house)
    row = await house.row("t1")
    assert (row["state"], row["reason"]) == ("dead", "KeyError")
    assert "KeyError in stumble" in caplog.text
    assert "secret" not in caplog.text


async def test_a_check_that_hangs_is_stopped(house: House) -> None:
    async def hang(_job: Job) -> JobVerdict:
        await asyncio.Event().wait()
        raise AssertionError

    rules = WorkerRules(poll=0.02, claims=1, patience=0.05, grace=0.2)
    outside = Outside(on_check=hang)
    async with working(house, outside, rules):
        await house.add()
        await settle(house)
    assert (await house.row("t1"))["reason"] == "TimeoutError"


async def test_a_file_that_kills_every_worker_ends_dead_without_being_touched_again(
    house: House,
) -> None:
    await house.add()
    for _ in range(QUICK.claims):  # claimed, and the process is gone
        await house.claim_one()
        house.clock.now += 61
    outside = Outside()
    async with working(house, outside):
        await settle(house)
    assert outside.checked == []
    assert (await house.row("t1"))["state"] == State.DEAD
    assert len(outside.delivered) == 1
    assert outside.delivered[0].verdict is not None
    assert outside.delivered[0].verdict.suggest == "review"


async def test_what_was_interrupted_runs_alone(house: House) -> None:
    await house.add(2)
    await house.claim(2)
    house.clock.now += 61
    await house.add(4)
    running, crowd = set(), {}

    async def watch(job: Job) -> JobVerdict:
        running.add(job.trace_id)
        await asyncio.sleep(0.05)
        crowd[job.trace_id] = len(running)
        running.discard(job.trace_id)
        return RISKY

    async with working(house, Outside(on_check=watch)):
        await settle(house, 6)
    assert (crowd["t1"], crowd["t2"]) == (1, 1)
    assert max(crowd.values()) > 1


async def test_a_receiver_that_fails_is_tried_again(house: House) -> None:
    async def third_time(delivery: Delivery) -> Outcome:
        if delivery.attempt < 3:
            return Outcome(Sent.RETRY, "status 500", 500)
        return TAKEN

    outside = Outside(on_deliver=third_time)
    async with working(house, outside):
        await house.add()
        await settle(house)
    assert [one.attempt for one in outside.delivered] == [1, 2, 3]
    assert {one.id for one in outside.delivered} == {"msg_t1_push"}
    assert (await house.row("t1"))["state"] == State.DELIVERED


async def test_a_receiver_that_never_answers_makes_the_job_dead(house: House) -> None:
    async def fail(_delivery: Delivery) -> Outcome:
        raise OSError

    outside = Outside(on_deliver=fail)
    async with working(house, outside):
        await house.add()
        await settle(house)
    assert [one.attempt for one in outside.delivered] == [1, 2, 3]
    assert (await house.row("t1"))["state"] == State.DEAD


async def test_one_app_never_has_all_the_slots(house: House) -> None:
    together: list[int] = []
    running: Counter[str] = Counter()
    gate = asyncio.Event()

    async def wait(job: Job) -> JobVerdict:
        running[job.appid] += 1
        together.append(running["big"])
        if job.appid == "big":
            await gate.wait()
        running[job.appid] -= 1
        return RISKY

    async with working(house, Outside(on_check=wait)):
        await house.add(20, appid="big")
        await until(lambda: _equal(running, 3))
        await house.add(1, appid="small")
        await settle(house)  # the small one, while the big ones still run
        gate.set()
        await settle(house, 21)
    assert max(together) == 3


async def _equal(running: Counter[str], count: int) -> bool:
    return running["big"] == count


async def test_a_worker_that_stops_gives_back_what_it_has(house: House) -> None:
    started = asyncio.Event()

    async def hang(_job: Job) -> JobVerdict:
        started.set()
        await asyncio.Event().wait()
        raise AssertionError

    async with working(house, Outside(on_check=hang)):
        await house.add()
        await asyncio.wait_for(started.wait(), PATIENCE)
    (job,) = await house.claim()
    assert (job.attempt, job.interrupted) == (1, False)


async def test_a_worker_that_stops_while_it_claims_gives_that_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, claimed, gate = house.store.claim, asyncio.Event(), asyncio.Event()

    async def slow(*args: Any) -> list[Job]:
        taken = await real(*args)
        if taken:
            claimed.set()
            await gate.wait()
        return taken

    monkeypatch.setattr(house.store, "claim", slow)
    outside = Outside()
    async with working(house, outside):
        await house.add(2)
        await asyncio.wait_for(claimed.wait(), PATIENCE)
        asyncio.get_running_loop().call_later(0.1, gate.set)
    assert outside.checked == []
    assert [job.attempt for job in await real(9, 60.0, EVERYTHING)] == [1, 1]


async def test_a_worker_that_stops_ends_what_is_nearly_done(house: House) -> None:
    started = asyncio.Event()

    async def nearly(_job: Job) -> JobVerdict:
        started.set()
        await asyncio.sleep(0.1)
        return RISKY

    rules = WorkerRules(poll=0.02, grace=PATIENCE)
    async with working(house, Outside(on_check=nearly), rules):
        await house.add()
        await asyncio.wait_for(started.wait(), PATIENCE)
    assert (await house.row("t1"))["suggest"] == "risky"


async def test_a_lost_lease_stops_the_work(house: House) -> None:
    started, stopped = asyncio.Event(), asyncio.Event()

    async def hang(_job: Job) -> JobVerdict:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        raise AssertionError

    rules = WorkerRules(poll=3600, lease=0.3, grace=0.2, mend=3600)
    async with working(house, Outside(on_check=hang), rules) as worker:
        await house.add()
        worker._wake.ring()
        await asyncio.wait_for(started.wait(), PATIENCE)
        house.clock.now += 1000
        (thief,) = await house.claim()
        await asyncio.wait_for(stopped.wait(), PATIENCE)
    await house.store.finish(thief, Ending(RISKY))
    assert (await house.row("t1"))["suggest"] == "risky"


async def test_a_worker_notices_that_the_clock_went_back(house: House) -> None:
    async def later(job: Job) -> JobVerdict:
        if job.attempt == 1:
            house.clock.now -= 86_400.0
            raise TryLaterError(-1008, "timeout")
        return RISKY

    house.clock.now += 86_400.0
    await house.add(2)
    first = await house.claim_one()
    await house.store.retry(first, Retry(0.0, "timeout"))  # due tomorrow, as it seems
    rules = replace(QUICK, mend=0.02)
    async with working(house, Outside(on_check=later), rules):
        await settle(house, 2)


async def test_a_worker_lets_its_slots_run_empty_for_what_runs_alone(
    house: House,
) -> None:
    gate, running = asyncio.Event(), asyncio.Event()
    order: list[str] = []

    async def wait(job: Job) -> JobVerdict:
        order.append(job.trace_id)
        if job.trace_id == "t1":
            running.set()
            await gate.wait()
        return RISKY

    rules = replace(QUICK, lease=0.2, mend=3600.0)
    async with working(house, Outside(on_check=wait), rules):
        await house.add()
        await asyncio.wait_for(running.wait(), PATIENCE)
        async with house.db.write() as connection:  # as if its worker had died
            await connection.execute(job_table.insert().values(**_interrupted(house)))
        await until(house.store.interrupted)
        await asyncio.sleep(0.2)  # the worker has noticed, too
        await house.add()
        gate.set()
        await settle(house, 3)
    assert order == ["t1", "gone", "t2"]


def _interrupted(house: House) -> dict[str, Any]:
    row = new_row(house.store.sealing, "gone", new_job(), house.clock.now - 100)
    return row | {"lease": "x", "state": "fetching", "attempt": 1}


async def test_two_workers_share_without_doing_anything_twice(house: House) -> None:
    outside = Outside()
    async with working(house, outside), working(house, outside):
        await house.add(40)
        await settle(house, 40)
    assert len(outside.checked) == 40
    assert len({one.id for one in outside.delivered}) == len(outside.delivered) == 40


async def test_unreadable_content_ends_in_a_callback(house: House) -> None:
    plan = (Destination("push", "wechat"),)
    await house.add(plan=plan)
    async with house.db.write() as connection:
        await connection.execute(job_table.update().values(content=b"other key"))
    outside = Outside()
    async with working(house, outside):
        await settle(house)
    assert outside.checked == []
    assert (await house.row("t1"))["reason"] == "sealed with another key"
    assert len(outside.delivered) == 1


@pytest.mark.parametrize("moment", ["claim", "finish", "record_attempt"])
async def test_an_outage_of_the_database_is_waited_out(
    house: House, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, failures = getattr(house.store, moment), [3]

    async def flaky(*args: Any, **named: Any) -> Any:
        if failures[0]:
            failures[0] -= 1
            raise ConnectionResetError
        return await real(*args, **named)

    monkeypatch.setattr(house.store, moment, flaky)
    outside = Outside()
    async with working(house, outside):
        await house.add()
        await settle(house)
    assert failures == [0]
    assert len(outside.checked) == len(outside.delivered) == 1
