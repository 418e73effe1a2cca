"""Lets jobs flow through processes that are killed at random, and reads the books."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

from sqlalchemy import text

from app.store import Database, migrate
from tests.chaos.books import Books, read_books, unsettled
from tests.chaos.process import Child, DiedError
from tests.chaos.receiver import Receiver, receiving
from tests.chaos.wire import Order

FEEDERS = 16
APPS = ("wx1", "wx2", "wx3")


@dataclass(frozen=True, slots=True)
class Plan:
    """How much, and for how long at most; the same seed kills in the same order."""

    database: str
    jobs: int = 1000
    seed: int = 1
    intakes: int = 2
    workers: int = 3
    poison: int = 3
    seconds: float = 300.0
    fails: float = 0.2
    pause: tuple[float, float] = (0.3, 1.2)
    """Seconds from one kill to the next."""


@dataclass
class Run:
    """A run under way, and afterwards what it was."""

    plan: Plan
    receiver: Receiver
    db: Database
    rng: Random = field(init=False)
    children: dict[str, list[Child]] = field(default_factory=dict)
    answered: dict[Order, str] = field(default_factory=dict)
    kills: int = 0
    cuts: int = 0
    outages: int = 0
    deaths: int = 0

    def __post_init__(self) -> None:
        self.rng = Random(self.plan.seed)

    def orders(self) -> list[Order]:
        """Everything that is to be checked; poison at places left to chance."""
        bad = set(self.rng.sample(range(self.plan.jobs), self.plan.poison))
        return [
            Order(number, APPS[number % len(APPS)], number in bad)
            for number in range(self.plan.jobs)
        ]

    # ------------------------------------------------------------ children

    async def spawn(self, what: str) -> Child:
        """One more child of a kind."""
        options = ["--database", self.plan.database, "--receiver", self.receiver.url]
        return await Child.start(
            what, *options, "--seconds", str(self.plan.seconds + 60)
        )

    async def keep(self, what: str, place: int) -> None:
        """Start the child anew whenever it has ended."""
        while True:
            child = self.children[what][place]
            await child.process.wait()
            await child.kill()  # reads what it still said
            self.deaths += 1
            self.children[what][place] = await self.spawn(what)

    # ------------------------------------------------------------ feeding

    async def feed(self, orders: list[Order]) -> None:
        """Ask again until there is an answer, as a client with patience does."""
        while orders:
            order = orders.pop()
            while order not in self.answered:
                child = self.rng.choice(self.children["intake"])
                try:
                    self.answered[order] = await child.ask(order)
                except (DiedError, RuntimeError):
                    await asyncio.sleep(0.1)

    # ------------------------------------------------------------ killing

    async def ravage(self) -> None:
        """Kill, cut and close at random until cancelled."""
        acts = [self.kill] * 6 + [self.outage] + [self.cut]
        while True:
            await asyncio.sleep(self.rng.uniform(*self.plan.pause))
            await self.rng.choice(acts)()

    async def kill(self) -> None:
        """Kill -9 of one of our own children."""
        what = self.rng.choice(["intake", "worker", "worker"])
        victim = self.rng.choice(self.children[what])
        if victim.alive:
            victim.process.kill()
            self.kills += 1

    async def outage(self) -> None:
        """The receiver is away for a moment."""
        await self.receiver.close()
        await asyncio.sleep(self.rng.uniform(0.2, 1.0))
        await self.receiver.open()
        self.outages += 1

    async def cut(self) -> None:
        """PostgreSQL ends every connection to our database but this one."""
        if self.db.sqlite:
            return
        statement = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        with contextlib.suppress(Exception):  # it may cut us off, too
            async with self.db.engine.connect() as connection:
                await connection.execute(statement)
            self.cuts += 1

    # ------------------------------------------------------------ the end

    async def settled(self) -> None:
        """Wait until every job has come to its end."""
        while True:
            await asyncio.sleep(0.2)
            with contextlib.suppress(Exception):  # cut off: ask again
                if await unsettled(self.db) == 0:
                    return


@asynccontextmanager
async def _running(run: Run) -> AsyncIterator[None]:
    """Children that live while the block does; all of them are gone afterwards."""
    keepers = []
    counts = {"intake": run.plan.intakes, "worker": run.plan.workers}
    try:
        for what, count in counts.items():
            started = [run.spawn(what) for _ in range(count)]
            run.children[what] = list(await asyncio.gather(*started))
            keepers += [
                asyncio.create_task(run.keep(what, place)) for place in range(count)
            ]
        yield
    finally:
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)
        for children in run.children.values():
            for child in children:
                await child.kill()


async def chaos(plan: Plan) -> tuple[Run, Books]:
    """One run.

    Raises:
        TimeoutError: not everything came to its end in time.
    """
    await asyncio.to_thread(migrate, plan.database)
    db = Database.open(plan.database)
    try:
        async with receiving(plan.fails, plan.seed) as receiver:
            run = Run(plan, receiver, db)
            async with asyncio.timeout(plan.seconds), _running(run):
                await _flow(run)
            return run, await read_books(db, run.answered, receiver)
    finally:
        await db.close()


async def _flow(run: Run) -> None:
    orders = run.orders()
    ravage = asyncio.create_task(run.ravage())
    try:
        await asyncio.gather(*(run.feed(orders) for _ in range(FEEDERS)))
        await run.settled()
    finally:
        ravage.cancel()
        await asyncio.gather(ravage, return_exceptions=True)
        if run.receiver._server is None:
            await run.receiver.open()


def report(run: Run, books: Books, began: float) -> str:
    """What a run was like, in a few lines."""
    return (
        f"{books.answered} jobs answered and {books.jobs} kept, {books.callbacks}"
        f" callbacks taken ({books.repeated} repeated), {books.given_up} given up\n"
        f"{run.kills} kills, {run.deaths} deaths, {run.cuts} cuts of the database,"
        f" {run.outages} outages of the receiver in {time.monotonic() - began:.0f} s\n"
        + ("\n".join(books.faults) or "the books agree")
    )
