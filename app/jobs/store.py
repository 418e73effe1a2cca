"""The store of jobs on SQLite or PostgreSQL: what `app.jobs.port` promises."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from app.jobs.dealing import deal, in_turn, one_interrupted
from app.jobs.deciding import Wish, decide
from app.jobs.errors import ConflictError, LateError
from app.jobs.faults import Fault, Point, no_fault
from app.jobs.port import Ending, Retry, Share
from app.jobs.recording import Try, record
from app.jobs.rows import attempt_row, leased_delivery, leased_job, new_row
from app.jobs.sealing import Sealing
from app.jobs.together import Together
from app.jobs.values import Accepted, Delivery, Job, NewJob, Outcome, short
from app.store import Database
from app.store import jobs_claim as claims
from app.store import jobs_decide as decisions
from app.store import jobs_delivery as deliveries
from app.store import jobs_intake as intake
from app.store.jobs_claim import DELIVERIES, JOBS, Lease, Queue
from app.store.jobs_clock import BY_INDEX, RING_CHECK, Clock, database_time
from app.store.jobs_tables import job as job_table
from app.store.jobs_tables import job_delivery as delivery_table


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
        self._ends: Together[Wish | Try] = Together(db.write, self._end)
        self._busy: frozenset[Queue] = frozenset()

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
            now = await self.clock(connection, RING_CHECK)
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
        return [leased_job(self.sealing, row, made.token) for row, _ in rows]

    async def interrupted(self) -> bool:
        """Whether a job waits for a worker that has nothing else under way."""
        async with self.db.read() as connection:
            now = await self.clock(connection)
            turns = await claims.due_turns(connection, JOBS, now)
            apps = [turn.appid for turn in turns]
            return await claims.any_interrupted(connection, JOBS, apps, now)

    async def _claim(
        self, queue: Queue, limit: int, lease: Lease, share: Share
    ) -> list[tuple[Row[Any], Row[Any]]]:
        """Rows as they were before, and the jobs that they belong to."""
        # Looking costs no write lock: an idle service may look often. A busy one
        # mostly finds something.
        if self.db.sqlite and queue not in self._busy and not await self._any(queue):
            return []
        async with self.db.write() as connection:
            now = await self.clock(connection, *BY_INDEX)
            apps = in_turn(await claims.due_turns(connection, queue, now), share)
            rows: list[Row[Any]] = []
            jobs: Mapping[str, Row[Any]] = {}
            if queue is JOBS and share.alone:
                rows = await one_interrupted(connection, apps, now, lease)
            rows = rows or await deal(
                connection, queue, apps, now, limit=limit, lease=lease, share=share
            )
            if queue is DELIVERIES and rows:
                traces = [row.trace_id for row in rows]
                jobs = await deliveries.deliveries_of(connection, traces)
            if rows:
                self.fault(Point.CLAIM_BEFORE_COMMIT)
        self._busy = self._busy | {queue} if rows else self._busy - {queue}
        return [(row, jobs.get(row.trace_id, row)) for row in rows]

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
        if not await self._ends.add(Wish(job, ending)):
            raise LateError(job.trace_id)

    async def _end(
        self, connection: AsyncConnection, ends: Sequence[Wish | Try]
    ) -> list[bool]:
        """Verdicts and tries of one moment share a transaction."""
        wishes = [one for one in ends if isinstance(one, Wish)]
        tries = [one for one in ends if isinstance(one, Try)]
        finished = iter(await self._finish(connection, wishes) if wishes else ())
        recorded = iter(await self._record(connection, tries) if tries else ())
        return [
            next(finished) if isinstance(one, Wish) else next(recorded) for one in ends
        ]

    async def _finish(
        self, connection: AsyncConnection, wishes: Sequence[Wish]
    ) -> list[bool]:
        now = await self.clock(connection)
        done = await decide(connection, self.sealing, wishes, now)
        for _ in filter(None, done):
            self.fault(Point.FINISH_BEFORE_COMMIT)
        return done

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
            row = attempt_row(job, now, "retry", retry.reason, retry.seconds)
            await decisions.add_attempts(connection, [row])

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
        return [
            leased_delivery(self.sealing, row, job, made.token) for row, job in rows
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
        if not await self._ends.add(Try(delivery, outcome, wait, seconds)):
            raise LateError(delivery.id)

    async def _record(
        self, connection: AsyncConnection, tries: Sequence[Try]
    ) -> list[bool]:
        now = await self.clock(connection)
        done = await record(connection, tries, now)
        for _ in filter(None, done):
            self.fault(Point.RECORD_BEFORE_COMMIT)
        return done

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
