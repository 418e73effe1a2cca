"""What operators do with jobs: look, cancel, send again, switch receivers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from app.jobs.deciding import Wish, decide
from app.jobs.errors import UnknownJobError
from app.jobs.faults import Point
from app.jobs.port import Ending
from app.jobs.rows import verdict_of
from app.jobs.store import SqlJobStore
from app.jobs.values import Decided, JobVerdict, Media, State, Version
from app.store import jobs_delivery as deliveries
from app.store import jobs_views as views
from app.store.jobs_claim import DELIVERIES, JOBS
from app.store.jobs_clock import RING
from app.store.jobs_decide import Endpoint
from app.store.jobs_views import OpenWork, Wanted

CANCELLED = JobVerdict("review", 21000, -1, "cancelled by an operator")
"""What callers are told of a job that was cancelled: somebody should look."""

MOST_ATTEMPTS = 200
"""Tries of one job that are shown, the newest ones."""

_CHUNK = 200


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as operators see it: nothing of its content.

    `suggest` is None while there is no verdict; `settled` is when the last callback
    was taken or given up. Times are Unix seconds.
    """

    trace_id: str
    appid: str
    media: Media
    version: Version
    scene: int
    state: State
    attempt: int
    created: float
    finished: float | None
    settled: float | None
    decided: Decided | None
    suggest: str | None
    errcode: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A callback as operators see it; `next_at` is when it is tried again."""

    id: str
    name: str
    endpoint: str
    state: str
    attempt: int
    next_at: float | None
    settled: float | None
    status: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One try; `delivery_id` is None for a try of the check."""

    delivery_id: str | None
    number: int
    at: float
    seconds: float
    outcome: str
    status: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class JobStory:
    """Everything about one job; the verdict is None while, or when, there is none."""

    job: JobView
    deliveries: tuple[DeliveryView, ...]
    attempts: tuple[AttemptView, ...]
    verdict: JobVerdict | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class EndpointView:
    """A receiver of an app that fails, or is switched off."""

    appid: str
    endpoint: str
    failing_since: float | None
    failures: int
    disabled_at: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class JobFigures:
    """What is left to do, over all processes.

    Ages are seconds since the first piece of work became due.
    """

    jobs: OpenWork
    deliveries: OpenWork
    job_age: float
    delivery_age: float
    dead_jobs: int
    dead_deliveries: int
    held_deliveries: int
    disabled_endpoints: int


class JobDesk:
    """Jobs in the hands of operators."""

    def __init__(self, store: SqlJobStore) -> None:
        self._store = store
        self._db = store.db

    async def find(self, wanted: Wanted) -> list[JobView]:
        """One page of jobs, newest first."""
        async with self._db.read() as connection:
            rows = await views.list_jobs(connection, wanted)
        return [_job(row) for row in rows]

    async def show(self, trace_id: str, *, appid: str | None = None) -> JobStory:
        """One job with its callbacks and tries.

        Raises:
            UnknownJobError: there is none, or it is another app's.
        """
        async with self._db.read() as connection:
            row = await views.find_job(connection, trace_id)
            if row is None or appid not in (None, row.appid):
                raise UnknownJobError(trace_id)
            sent = await views.find_deliveries(connection, trace_id)
            tries = await views.find_attempts(connection, trace_id, MOST_ATTEMPTS)
        return JobStory(
            _job(row),
            tuple(map(_delivery, sent)),
            tuple(map(_attempt, tries)),
            verdict_of(self._store.sealing, row),
        )

    async def cancel(self, trace_id: str) -> bool:
        """Decide a job in place of the check; False: it has been decided.

        Its callback is sent, so that nobody waits for ever.

        Raises:
            UnknownJobError: there is none.
        """
        async with self._db.write() as connection:
            row = await views.find_job(connection, trace_id)
            if row is None:
                raise UnknownJobError(trace_id)
            now = await self._store.clock(connection, RING)
            ending = Ending(CANCELLED, Decided.CANCELLED, "cancelled")
            wishes = [Wish(trace_id, ending)]
            (done,) = await decide(connection, self._store.sealing, wishes, now)
            self._store.fault(Point.FINISH_BEFORE_COMMIT)
        return done

    async def replay(self, trace_id: str) -> bool:
        """Send the callbacks of a job again, with their ids; False: there are none.

        None are sent while one is still under way, or when their content is no
        longer kept.

        Raises:
            UnknownJobError: there is no such job.
        """
        async with self._db.read() as connection:
            if await views.find_job(connection, trace_id) is None:
                raise UnknownJobError(trace_id)
        return bool(await self._replay([trace_id]))

    async def replay_all(self, wanted: Wanted) -> int:
        """The same for all jobs of a list, at most `limit` of them; how many."""
        async with self._db.read() as connection:
            rows = await views.list_jobs(connection, wanted)
        traces = [row.trace_id for row in rows]
        count = 0
        for start in range(0, len(traces), _CHUNK):
            count += len(await self._replay(traces[start : start + _CHUNK]))
        return count

    async def _replay(self, traces: Sequence[str]) -> set[str]:
        async with self._db.write() as connection:
            now = await self._store.clock(connection, RING)
            return await deliveries.replay(connection, traces, now)

    async def endpoints(self, appid: str | None = None) -> list[EndpointView]:
        """Receivers that fail or are switched off."""
        async with self._db.read() as connection:
            rows = await deliveries.read_endpoints(connection, appid)
        return [
            EndpointView(
                row.appid,
                row.endpoint,
                row.failing_since,
                row.failures,
                row.disabled_at,
                row.reason,
            )
            for row in rows
        ]

    async def disable(self, appid: str, endpoint: str, reason: str) -> None:
        """Switch a receiver off; what is for it is set aside from now on."""
        async with self._db.write() as connection:
            now = await self._store.clock(connection)
            end = Endpoint(appid, endpoint)
            await deliveries.switch(connection, end, now, reason=reason)

    async def enable(self, appid: str, endpoint: str) -> int:
        """Switch a receiver on again and send what was set aside; how much."""
        async with self._db.write() as connection:
            now = await self._store.clock(connection, RING)
            end = Endpoint(appid, endpoint)
            await deliveries.switch(connection, end, now, reason=None)
            return await deliveries.let_go(connection, end, now)

    async def figures(self) -> JobFigures:
        """What is left to do; cheap enough to be asked every few seconds."""
        async with self._db.read() as connection:
            now = await self._store.clock(connection)
            jobs = await views.open_work(connection, JOBS)
            sent = await views.open_work(connection, DELIVERIES)
            dead = await views.count_dead(connection)
            held = await views.count_held(connection)
        return JobFigures(jobs, sent, _age(jobs, now), _age(sent, now), *dead, *held)


def _age(work: OpenWork, now: float) -> float:
    return 0.0 if work.oldest is None else max(0.0, now - work.oldest)


def _job(row: Row[Any]) -> JobView:
    return JobView(
        trace_id=row.trace_id,
        appid=row.appid,
        media=Media(row.media),
        version=row.version,
        scene=row.scene,
        state=State(row.state),
        attempt=row.attempt,
        created=row.created,
        finished=row.finished,
        settled=row.settled,
        decided=Decided(row.decided) if row.decided else None,
        suggest=row.suggest,
        errcode=row.errcode,
        reason=row.reason,
    )


def _delivery(row: Row[Any]) -> DeliveryView:
    return DeliveryView(
        id=row.id,
        name=row.name,
        endpoint=row.endpoint,
        state=row.state,
        attempt=row.attempt,
        next_at=row.due_at,
        settled=row.settled,
        status=row.status,
        reason=row.reason,
    )


def _attempt(row: Row[Any]) -> AttemptView:
    return AttemptView(
        row.delivery_id,
        row.number,
        row.at,
        row.seconds,
        row.outcome,
        row.status,
        row.reason,
    )
