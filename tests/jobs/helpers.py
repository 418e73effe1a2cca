"""Jobs for tests, a store with a clock of its own, and a way to the end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.jobs import (
    Accepted,
    Delivery,
    Destination,
    Ending,
    Job,
    JobVerdict,
    Json,
    Media,
    NewJob,
    Outcome,
    Sealing,
    Sent,
    Share,
    SqlJobStore,
)
from app.jobs.faults import Fault, no_fault
from app.store import Database
from app.store.jobs_tables import job
from app.trial.cipher import Cipher

KEY = bytes(range(32))
URL = "https://media.example/secret-picture.jpg"
TARGET: Mapping[str, Json] = {"url": "https://app.example/secret-callback"}
PLAN = (Destination("push", "wechat", TARGET),)
RISKY = JobVerdict("risky", 20002, body={"note": "secret text"})
LEASE = 60.0
EVERYTHING = Share()
TAKEN = Outcome(Sent.TAKEN, status=200)
AGAIN = Outcome(Sent.RETRY, "the receiver answered with status 500", 500)


@dataclass
class Clock:
    """A database clock that a test sets."""

    now: float = 1_800_000_000.0

    async def __call__(
        self, connection: AsyncConnection, *also: ColumnElement[Any]
    ) -> float:
        return self.now


@dataclass
class Traces:
    """Trace_ids by number: `t1`, `t2` and so on."""

    made: int = 0

    def __call__(self, _version: str = "2") -> str:
        self.made += 1
        return f"t{self.made}"


@dataclass
class House:
    """A store, its clock, and shorthands for what tests do with it."""

    db: Database
    clock: Clock = field(default_factory=Clock)
    traces: Traces = field(default_factory=Traces)
    fault: Fault = no_fault

    def __post_init__(self) -> None:
        sealing = Sealing(Cipher(KEY))
        self.store = SqlJobStore(self.db, sealing, clock=self.clock, fault=self.fault)

    async def add(self, count: int = 1, **changed: Any) -> list[str]:
        batch = [(self.traces(), new_job(**changed)) for _ in range(count)]
        answers = await self.store.accept(batch)
        return [one.trace_id for one in answers if isinstance(one, Accepted)]

    async def claim(self, limit: int = 10, share: Share = EVERYTHING) -> list[Job]:
        return await self.store.claim(limit, LEASE, share)

    async def claim_one(self) -> Job:
        (job,) = await self.claim(1)
        return job

    async def outbox(self, limit: int = 10) -> list[Delivery]:
        return await self.store.claim_deliveries(limit, LEASE, EVERYTHING)

    async def decided(self, **changed: Any) -> Delivery:
        """A job with a verdict, and its callback, leased."""
        await self.add(**changed)
        await self.store.finish(await self.claim_one(), Ending(RISKY))
        (delivery,) = await self.outbox()
        return delivery

    async def row(self, trace_id: str) -> dict[str, Any]:
        return await self.one(job, job.c.trace_id == trace_id)

    async def one(self, table: Table, *where: Any) -> dict[str, Any]:
        async with self.db.read() as connection:
            row = (await connection.execute(select(table).where(*where))).one()
        return dict(row._mapping)

    async def count(self, table: Table, *where: Any) -> int:
        query = select(func.count()).select_from(table).where(*where)
        async with self.db.read() as connection:
            return (await connection.execute(query)).scalar_one()


def new_job(**changed: Any) -> NewJob:
    usual: dict[str, Any] = {
        "appid": "wx1",
        "media": Media.IMAGE,
        "version": "2",
        "scene": 2,
        "plan": PLAN,
        "body_hash": sha256(b"body").digest(),
    }
    if "upload" not in changed:
        usual["url"] = URL
    return NewJob(**usual | changed)
