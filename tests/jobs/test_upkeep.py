"""What is switched off, told and forgotten, on both databases."""

from app.jobs import Delivery, JobDesk, State, Switched, Upkeep, UpkeepRules
from app.store.jobs_tables import job, job_attempt, job_delivery
from tests.jobs.helpers import AGAIN, TAKEN, House

DAY = 86_400.0


async def take(house: House, delivery: Delivery) -> None:
    await house.store.record_attempt(delivery, TAKEN, wait=None, seconds=0.1)


async def fail_for_days(house: House, times: int) -> None:
    delivery = await house.decided()
    for _ in range(times):
        await house.store.record_attempt(delivery, AGAIN, wait=0.0, seconds=0.1)
        house.clock.now += DAY
        (delivery,) = await house.outbox()
    await house.store.record_attempt(delivery, AGAIN, wait=0.0, seconds=0.1)


async def test_a_receiver_that_fails_for_days_is_switched_off_and_told_of(
    house: House,
) -> None:
    told: list[Switched] = []

    async def tell(switched: Switched) -> None:
        told.append(switched)

    upkeep = Upkeep(house.store, UpkeepRules(failures=3), tell=tell)
    began = house.clock.now
    await fail_for_days(house, 6)
    assert len(await JobDesk(house.store).endpoints()) == 1
    for _ in range(2):
        await upkeep.tidy()
    said = "the receiver answered with status 500"
    assert told == [Switched("wx1", "push", began, said)]
    assert (await house.one(job_delivery))["state"] == "held"
    assert await JobDesk(house.store).enable("wx1", "push") == 1
    (delivery,) = await house.outbox()
    assert delivery.attempt == 1


async def test_a_jump_of_the_clock_alone_switches_nothing_off(house: House) -> None:
    await fail_for_days(house, 1)
    house.clock.now += 400 * DAY
    await Upkeep(house.store).tidy()
    (shown,) = await JobDesk(house.store).endpoints()
    assert shown.disabled_at is None


async def test_content_goes_first_and_the_rest_later(house: House) -> None:
    await take(house, await house.decided())
    upkeep = Upkeep(house.store)
    house.clock.now += 2 * DAY
    await upkeep.tidy()
    row = await house.row("t1")
    assert None not in (row["plan"], row["verdict"])
    house.clock.now += 2 * DAY
    await upkeep.tidy()
    row = await house.row("t1")
    assert (row["plan"], row["verdict"], row["content"]) == (None, None, None)
    assert (row["suggest"], row["state"]) == ("risky", State.DELIVERED)
    assert (await house.one(job_delivery))["target"] is None
    assert not await JobDesk(house.store).replay("t1")
    house.clock.now += 27 * DAY
    await upkeep.tidy()
    for table in (job, job_delivery, job_attempt):
        assert await house.count(table) == 0
    assert (upkeep.figures.wiped, upkeep.figures.dropped) == (1, 1)


async def test_open_work_is_never_forgotten(house: House) -> None:
    await house.decided()
    await house.add(2)
    await house.claim_one()
    house.clock.now += 1000 * DAY
    await Upkeep(house.store).tidy()
    assert await house.count(job) == 3
    row = await house.row("t1")
    assert None not in (row["plan"], row["verdict"])


async def test_what_was_set_aside_for_too_long_is_given_up(house: House) -> None:
    delivery = await house.decided()
    await JobDesk(house.store).disable("wx1", "push", "gone")
    await house.store.record_attempt(delivery, AGAIN, wait=5.0, seconds=0.1)
    upkeep = Upkeep(house.store)
    house.clock.now += 29 * DAY
    await upkeep.tidy()
    assert (await house.row("t1"))["state"] == State.DELIVERING
    house.clock.now += 2 * DAY
    await upkeep.tidy()
    row = await house.row("t1")
    assert (row["state"], row["settled"]) == (State.DEAD, house.clock.now)
    assert upkeep.figures.buried == 1


async def test_lateness_of_forgetting_is_told(house: House) -> None:
    await take(house, await house.decided())
    upkeep = Upkeep(house.store, UpkeepRules(content=10.0, rows=20.0))
    house.clock.now += 15
    await upkeep._measure()
    assert (upkeep.figures.content_late, upkeep.figures.rows_late) == (5.0, 0.0)
    await upkeep.tidy()
    assert upkeep.figures.content_late == 0.0
