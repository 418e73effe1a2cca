"""kill -9 at every border between two states, of a real process; then the books.

Each test lets a child die at one point, and another one go on.
"""

import pytest

from app.jobs import (
    Intake,
    Job,
    JobVerdict,
    Sealing,
    SqlJobStore,
    WorkerRules,
)
from app.jobs.faults import Point
from app.store import Database
from app.store.jobs_tables import job as job_table
from app.trial.cipher import Cipher
from tests.chaos.books import read_books
from tests.chaos.child import Sender, order_job
from tests.chaos.process import Child, DiedError
from tests.chaos.receiver import Receiver, receiving
from tests.chaos.wire import AGAIN, CLAIMS, KEY, Order, verdict_of
from tests.jobs.helpers import Clock, House
from tests.jobs.test_worker import Outside, settle, working

KILLED = -9
ORDERS = [Order(number, f"wx{number % 2}") for number in range(4)]
RULES = WorkerRules(
    lease=1.0, poll=0.05, claims=CLAIMS, grace=5.0, schedules={"test": AGAIN}
)
AT_INTAKE = [Point.ACCEPT_BEFORE_COMMIT, Point.ACCEPT_AFTER_COMMIT]
AT_WORK = [point for point in Point if point not in AT_INTAKE]


def house_of(database: Database) -> House:
    """A store with the key of the children and the clock of the database."""
    house = House(database, Clock())
    house.store = SqlJobStore(database, Sealing(Cipher(KEY)))
    return house


async def end_well(house: House, receiver: Receiver, count: int) -> None:
    """A worker that nobody kills ends everything."""

    async def check(job: Job) -> JobVerdict:
        return verdict_of(int((job.url or "").rpartition("/")[2]))

    outside = Outside(on_check=check, on_deliver=Sender(receiver.url).deliver)
    async with working(house, outside, RULES):
        await settle(house, count)


async def ask(child: Child) -> dict[Order, str]:
    return {order: await child.ask(order) for order in ORDERS}


@pytest.mark.parametrize("point", AT_INTAKE)
async def test_what_was_not_answered_may_be_asked_again(
    database: Database, database_url: str, point: Point
) -> None:
    house = house_of(database)
    options = ("--database", database_url)
    first = await Child.start("intake", *options, "--fault", point)
    with pytest.raises(DiedError):
        await first.ask(ORDERS[0])
    assert await first.ended() == KILLED
    await first.kill()
    left = 1 if point is Point.ACCEPT_AFTER_COMMIT else 0
    assert await house.count(job_table) == left
    second = await Child.start("intake", *options)
    answered = await ask(second)
    await second.kill()
    async with receiving() as receiver:
        await end_well(house, receiver, len(ORDERS))
        books = await read_books(database, answered, receiver)
    assert books.faults == []
    assert (books.jobs, books.repeated) == (len(ORDERS), 0)


async def test_what_was_answered_survives_the_process_that_said_so(
    database: Database, database_url: str
) -> None:
    child = await Child.start("intake", "--database", database_url)
    answered = await ask(child)
    await child.kill()
    house = house_of(database)
    async with receiving() as receiver:
        await end_well(house, receiver, len(ORDERS))
        books = await read_books(database, answered, receiver)
    assert books.faults == []


@pytest.mark.parametrize("point", AT_WORK)
async def test_a_worker_that_dies_loses_and_doubles_nothing(
    database: Database, database_url: str, point: Point
) -> None:
    house = house_of(database)
    answered = await accepted(house)
    async with receiving() as receiver:
        victim = await Child.start(
            "worker", "--database", database_url, "--receiver", receiver.url,
            "--fault", point, "--times", "2",
        )  # fmt: skip
        assert await victim.ended() == KILLED
        await victim.kill()
        await end_well(house, receiver, len(ORDERS))
        books = await read_books(database, answered, receiver)
    assert books.faults == []
    sent_twice = {Point.DELIVERED, Point.RECORD_BEFORE_COMMIT}
    assert books.repeated == 0 or point in sent_twice | {Point.RECORDED}
    if point is Point.RECORD_BEFORE_COMMIT:
        assert books.repeated >= 1


@pytest.mark.slow
async def test_a_file_that_kills_every_worker_is_given_up_alone(
    database: Database, database_url: str
) -> None:
    house = house_of(database)
    bad = Order(99, "wx0", poison=True)
    answered = await accepted(house, [bad])
    deaths = 0
    async with receiving() as receiver:
        options = ("--database", database_url, "--receiver", receiver.url)
        while (await house.row(answered[bad]))["settled"] is None:
            child = await Child.start("worker", *options)
            if not answered.keys() & set(ORDERS):
                answered |= await accepted(house)  # neighbours of the bad one
            try:
                assert await child.ended(8.0) == KILLED
                deaths += 1
            except TimeoutError:
                pass
            await child.kill()
        await end_well(house, receiver, len(answered))
        books = await read_books(database, answered, receiver)
    assert books.faults == []
    assert (deaths, books.given_up) == (CLAIMS, 1)


async def accepted(house: House, orders: list[Order] | None = None) -> dict[Order, str]:
    """Accept these in this process."""
    intake = Intake(house.store)
    answered = {}
    for order in ORDERS if orders is None else orders:
        new = order_job(order.number, order.appid, order.url)
        answered[order] = (await intake.accept(new)).trace_id
    return answered
