"""What every store of jobs promises, on both databases."""

import asyncio
from hashlib import sha256

import pytest

from app.jobs import (
    Accepted,
    ConflictError,
    Decided,
    Destination,
    Ending,
    JobVerdict,
    LateError,
    Outcome,
    Retry,
    Sent,
    Share,
    State,
)
from app.store.jobs_tables import job as job_table
from app.store.jobs_tables import job_attempt, job_delivery, job_endpoint, job_upload
from tests.jobs.helpers import (
    AGAIN,
    LEASE,
    RISKY,
    TAKEN,
    TARGET,
    URL,
    House,
    new_job,
)

GAVE_UP = Ending(JobVerdict("review", 21000, -1009), Decided.GAVE_UP, "crashed")


# ---------------------------------------------------------------- accepting


async def test_a_job_comes_back_as_it_was_given(house: House) -> None:
    await house.add(user=b"u" * 32, extra={"lists": ["a", 1]}, scene=3, version="1")
    job = await house.claim_one()
    assert (job.trace_id, job.appid, job.scene, job.version) == ("t1", "wx1", 3, "1")
    assert (job.url, job.user, job.extra) == (URL, b"u" * 32, {"lists": ["a", 1]})
    assert job.attempt == 1
    assert job.created == house.clock.now
    assert (await house.row("t1"))["state"] == State.FETCHING


async def test_the_same_key_and_body_give_the_same_trace_id(house: House) -> None:
    assert await house.add(idem_key="k") == ["t1"]
    again = await house.store.accept([("t9", new_job(idem_key="k"))])
    assert again == [Accepted("t1", fresh=False)]
    assert await house.count(job_table) == 1


async def test_the_same_key_with_another_body_is_a_conflict(house: House) -> None:
    await house.add(idem_key="k")
    other = new_job(idem_key="k", body_hash=sha256(b"other").digest())
    (answer,) = await house.store.accept([("t9", other)])
    assert isinstance(answer, ConflictError)
    assert await house.count(job_table) == 1


async def test_keys_belong_to_their_app(house: House) -> None:
    await house.add(idem_key="k")
    assert await house.add(idem_key="k", appid="wx2") == ["t2"]


async def test_a_key_twice_in_one_batch_is_one_job(house: House) -> None:
    batch = [(f"b{number}", new_job(idem_key="k")) for number in range(3)]
    answers = await house.store.accept(batch)
    traces = {one.trace_id for one in answers if isinstance(one, Accepted)}
    fresh = [one for one in answers if isinstance(one, Accepted) and one.fresh]
    assert (len(answers), len(traces), len(fresh)) == (3, 1, 1)


async def test_one_batch_answers_in_its_order(house: House) -> None:
    await house.add(idem_key="known")
    batch = [
        ("a", new_job()),
        ("b", new_job(idem_key="known")),
        ("c", new_job(idem_key="known", body_hash=b"other")),
        ("d", new_job(idem_key="new")),
    ]
    first, second, third, fourth = await house.store.accept(batch)
    assert first == Accepted("a", fresh=True)
    assert second == Accepted("t1", fresh=False)
    assert isinstance(third, ConflictError)
    assert fourth == Accepted("d", fresh=True)


async def test_a_repeated_upload_keeps_the_first_file(house: House) -> None:
    await house.add(idem_key="k", upload=b"\0\xff first")
    await house.store.accept([("t9", new_job(idem_key="k", upload=b"second"))])
    assert await house.count(job_upload) == 1
    assert await house.store.upload(await house.claim_one()) == b"\0\xff first"


async def test_racing_keys_make_one_job(house: House) -> None:
    batches = [[(f"r{n}", new_job(idem_key="k"))] for n in range(8)]
    answers = await asyncio.gather(*map(house.store.accept, batches))
    traces = {one.trace_id for [one] in answers if isinstance(one, Accepted)}
    assert len(traces) == 1
    assert await house.count(job_table) == 1


async def test_what_is_private_is_not_readable_in_the_tables(house: House) -> None:
    await house.add(upload=b"a secret file", extra={"note": "secret"})
    await house.store.finish(await house.claim_one(), Ending(RISKY))
    await house.add()
    for table in (job_table, job_upload, job_delivery):
        async with house.db.read() as connection:
            rows = (await connection.execute(table.select())).all()
        assert "secret" not in repr(rows)


async def test_the_backlog_is_told_by_app(house: House) -> None:
    await house.add()
    house.clock.now += 50
    await house.add(appid="wx2")
    house.clock.now += 10
    assert await house.store.backlog() == {"wx1": 60.0, "wx2": 10.0}
    await house.claim()
    assert await house.store.backlog() == {}


# ---------------------------------------------------------------- leases


async def test_a_leased_job_is_nobody_elses(house: House) -> None:
    await house.add(2)
    first, second = await house.claim_one(), await house.claim_one()
    assert {first.trace_id, second.trace_id} == {"t1", "t2"}
    assert first.token != second.token
    assert await house.claim() == []


async def test_a_lease_that_ended_is_taken_and_counted(house: House) -> None:
    await house.add()
    first = await house.claim_one()
    house.clock.now += LEASE - 1
    assert await house.claim() == []
    house.clock.now += 2
    second = await house.claim_one()
    assert second.attempt == 2
    assert second.token != first.token


async def test_a_late_result_is_thrown_away(house: House) -> None:
    await house.add()
    late = await house.claim_one()
    house.clock.now += LEASE + 1
    current = await house.claim_one()
    with pytest.raises(LateError):
        await house.store.finish(late, Ending(JobVerdict("pass", 100)))
    assert await house.count(job_delivery) == 0
    await house.store.finish(current, Ending(RISKY))
    with pytest.raises(LateError):
        await house.store.finish(current, Ending(JobVerdict("pass", 100)))
    assert (await house.row("t1"))["suggest"] == "risky"
    assert await house.count(job_delivery) == 1


async def test_a_lease_that_ended_but_was_not_taken_still_counts(house: House) -> None:
    await house.add()
    job = await house.claim_one()
    house.clock.now += 10 * LEASE
    await house.store.finish(job, Ending(RISKY))
    assert (await house.row("t1"))["state"] == State.CLASSIFIED


async def test_a_heartbeat_keeps_what_is_still_held(house: House) -> None:
    await house.add(2)
    mine, other = await house.claim_one(), await house.claim_one()
    house.clock.now += LEASE - 1
    tokens = {mine.trace_id: mine.token, other.trace_id: "stolen", "gone": "x"}
    assert await house.store.extend(tokens, LEASE) == {mine.trace_id}
    house.clock.now += 2
    (taken,) = await house.claim()
    assert taken.trace_id == other.trace_id


async def test_a_released_job_is_ready_and_uncounted(house: House) -> None:
    await house.add()
    job = await house.claim_one()
    assert await house.store.release(job)
    assert not await house.store.release(job)
    again = await house.claim_one()
    assert again.attempt == 1
    with pytest.raises(LateError):
        await house.store.finish(job, Ending(RISKY))


async def test_a_retry_waits_and_is_written_down(house: House) -> None:
    await house.add()
    job = await house.claim_one()
    await house.store.retry(job, Retry(30.0, "timeout", 1.5))
    house.clock.now += 29
    assert await house.claim() == []
    house.clock.now += 1
    assert (await house.claim_one()).attempt == 2
    row = await house.one(job_attempt)
    assert (row["number"], row["outcome"], row["reason"]) == (1, "retry", "timeout")
    assert (row["seconds"], row["delivery_id"]) == (1.5, None)
    with pytest.raises(LateError):
        await house.store.retry(job, Retry(30.0, "timeout"))


async def test_many_workers_never_share_a_job(house: House) -> None:
    await house.add(60)
    takes = [house.claim(3) for _ in range(20)]
    jobs = [job for taken in await asyncio.gather(*takes) for job in taken]
    while more := await house.claim(7):
        jobs += more
    assert sorted(job.trace_id for job in jobs) == sorted(
        f"t{number}" for number in range(1, 61)
    )


async def test_what_was_interrupted_comes_alone(house: House) -> None:
    await house.add(3)
    assert len(await house.claim(2)) == 2
    assert not await house.store.interrupted()
    house.clock.now += LEASE + 1
    assert await house.store.interrupted()
    (fresh,) = await house.claim(9, Share(alone=False))
    assert (fresh.trace_id, fresh.interrupted) == ("t3", False)
    (first,) = await house.claim(9)
    (second,) = await house.claim(9)
    assert {first.trace_id, second.trace_id} == {"t1", "t2"}
    assert first.interrupted
    assert first.attempt == second.attempt == 2


# ---------------------------------------------------------------- fairness


async def test_apps_get_equal_parts(house: House) -> None:
    await house.add(50, appid="big")
    await house.add(2, appid="small")
    await house.add(50, appid="wide")
    taken = [job.appid for job in await house.claim(12)]
    assert (taken.count("small"), taken.count("big"), taken.count("wide")) == (2, 5, 5)


async def test_apps_take_turns_when_slots_come_one_by_one(house: House) -> None:
    for appid in ("a", "b", "c"):
        await house.add(5, appid=appid)
    after, order = "", []
    for _ in range(6):
        (job,) = await house.claim(1, Share(after))
        order.append(after := job.appid)
    assert order == ["a", "b", "c", "a", "b", "c"]


async def test_an_app_has_no_more_than_its_most(house: House) -> None:
    await house.add(9, appid="big")
    assert len(await house.claim(9, Share(busy={"big": 2}, most=5))) == 3
    assert await house.claim(9, Share(busy={"big": 5}, most=5)) == []


async def test_the_oldest_of_an_app_comes_first(house: House) -> None:
    for _ in range(3):
        await house.add()
        house.clock.now += 1
    assert [(await house.claim_one()).trace_id for _ in range(3)] == ["t1", "t2", "t3"]


# ---------------------------------------------------------------- verdicts


async def test_a_verdict_comes_with_its_callbacks(house: House) -> None:
    plan = (Destination("push", "wechat", TARGET), Destination("hook", "native"))
    await house.add(plan=plan, upload=b"file")
    await house.store.finish(await house.claim_one(), Ending(RISKY))
    row = await house.row("t1")
    assert (row["state"], row["decided"]) == (State.CLASSIFIED, Decided.CHECKED)
    assert (row["finished"], row["settled"]) == (house.clock.now, None)
    assert (row["content"], row["lease"], row["due_at"]) == (None, None, None)
    assert await house.count(job_upload) == 0
    found = {one.name: one for one in await house.outbox()}
    assert set(found) == {"push", "hook"}
    push = found["push"]
    assert (push.verdict, push.target, push.attempt) == (RISKY, TARGET, 1)
    assert (push.id, push.finished) == ("msg_t1_push", house.clock.now)
    assert (await house.row("t1"))["state"] == State.DELIVERING


async def test_without_callbacks_a_verdict_is_the_end(house: House) -> None:
    await house.add(plan=())
    await house.store.finish(await house.claim_one(), Ending(RISKY))
    row = await house.row("t1")
    assert (row["state"], row["settled"]) == (State.DELIVERED, house.clock.now)


async def test_a_job_that_is_given_up_calls_back_and_stays_dead(house: House) -> None:
    await house.add()
    await house.store.finish(await house.claim_one(), GAVE_UP)
    (delivery,) = await house.outbox()
    assert delivery.decided is Decided.GAVE_UP
    assert delivery.verdict == GAVE_UP.verdict
    await house.store.record_attempt(delivery, TAKEN, wait=None, seconds=0.1)
    row = await house.row("t1")
    assert (row["state"], row["reason"]) == (State.DEAD, "crashed")
    assert row["settled"] == house.clock.now


# ---------------------------------------------------------------- deliveries


async def test_a_taken_callback_ends_the_job(house: House) -> None:
    delivery = await house.decided()
    await house.store.record_attempt(delivery, TAKEN, wait=None, seconds=0.2)
    assert (await house.row("t1"))["state"] == State.DELIVERED
    assert await house.outbox() == []
    row = await house.one(job_attempt)
    assert (row["outcome"], row["status"], row["seconds"]) == ("taken", 200, 0.2)
    assert row["delivery_id"] == delivery.id


async def test_a_failed_callback_comes_again_with_the_same_id(house: House) -> None:
    first = await house.decided()
    await house.store.record_attempt(first, AGAIN, wait=5.0, seconds=0.1)
    assert await house.outbox() == []
    house.clock.now += 5
    (second,) = await house.outbox()
    assert (second.id, second.attempt) == (first.id, 2)
    assert (second.verdict, second.finished) == (first.verdict, first.finished)


async def test_an_exhausted_callback_makes_the_job_dead(house: House) -> None:
    delivery = await house.decided()
    await house.store.record_attempt(delivery, AGAIN, wait=None, seconds=0.1)
    row = await house.row("t1")
    assert (row["state"], row["settled"]) == (State.DEAD, house.clock.now)
    assert row["suggest"] == "risky"


async def test_a_late_record_is_thrown_away(house: House) -> None:
    late = await house.decided()
    house.clock.now += LEASE + 1
    (current,) = await house.outbox()
    with pytest.raises(LateError):
        await house.store.record_attempt(late, AGAIN, wait=None, seconds=0.1)
    assert await house.count(job_attempt) == 0
    assert await house.count(job_endpoint) == 0
    await house.store.record_attempt(current, TAKEN, wait=None, seconds=0.1)
    assert (await house.row("t1"))["state"] == State.DELIVERED


async def test_all_callbacks_must_arrive(house: House) -> None:
    plan = (Destination("a", "native"), Destination("b", "native"))
    await house.add(plan=plan)
    await house.store.finish(await house.claim_one(), Ending(RISKY))
    first, second = await house.outbox()
    records = [
        house.store.record_attempt(one, TAKEN, wait=None, seconds=0.1)
        for one in (first, second)
    ]
    await records[0]
    assert (await house.row("t1"))["state"] == State.DELIVERING
    await records[1]
    assert (await house.row("t1"))["state"] == State.DELIVERED


async def test_callbacks_that_end_at_once_still_end_the_job(house: House) -> None:
    plan = tuple(Destination(name, "native") for name in "abcd")
    await house.add(plan=plan)
    await house.store.finish(await house.claim_one(), Ending(RISKY))
    outbox = await house.outbox()
    await asyncio.gather(
        *(
            house.store.record_attempt(one, TAKEN, wait=None, seconds=0.1)
            for one in outbox
        )
    )
    assert (await house.row("t1"))["state"] == State.DELIVERED


async def test_a_released_callback_is_ready_and_uncounted(house: House) -> None:
    delivery = await house.decided()
    assert await house.store.release_delivery(delivery)
    (again,) = await house.outbox()
    assert again.attempt == 1


async def test_callbacks_keep_their_leases(house: House) -> None:
    delivery = await house.decided()
    house.clock.now += LEASE - 1
    held = {delivery.id: delivery.token}
    assert await house.store.extend_deliveries(held, LEASE) == {delivery.id}
    house.clock.now += LEASE - 1
    assert await house.outbox() == []


async def test_gone_switches_the_receiver_off(house: House) -> None:
    first = await house.decided()
    gone = Outcome(Sent.GONE, "status 410", 410)
    await house.store.record_attempt(first, gone, wait=5.0, seconds=0.1)
    assert (await house.row("t1"))["state"] == State.DEAD
    await house.add()
    await house.store.finish(await house.claim_one(), Ending(RISKY))
    assert await house.outbox() == []
    assert (await house.one(job_delivery, job_delivery.c.trace_id == "t2"))[
        "state"
    ] == "held"


# ---------------------------------------------------------------- clocks


async def test_a_clock_that_goes_back_delays_nothing_for_long(house: House) -> None:
    await house.add(3)
    leased = await house.claim_one()
    await house.store.retry(await house.claim_one(), Retry(30.0, "timeout"))
    house.clock.now -= 86_400
    assert await house.claim() == []
    await house.store.mend_clock()
    (fresh,) = await house.claim()
    house.clock.now += 31
    (retried,) = await house.claim()
    assert len({fresh.trace_id, retried.trace_id, leased.trace_id}) == 3
    house.clock.now += 30
    (again,) = await house.claim()
    assert (again.trace_id, again.attempt) == (leased.trace_id, 2)


async def test_a_clock_that_goes_back_does_not_stop_callbacks(house: House) -> None:
    delivery = await house.decided()
    await house.store.record_attempt(delivery, AGAIN, wait=5.0, seconds=0.1)
    house.clock.now -= 86_400
    assert await house.store.mend_clock() == 1
    assert await house.store.mend_clock() == 0
    house.clock.now += 5
    assert len(await house.outbox()) == 1


async def test_a_clock_that_goes_forward_cannot_make_two_verdicts(house: House) -> None:
    await house.add()
    first = await house.claim_one()
    house.clock.now += 10 * 365 * 86_400
    second = await house.claim_one()
    await house.store.finish(second, Ending(RISKY))
    with pytest.raises(LateError):
        await house.store.finish(first, Ending(JobVerdict("pass", 100)))
    assert await house.count(job_delivery) == 1
