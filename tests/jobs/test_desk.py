"""What operators can see and do, on both databases."""

import pytest

from app.jobs import (
    Decided,
    Delivery,
    Destination,
    Ending,
    JobDesk,
    LateError,
    Media,
    Outcome,
    Sent,
    State,
    UnknownJobError,
    Wanted,
)
from app.store.jobs_tables import job_delivery
from tests.jobs.helpers import AGAIN, RISKY, TAKEN, House


@pytest.fixture
def desk(house: House) -> JobDesk:
    return JobDesk(house.store)


async def take(house: House, delivery: Delivery) -> None:
    await house.store.record_attempt(delivery, TAKEN, wait=None, seconds=0.1)


async def test_a_job_is_shown_with_all_that_happened(
    house: House, desk: JobDesk
) -> None:
    delivery = await house.decided()
    await house.store.record_attempt(delivery, AGAIN, wait=5.0, seconds=0.1)
    story = await desk.show("t1")
    assert (story.job.state, story.job.suggest) == (State.DELIVERING, "risky")
    assert story.verdict == RISKY
    (sent,) = story.deliveries
    assert (sent.state, sent.status, sent.next_at) == (
        "waiting",
        500,
        house.clock.now + 5,
    )
    (tried,) = story.attempts
    assert (tried.delivery_id, tried.outcome, tried.number) == (delivery.id, "retry", 1)
    assert "secret" not in repr(story)


async def test_a_job_of_another_app_is_unknown(house: House, desk: JobDesk) -> None:
    await house.add()
    assert (await desk.show("t1", appid="wx1")).job.trace_id == "t1"
    for wanted, appid in (("t1", "wx2"), ("t9", None)):
        with pytest.raises(UnknownJobError):
            await desk.show(wanted, appid=appid)


async def test_jobs_are_listed_page_by_page(house: House, desk: JobDesk) -> None:
    for _ in range(5):
        await house.add(appid="wx2")
        house.clock.now += 1
    await house.add()
    first = await desk.find(Wanted(appid="wx2", limit=3))
    last = first[-1]
    second = await desk.find(
        Wanted(appid="wx2", limit=3, before=(last.created, last.trace_id))
    )
    assert [job.trace_id for job in first + second] == ["t5", "t4", "t3", "t2", "t1"]


async def test_a_page_of_one_type_is_full(house: House, desk: JobDesk) -> None:
    for media in (Media.AUDIO, Media.IMAGE, Media.AUDIO, Media.IMAGE):
        await house.add(media=media)
        house.clock.now += 1
    found = await desk.find(Wanted(media="audio", limit=2))
    assert [job.trace_id for job in found] == ["t3", "t1"]


async def test_jobs_are_listed_by_state_and_time(house: House, desk: JobDesk) -> None:
    await house.decided()
    house.clock.now += 10
    await house.add(2)
    waiting = await desk.find(Wanted(state="accepted"))
    assert {job.trace_id for job in waiting} == {"t2", "t3"}
    since = house.clock.now
    assert len(await desk.find(Wanted(since=since))) == 2
    assert [job.trace_id for job in await desk.find(Wanted(until=since))] == ["t1"]


async def test_a_cancelled_job_calls_back_and_fences_its_worker(
    house: House, desk: JobDesk
) -> None:
    await house.add(upload=b"file")
    late = await house.claim_one()
    assert await desk.cancel("t1")
    with pytest.raises(LateError):
        await house.store.finish(late, Ending(RISKY))
    (delivery,) = await house.outbox()
    assert delivery.decided is Decided.CANCELLED
    assert delivery.verdict is not None
    assert delivery.verdict.suggest == "review"
    await take(house, delivery)
    assert (await desk.show("t1")).job.state is State.CANCELLED


async def test_what_is_decided_cannot_be_cancelled(house: House, desk: JobDesk) -> None:
    await house.decided()
    assert not await desk.cancel("t1")
    assert (await desk.show("t1")).job.suggest == "risky"
    with pytest.raises(UnknownJobError):
        await desk.cancel("t9")


async def test_a_replay_sends_the_same_again(house: House, desk: JobDesk) -> None:
    first = await house.decided()
    assert not await desk.replay("t1")  # it is under way
    await take(house, first)
    assert await desk.replay("t1")
    assert (await desk.show("t1")).job.state is State.CLASSIFIED
    (second,) = await house.outbox()
    assert (second.id, second.verdict, second.attempt) == (first.id, RISKY, 1)
    await take(house, second)
    assert (await desk.show("t1")).job.state is State.DELIVERED


async def test_a_dead_callback_comes_to_life_by_a_replay(
    house: House, desk: JobDesk
) -> None:
    delivery = await house.decided()
    await house.store.record_attempt(delivery, AGAIN, wait=None, seconds=0.1)
    assert (await desk.figures()).dead_deliveries == 1
    await desk.replay("t1")
    (again,) = await house.outbox()
    await take(house, again)
    assert (await desk.show("t1")).job.state is State.DELIVERED
    assert (await desk.figures()).dead_jobs == 0


async def test_a_range_is_replayed(house: House, desk: JobDesk) -> None:
    for _ in range(3):
        await take(house, await house.decided())
        house.clock.now += 10
    await house.add()
    count = await desk.replay_all(Wanted(since=house.clock.now - 20))
    assert count == 2
    assert {one.trace_id for one in await house.outbox()} == {"t2", "t3"}


async def test_a_receiver_that_is_off_gets_nothing_until_it_is_on(
    house: House, desk: JobDesk
) -> None:
    await desk.disable("wx1", "push", "they asked for it")
    await house.add()
    await house.add(appid="wx2")
    for _ in range(2):
        await house.store.finish(await house.claim_one(), Ending(RISKY))
    (other,) = await house.outbox()
    assert other.appid == "wx2"
    (shown,) = await desk.endpoints()
    assert (shown.appid, shown.endpoint) == ("wx1", "push")
    assert shown.disabled_at == house.clock.now
    assert (await desk.figures()).held_deliveries == 1
    assert await desk.enable("wx1", "push") == 1
    assert await desk.endpoints() == []
    (mine,) = await house.outbox()
    assert mine.appid == "wx1"


async def test_what_fails_at_a_receiver_that_is_off_is_set_aside(
    house: House, desk: JobDesk
) -> None:
    delivery = await house.decided()
    await desk.disable("wx1", "push", "broken")
    await house.store.record_attempt(delivery, AGAIN, wait=5.0, seconds=0.1)
    assert (await house.one(job_delivery))["state"] == "held"
    assert (await desk.show("t1")).job.state is State.DELIVERING


async def test_a_success_clears_the_failures(house: House, desk: JobDesk) -> None:
    delivery = await house.decided()
    await house.store.record_attempt(delivery, AGAIN, wait=0.0, seconds=0.1)
    assert [one.failures for one in await desk.endpoints("wx1")] == [1]
    (again,) = await house.outbox()
    await take(house, again)
    assert await desk.endpoints() == []


async def test_our_own_refusal_is_not_the_receivers_failure(
    house: House, desk: JobDesk
) -> None:
    delivery = await house.decided()
    refused = Outcome(Sent.REFUSED, "the address is private")
    await house.store.record_attempt(delivery, refused, wait=5.0, seconds=0.1)
    assert await desk.endpoints() == []
    assert (await desk.show("t1")).job.state is State.DEAD


async def test_figures_tell_what_is_left(house: House, desk: JobDesk) -> None:
    plan = (Destination("a", "native"), Destination("b", "native"))
    await house.add(3, plan=plan)
    await house.store.finish(await house.claim_one(), Ending(RISKY))
    await house.claim_one()
    await house.outbox(1)
    house.clock.now += 7
    found = await desk.figures()
    assert (found.jobs.waiting, found.jobs.taken, found.job_age) == (1, 1, 7.0)
    assert (found.deliveries.waiting, found.deliveries.taken) == (1, 1)
