"""The store of jobs on SQLite or PostgreSQL: what `app.jobs.port` promises."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from app.jobs.dealing import deal, in_turn, one_interrupted
from app.jobs.errors import ConflictError, LateError
from app.jobs.faults import Fault, Point, no_fault
from app.jobs.port import Ending, Retry, Share
from app.jobs.rows import (
    delivery_rows,
    ending_values,
    leased_delivery,
    leased_job,
    new_row,
)
from app.jobs.sealing import Sealing
from app.jobs.values import (
    Accepted,
    Decided,
    Delivery,
    Destination,
    Job,
    NewJob,
    Outcome,
    Sent,
    State,
    short,
)
from app.store import Database
from app.store import jobs_claim as claims
from app.store import jobs_decide as decisions
from app.store import jobs_delivery as deliveries
from app.store import jobs_intake as intake
from app.store.jobs_claim import DELIVERIES, JOBS, Lease, Queue
from app.store.jobs_clock import BY_INDEX, RING, Clock, database_time
from app.store.jobs_tables import job as job_table
from app.store.jobs_tables import job_delivery as delivery_table
from app.trial.cipher import SealError


class SqlJobStore:
    """Jobs in the service's own database."""

    def __init__(
        self,
        db: Database,
        sealing: Sealing,
        *,
        clock: Clock = database_time,
        fault: Fault = no_fault,
    ) -> None:
        """Keep content with `sealing`; `clock` and `fault` are for tests."""
        self.db = db
        self.sealing = sealing
        self.clock = clock
        self.fault = fault

    async def time(self) -> float:
        """Unix seconds of the database's clock."""
        async with self.db.read() as connection:
            return await self.clock(connection)

    async def accept(
        self, batch: Sequence[tuple[str, NewJob]]
    ) -> list[Accepted | ConflictError]:
        """Insert jobs; on disk when this returns."""
        keyed = {trace for trace, new in batch if new.idem_key is not None}
        async with self.db.write() as connection:
            now = await self.clock(connection, RING)
            rows = [new_row(self.sealing, *one, now) for one in batch]
            plain = [row for row in rows if row["trace_id"] not in keyed]
            wanted = [row for row in rows if row["trace_id"] in keyed]
            await intake.add_jobs(connection, plain)
            fresh = await intake.add_keyed_jobs(connection, wanted)
            fresh |= {row["trace_id"] for row in plain}
            known = await self._known(connection, batch, fresh)
            uploads = [
                {"trace_id": trace, "content": self.sealing.upload(trace, new.upload)}
                for trace, new in batch
                if new.upload is not None and trace in fresh
            ]
            await intake.add_uploads(connection, uploads)
            self.fault(Point.ACCEPT_BEFORE_COMMIT)
        return [_answer(trace, new, fresh, known) for trace, new in batch]

    async def _known(
        self,
        connection: AsyncConnection,
        batch: Sequence[tuple[str, NewJob]],
        fresh: set[str],
    ) -> dict[intake.Key, intake.Known]:
        keys = {
            (new.appid, new.idem_key)
            for trace, new in batch
            if new.idem_key is not None and trace not in fresh
        }
        return await intake.known_keys(connection, keys)

    async def backlog(self) -> dict[str, float]:
        """For each app with work that is due, seconds since its first row was."""
        async with self.db.read() as connection:
            now = await self.clock(connection)
            turns = await claims.due_turns(connection, JOBS, now)
        return {turn.appid: now - turn.since for turn in turns}

    async def claim(self, limit: int, lease: float, share: Share) -> list[Job]:
        """Take jobs that are ready, or whose lease has ended."""
        made = Lease(secrets.token_hex(16), lease)
        rows = await self._claim(JOBS, limit, made, share)
        return [leased_job(self.sealing, row, made.token) for row in rows]

    async def interrupted(self) -> bool:
        """Whether a job waits for a worker that has nothing else under way."""
        async with self.db.read() as connection:
            now = await self.clock(connection)
            turns = await claims.due_turns(connection, JOBS, now)
            apps = [turn.appid for turn in turns]
            return await claims.any_interrupted(connection, JOBS, apps, now)

    async def _claim(
        self, queue: Queue, limit: int, lease: Lease, share: Share
    ) -> list[Row[Any]]:
        if self.db.sqlite and not await self._any(queue):
            return []  # looking costs no write lock: an idle service may look often
        async with self.db.write() as connection:
            now = await self.clock(connection, *BY_INDEX)
            apps = in_turn(await claims.due_turns(connection, queue, now), share)
            rows: list[Row[Any]] = []
            if queue is JOBS and share.alone:
                rows = await one_interrupted(connection, apps, now, lease)
            rows = rows or await deal(
                connection, queue, apps, now, limit=limit, lease=lease, share=share
            )
            if queue is DELIVERIES and rows:
                traces = [row.trace_id for row in rows]
                await deliveries.mark_delivering(connection, traces)
            if rows:
                self.fault(Point.CLAIM_BEFORE_COMMIT)
        return rows

    async def _any(self, queue: Queue) -> bool:
        async with self.db.read() as connection:
            now = await self.clock(connection)
            return bool(await claims.due_turns(connection, queue, now))

    async def upload(self, job: Job) -> bytes | None:
        """The file of a job, None when there is none any more."""
        async with self.db.read() as connection:
            sealed = await decisions.read_upload(connection, job.trace_id)
        return (
            None if sealed is None else self.sealing.open_upload(job.trace_id, sealed)
        )

    async def extend(self, held: Mapping[str, str], lease: float) -> set[str]:
        """Keep jobs; those still held."""
        return await self._extend(JOBS, held, lease)

    async def extend_deliveries(
        self, held: Mapping[str, str], lease: float
    ) -> set[str]:
        """Keep callbacks; those still held."""
        return await self._extend(DELIVERIES, held, lease)

    async def _extend(
        self, queue: Queue, held: Mapping[str, str], lease: float
    ) -> set[str]:
        async with self.db.write() as connection:
            now = await self.clock(connection)
            return await claims.extend(connection, queue, held, now, lease)

    async def finish(self, job: Job, ending: Ending) -> None:
        """Write the verdict of a job together with its callbacks."""
        async with self.db.write() as connection:
            now = await self.clock(connection)
            if not await self.decide(connection, job, ending, now):
                raise LateError(job.trace_id)
            self.fault(Point.FINISH_BEFORE_COMMIT)

    async def decide(
        self,
        connection: AsyncConnection,
        job: Job | tuple[str, str],
        ending: Ending,
        now: float,
    ) -> bool:
        """Decide a leased job, or one that nobody has decided (appid, trace_id)."""
        appid, trace_id = (job.appid, job.trace_id) if isinstance(job, Job) else job
        plan = await self._plan(connection, trace_id)
        values = ending_values(
            self.sealing, trace_id, ending, now, callbacks=bool(plan)
        )
        if plan is None:
            # Where the callbacks were to go cannot be read: somebody must look.
            values |= {"state": State.DEAD.value, "reason": "the plan is unreadable"}
        if isinstance(job, Job):
            token = job.token
            done = await decisions.decide_leased(connection, trace_id, token, values)
        else:
            done = await decisions.decide_open(connection, trace_id, values)
        if not done:
            return False
        names = [one.endpoint or one.name for one in plan or ()]
        off = await decisions.disabled_endpoints(connection, appid, names)
        rows = delivery_rows(self.sealing, (appid, trace_id), plan or (), off, now)
        await decisions.add_deliveries(connection, rows)
        if isinstance(job, Job) and ending.decided is not Decided.CHECKED:
            row = _attempt(job, now, ending.decided, ending.reason, ending.seconds)
            await decisions.add_attempt(connection, row)
        return True

    async def _plan(
        self, connection: AsyncConnection, trace_id: str
    ) -> Sequence[Destination] | None:
        row = await decisions.open_plan(connection, trace_id)
        if row is None or row.plan is None:
            return ()
        try:
            return self.sealing.open_plan(trace_id, row.plan)
        except SealError:
            return None

    async def retry(self, job: Job, retry: Retry) -> None:
        """Give a job back for later."""
        async with self.db.write() as connection:
            now = await self.clock(connection)
            later = {"due_at": now + retry.wait, "wait": retry.wait}
            values = later | {"reason": short(retry.reason)}
            done = await claims.put_back(
                connection, JOBS, job.trace_id, job.token, values
            )
            if not done:
                raise LateError(job.trace_id)
            row = _attempt(job, now, "retry", retry.reason, retry.seconds)
            await decisions.add_attempt(connection, row)

    async def release(self, job: Job) -> bool:
        """Give a job back untouched."""
        count = job_table.c.attempt - 1
        return await self._release(JOBS, job.trace_id, job.token, count)

    async def release_delivery(self, delivery: Delivery) -> bool:
        """Give a callback back."""
        count = delivery_table.c.attempt - 1
        return await self._release(DELIVERIES, delivery.id, delivery.token, count)

    async def _release(self, queue: Queue, key: str, token: str, count: Any) -> bool:
        async with self.db.write() as connection:
            now = await self.clock(connection)
            values = {"due_at": now, "wait": 0.0, "attempt": count}
            return await claims.put_back(connection, queue, key, token, values)

    async def claim_deliveries(
        self, limit: int, lease: float, share: Share
    ) -> list[Delivery]:
        """Take callbacks that are due, or whose lease has ended."""
        made = Lease(secrets.token_hex(16), lease)
        rows = await self._claim(DELIVERIES, limit, made, share)
        if not rows:
            return []
        async with self.db.read() as connection:
            traces = [row.trace_id for row in rows]
            jobs = await deliveries.deliveries_of(connection, traces)
        return [
            leased_delivery(self.sealing, row, jobs[row.trace_id], made.token)
            for row in rows
        ]

    async def record_attempt(
        self,
        delivery: Delivery,
        outcome: Outcome,
        *,
        wait: float | None,
        seconds: float,
    ) -> None:
        """Write down what became of a try."""
        async with self.db.write() as connection:
            now = await self.clock(connection)
            await deliveries.lock_job(connection, delivery.trace_id)
            off = await self._note(connection, delivery, outcome, now)
            values = _settled(outcome, wait, now, off=off)
            key, token = delivery.id, delivery.token
            if not await deliveries.settle(connection, key, token, values):
                raise LateError(delivery.id)
            row = _attempt(delivery, now, outcome.sent, outcome.why, seconds)
            row |= {"delivery_id": key, "status": outcome.status}
            await decisions.add_attempt(connection, row)
            if values["settled"] is not None:
                await deliveries.roll_up(connection, delivery.trace_id, now)
            self.fault(Point.RECORD_BEFORE_COMMIT)

    async def _note(
        self,
        connection: AsyncConnection,
        delivery: Delivery,
        outcome: Outcome,
        now: float,
    ) -> bool:
        """Count for or against the receiver; whether it is switched off."""
        end = deliveries.Endpoint(delivery.appid, delivery.endpoint)
        if outcome.sent is Sent.TAKEN:
            await deliveries.note_success(connection, end)
        if outcome.sent not in (Sent.RETRY, Sent.GONE):
            return False  # our own rules refused it: the receiver knows of nothing
        gone = outcome.sent is Sent.GONE
        why = short(outcome.why)
        return await deliveries.note_failure(connection, end, now, why, gone=gone)

    async def mend_clock(self) -> int:
        """Bring near what a clock that went back moved away."""
        async with self.db.write() as connection:
            now = await self.clock(connection)
            jobs = await claims.mend_clock(connection, JOBS, now)
            return jobs + await claims.mend_clock(connection, DELIVERIES, now)


def _answer(
    trace_id: str,
    new: NewJob,
    fresh: set[str],
    known: Mapping[intake.Key, intake.Known],
) -> Accepted | ConflictError:
    if trace_id in fresh:
        return Accepted(trace_id, fresh=True)
    before = known[new.appid, new.idem_key or ""]
    if (before.body_hash or b"") != new.body_hash:
        return ConflictError("the idempotency key was used with another body")
    return Accepted(before.trace_id, fresh=False)


def _attempt(
    of: Job | Delivery, now: float, outcome: str, reason: str, seconds: float
) -> dict[str, Any]:
    return {
        "trace_id": of.trace_id,
        "delivery_id": None,
        "number": of.attempt,
        "at": now,
        "seconds": seconds,
        "outcome": outcome,
        "status": None,
        "reason": short(reason),
    }


def _settled(
    outcome: Outcome, wait: float | None, now: float, *, off: bool
) -> dict[str, Any]:
    """The columns of a delivery after a try."""
    said = {"status": outcome.status, "reason": short(outcome.why) or None}
    if outcome.sent is Sent.TAKEN:
        return said | {"state": deliveries.SENT, "due_at": None, "settled": now}
    if outcome.sent is not Sent.RETRY or wait is None:
        return said | {"state": "dead", "due_at": None, "settled": now}
    if off:
        return said | {"state": deliveries.HELD, "due_at": None, "settled": None}
    waiting = {"state": deliveries.WAITING, "due_at": now + wait, "wait": wait}
    return said | waiting | {"settled": None}
