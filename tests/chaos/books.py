"""The books of a run: what was answered, decided, and received must agree."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, func, select

from app.store import Database
from app.store.jobs_tables import job, job_delivery
from tests.chaos.receiver import Receiver
from tests.chaos.wire import Order, verdict_of


@dataclass
class Books:
    """What was found; `faults` is empty when everything agrees."""

    answered: int = 0
    jobs: int = 0
    callbacks: int = 0
    repeated: int = 0
    given_up: int = 0
    faults: list[str] = field(default_factory=list)


async def unsettled(db: Database) -> int:
    """Jobs that have not come to their end."""
    query = select(func.count()).where(job.c.settled.is_(None))
    async with db.read() as connection:
        return (await connection.execute(query)).scalar_one()


async def read_books(
    db: Database, answered: Mapping[Order, str], receiver: Receiver
) -> Books:
    """Compare the answers that were given with the tables and the receiver."""
    async with db.read() as connection:
        jobs = {row.trace_id: row for row in await connection.execute(select(job))}
        sent = (await connection.execute(select(job_delivery))).all()
    received = receiver.traces
    books = Books(len(answered), len(jobs))
    books.callbacks = sum(map(len, received.values()))
    books.repeated = books.callbacks - len(received)
    for order, trace_id in answered.items():
        books.faults += _job_faults(order, trace_id, jobs, received.get(trace_id, []))
    books.given_up = sum(row.decided == "gave_up" for row in jobs.values())
    books.faults += _outbox_faults(jobs, sent, receiver)
    return books


def _job_faults(
    order: Order, trace_id: str, jobs: Mapping[str, Row[Any]], received: list[bytes]
) -> list[str]:
    """Every way in which one answered job is not as it should be."""
    row = jobs.get(trace_id)
    if row is None:
        return [f"{trace_id} was answered and is lost"]
    faults = []
    if None in (row.finished, row.settled, row.verdict) or row.lease is not None:
        faults.append(f"{trace_id} has no end: {row.state}")
    state, decided, suggest = (
        ("dead", "gave_up", "review")
        if order.poison
        else ("delivered", "checked", verdict_of(order.number).suggest)
    )
    if (row.state, row.decided, row.suggest) != (state, decided, suggest):
        faults.append(f"{trace_id} ended as {row.state}, {row.decided}, {row.suggest}")
    if not received:
        faults.append(f"{trace_id} was never called back")
    if len(set(received)) > 1:
        faults.append(f"{trace_id} was called back with different verdicts")
    if received and json.loads(received[0])["suggest"] != suggest:
        faults.append(f"{trace_id} was called back with another's verdict")
    return faults


def _outbox_faults(
    jobs: Mapping[str, Row[Any]], sent: Any, receiver: Receiver
) -> list[str]:
    """Callbacks that belong to nothing, or keys that made two jobs."""
    faults = []
    if {row.id for row in sent} != set(receiver.taken):
        faults.append("the ids in the outbox and those received differ")
    if len(sent) != len(jobs):
        faults.append(f"{len(jobs)} jobs have {len(sent)} callbacks")
    keys = {row.idem_key for row in jobs.values()}
    if len(keys) != len(jobs):
        faults.append(f"{len(keys)} requests became {len(jobs)} jobs")
    return faults
