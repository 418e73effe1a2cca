"""Writes the verdicts of several jobs, each with its callbacks, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from app.jobs.port import Ending
from app.jobs.rows import attempt_row, delivery_rows, ending_values
from app.jobs.sealing import Sealing
from app.jobs.values import Decided, Destination, Job, State
from app.store import jobs_decide as decisions
from app.trial.cipher import SealError


@dataclass(frozen=True, slots=True)
class Wish:
    """How a job shall be decided: a leased one, or by trace_id whoever has it."""

    job: Job | str
    ending: Ending

    @property
    def trace_id(self) -> str:
        """Of the job."""
        return self.job.trace_id if isinstance(self.job, Job) else self.job

    def holds(self, row: Row[Any] | None) -> bool:
        """Whether the lease is still ours, or nobody has decided the job."""
        if row is None or row.finished is not None:
            return False
        return not isinstance(self.job, Job) or row.lease == self.job.token


@dataclass(slots=True)
class _Open:
    """A job that is decided now; its plan is None when it cannot be read."""

    wish: Wish
    row: Row[Any]
    plan: Sequence[Destination] | None

    @property
    def endpoints(self) -> set[decisions.Endpoint]:
        """Where its callbacks go."""
        return {
            decisions.Endpoint(self.row.appid, one.endpoint or one.name)
            for one in self.plan or ()
        }


async def decide(
    connection: AsyncConnection, sealing: Sealing, wishes: Sequence[Wish], now: float
) -> list[bool]:
    """Of each wish, whether it was fulfilled; the others come too late."""
    rows = await decisions.lock_jobs(connection, {one.trace_id for one in wishes})
    done = [one.holds(rows.get(one.trace_id)) for one in wishes]
    found = [
        _Open(wish, rows[wish.trace_id], _plan(sealing, rows[wish.trace_id]))
        for wish, was in zip(wishes, done, strict=True)
        if was
    ]
    if not found:
        return done
    values = {one.wish.trace_id: _values(sealing, one, now) for one in found}
    await decisions.close_jobs(connection, values)
    files = [one.row.trace_id for one in found if one.row.source == "upload"]
    await decisions.drop_uploads(connection, files)
    await _send(connection, sealing, found, now)
    await decisions.add_attempts(connection, [*_failures(found, now)])
    return done


def _plan(sealing: Sealing, row: Row[Any]) -> Sequence[Destination] | None:
    if row.plan is None:
        return ()
    try:
        return sealing.open_plan(row.trace_id, row.plan)
    except SealError:
        return None


def _values(sealing: Sealing, one: _Open, now: float) -> dict[str, Any]:
    ending = one.wish.ending
    values = ending_values(
        sealing, one.row.trace_id, ending, now, callbacks=bool(one.plan)
    )
    if one.plan is None:
        # Where the callbacks were to go cannot be read: somebody must look.
        values |= {"state": State.DEAD.value, "reason": "the plan is unreadable"}
    return values


async def _send(
    connection: AsyncConnection, sealing: Sealing, found: Sequence[_Open], now: float
) -> None:
    """Put the callbacks into the outbox."""
    ends = set().union(*(one.endpoints for one in found))
    off = await decisions.disabled_endpoints(connection, ends)
    rows = [
        row
        for one in found
        for row in delivery_rows(
            sealing,
            (one.row.appid, one.row.trace_id),
            one.plan or (),
            {end.name for end in one.endpoints & off},
            now,
        )
    ]
    await decisions.add_deliveries(connection, rows)


def _failures(found: Sequence[_Open], now: float) -> Sequence[dict[str, Any]]:
    """Tries that came to nothing are noted."""
    rows = []
    for one in found:
        job, ending = one.wish.job, one.wish.ending
        if isinstance(job, Job) and ending.decided is not Decided.CHECKED:
            seconds = ending.seconds
            rows.append(attempt_row(job, now, ending.decided, ending.reason, seconds))
    return rows
