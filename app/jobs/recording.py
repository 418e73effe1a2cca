"""Writes down what became of several tries to deliver, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.jobs.rows import attempt_row
from app.jobs.values import Delivery, Outcome, Sent, short
from app.store import jobs_decide as decisions
from app.store import jobs_delivery as deliveries
from app.store.jobs_decide import Endpoint
from app.store.jobs_delivery import Held


@dataclass(frozen=True, slots=True)
class Try:
    """One try; what was not taken is tried again in `wait` seconds, or given up."""

    delivery: Delivery
    outcome: Outcome
    wait: float | None
    seconds: float

    @property
    def end(self) -> Endpoint:
        """The receiver."""
        return Endpoint(self.delivery.appid, self.delivery.endpoint)


async def record(
    connection: AsyncConnection, tries: Sequence[Try], now: float
) -> list[bool]:
    """Of each try, whether its lease still held; else nothing was written of it."""
    await deliveries.lock_jobs(connection, {one.delivery.trace_id for one in tries})
    held = await deliveries.lock_leases(connection, [one.delivery.id for one in tries])
    done = [
        one.delivery.id in held and held[one.delivery.id].lease == one.delivery.token
        for one in tries
    ]
    ours = [one for one, was in zip(tries, done, strict=True) if was]
    if not ours:
        return done
    off = await _note(connection, ours, held, now)
    rows = {one.delivery.id: _settled(one, now, off=one.end in off) for one in ours}
    await deliveries.settle(connection, rows)
    await decisions.add_attempts(connection, [_row(one, now) for one in ours])
    ended = {
        one.delivery.trace_id
        for one in ours
        if rows[one.delivery.id]["settled"] is not None
    }
    await deliveries.roll_up(connection, ended, now)
    return done


async def _note(
    connection: AsyncConnection,
    tries: Sequence[Try],
    held: Mapping[str, Held],
    now: float,
) -> set[Endpoint]:
    """Count for or against the receivers; those that are switched off."""
    well = {
        one.end
        for one in tries
        if one.outcome.sent is Sent.TAKEN and held[one.delivery.id].failing
    }
    await deliveries.note_success(connection, well)
    off = set()
    # What our own rules refused is left out: the receiver knows of nothing. In order,
    # or two processes could wait for each other.
    for one in sorted(tries, key=lambda each: each.end):
        if one.outcome.sent in (Sent.RETRY, Sent.GONE):
            gone, why = one.outcome.sent is Sent.GONE, short(one.outcome.why)
            if await deliveries.note_failure(connection, one.end, now, why, gone=gone):
                off.add(one.end)
    return off


def _row(one: Try, now: float) -> dict[str, Any]:
    said = one.outcome
    row = attempt_row(one.delivery, now, said.sent, said.why, one.seconds)
    return row | {"delivery_id": one.delivery.id, "status": said.status}


def _settled(one: Try, now: float, *, off: bool) -> dict[str, Any]:
    """The columns of a delivery after a try."""
    sent, wait = one.outcome.sent, one.wait
    row: dict[str, Any] = {
        "status": one.outcome.status,
        "reason": short(one.outcome.why) or None,
        "due_at": None,
        "wait": wait or 0.0,
        "settled": now,
    }
    if sent is Sent.TAKEN:
        return row | {"state": deliveries.SENT}
    if sent is not Sent.RETRY or wait is None:
        return row | {"state": "dead"}
    if off:
        return row | {"state": deliveries.HELD, "settled": None}
    later = {"due_at": now + wait, "settled": None}
    return row | later | {"state": deliveries.WAITING}
