"""A worker: checks jobs and delivers their callbacks, until it is told to stop."""

import asyncio
import contextlib
import logging
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from app.jobs.errors import CheckFailedError, LateError, TryLaterError
from app.jobs.faults import Fault, Point, no_fault
from app.jobs.lane import Actions, Lane, LaneRules
from app.jobs.port import Ending, JobStore, Retry
from app.jobs.schedule import CHECK, NATIVE, SCHEDULES, Schedule
from app.jobs.trouble import described
from app.jobs.values import Decided, Delivery, Job, JobVerdict, Outcome, Sent
from app.jobs.wake import Wake
from app.store import database_is_away, jobs_clock

_log = logging.getLogger(__name__)

Check = Callable[[Job], Awaitable[JobVerdict]]
"""Fetches and judges. Raises CheckFailedError or TryLaterError; anything else counts
as a mistake of ours that may pass."""

Deliver = Callable[[Delivery], Awaitable[Outcome]]
"""Sends once. Whatever it raises means: not this time."""

_UNLABELLED = 21000


@dataclass(frozen=True, slots=True)
class WorkerRules:
    """How a worker works; times in seconds.

    `claims` is how often a job is tried before it is given up; a try that ends with
    the process counts. `gave_up` is the code in the verdict then, unless the last
    failure had one. `patience` bounds one try of a check. `grace` is what running work
    gets when the worker stops. `mend` is how often the clock is looked at.
    """

    checks: int = 4
    deliveries: int = 16
    lease: float = 60.0
    poll: float = 1.0
    claims: int = 5
    gave_up: int = -1009
    patience: float = 600.0
    grace: float = 10.0
    mend: float = 10.0
    retry: Schedule = CHECK
    schedules: Mapping[str, Schedule] = field(default_factory=lambda: SCHEDULES)


class Worker:
    """Any number of these, in any number of processes, share the work."""

    def __init__(
        self,
        store: JobStore,
        check: Check,
        deliver: Deliver,
        *,
        wake: Wake | None = None,
        rules: WorkerRules | None = None,
        chance: Callable[[], float] = random.random,
        fault: Fault = no_fault,
    ) -> None:
        """Take from `store`; `wake` is rung when there is new work.

        `chance` gives numbers from 0 to 1 for the spread of retries.
        """
        self._store = store
        self._check = check
        self._deliver = deliver
        self._wake = wake or Wake()
        self._rules = rules or WorkerRules()
        self._chance = chance
        self._fault = fault
        self.counts: Counter[str] = Counter()
        self._checks = self._check_lane()
        self._callbacks = self._callback_lane()

    @property
    def busy(self) -> tuple[int, int]:
        """Checks and deliveries under way."""
        return self._checks.busy, self._callbacks.busy

    def _check_lane(self) -> Lane[Job]:
        store, rules = self._store, self._rules
        actions: Actions[Job] = Actions(
            key=lambda job: job.trace_id,
            claim=store.claim,
            extend=store.extend,
            work=self._do_job,
            release=store.release,
            alone=lambda job: job.interrupted,
            waiting_alone=store.interrupted,
        )
        return Lane(
            jobs_clock.CHECK, actions, LaneRules(rules.checks, rules.lease, rules.poll)
        )

    def _callback_lane(self) -> Lane[Delivery]:
        store, rules = self._store, self._rules
        actions: Actions[Delivery] = Actions(
            key=lambda delivery: delivery.id,
            claim=store.claim_deliveries,
            extend=store.extend_deliveries,
            work=self._do_delivery,
            release=store.release_delivery,
        )
        lane = LaneRules(rules.deliveries, rules.lease, rules.poll)
        return Lane(jobs_clock.DELIVERY, actions, lane)

    async def run(self) -> None:
        """Work until cancelled; then end or give back what is under way."""
        lanes = (self._checks, self._callbacks)
        taking = [asyncio.create_task(lane.run(self._wake)) for lane in lanes]
        keeping = [asyncio.create_task(lane.heartbeat()) for lane in lanes]
        keeping.append(asyncio.create_task(self._keep_time()))
        try:
            # Not gather: it would cancel the heartbeats together with us.
            ended, _ = await asyncio.wait(
                (*taking, *keeping), return_when=asyncio.FIRST_COMPLETED
            )
            for task in ended:
                task.result()
        finally:
            await _cancel(taking)
            # Leases are kept while the rest is done.
            await asyncio.gather(*(lane.drain(self._rules.grace) for lane in lanes))
            await _cancel(keeping)

    # ------------------------------------------------------------ one job

    async def _do_job(self, job: Job) -> None:
        self._fault(Point.CLAIMED)
        began = time.monotonic()
        try:
            ending = await self._judge(job)
        except TryLaterError as later:
            await self._later(job, later, time.monotonic() - began)
            return
        self._fault(Point.CHECKED)
        await self._finish(job, ending)

    async def _judge(self, job: Job) -> Ending:
        """How the job ends; TryLaterError when it does not yet."""
        if job.attempt > self._rules.claims:
            return _gave_up(self._rules.gave_up, "tried too often", 0.0)
        if not job.readable:
            return _gave_up(self._rules.gave_up, "sealed with another key", 0.0)
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._rules.patience):
                verdict = await self._check(job)
        except CheckFailedError as error:
            return Ending(
                failure(error.code, error.reason),
                Decided.FAILED,
                error.reason,
                time.monotonic() - began,
            )
        except TryLaterError:
            raise
        except Exception as error:
            # Only the kind is kept: messages may quote content.
            _log.error("a check failed unexpectedly: %s", described(error))
            kind = type(error).__name__
            raise TryLaterError(self._rules.gave_up, kind) from error
        return Ending(verdict, seconds=time.monotonic() - began)

    async def _later(self, job: Job, later: TryLaterError, seconds: float) -> None:
        wait = self._rules.retry.next(job.attempt, self._chance(), later.wait or 0.0)
        if wait is None:
            wait = self._rules.retry.waits[-1]
        if job.attempt >= self._rules.claims:
            await self._finish(job, _gave_up(later.code, later.reason, seconds))
            return
        retry = Retry(wait, later.reason, seconds)
        await self._insist(lambda: self._store.retry(job, retry), "retried")

    async def _finish(self, job: Job, ending: Ending) -> None:
        done = await self._insist(
            lambda: self._store.finish(job, ending), ending.decided.value
        )
        if done:
            self._wake.ring(jobs_clock.DELIVERY)
            self._fault(Point.FINISHED)

    # ------------------------------------------------------------ one delivery

    async def _do_delivery(self, delivery: Delivery) -> None:
        self._fault(Point.DELIVERY_CLAIMED)
        began = time.monotonic()
        outcome = await self._send(delivery)
        self._fault(Point.DELIVERED)
        seconds = time.monotonic() - began
        wait = self._next_try(delivery, outcome)
        done = await self._insist(
            lambda: self._store.record_attempt(
                delivery, outcome, wait=wait, seconds=seconds
            ),
            outcome.sent.value,
        )
        if done:
            self._fault(Point.RECORDED)

    async def _send(self, delivery: Delivery) -> Outcome:
        if delivery.verdict is None or delivery.target is None:
            return Outcome(Sent.REFUSED, "sealed with another key")
        try:
            return await self._deliver(delivery)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is not lost
            _log.error("a delivery failed unexpectedly: %s", described(error))
            return Outcome(Sent.RETRY, type(error).__name__)

    def _next_try(self, delivery: Delivery, outcome: Outcome) -> float | None:
        schedule = self._rules.schedules.get(delivery.kind, NATIVE)
        asked = outcome.retry_after or 0.0
        return schedule.next(delivery.attempt, self._chance(), asked)

    # ------------------------------------------------------------ the database

    async def _insist(self, write: Callable[[], Awaitable[None]], what: str) -> bool:
        """Write as soon as the database is there; whether the lease still held.

        The work is done: throwing it away would only do it again.
        """
        pause = 0.1
        while True:
            try:
                await write()
            except LateError:
                self.counts["late"] += 1
                return False
            except Exception as error:
                if not database_is_away(error):
                    raise
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)
            else:
                self.counts[what] += 1
                return True

    async def _keep_time(self) -> None:
        """Notice when the database's clock went back, and at the start assume it."""
        before: tuple[float, float] | None = None
        while True:
            try:
                now = (await self._store.time(), time.monotonic())
                if before is None or _went_back(before, now):
                    await self._store.mend_clock()
                before = now
            except Exception as error:  # noqa: BLE001 - an outage must not end it
                before = None
                _log.debug("cannot ask the time: %s", type(error).__name__)
            await asyncio.sleep(self._rules.mend)


def _went_back(before: tuple[float, float], now: tuple[float, float]) -> bool:
    return (now[0] - before[0]) - (now[1] - before[1]) < -1.0


def failure(code: int, reason: str) -> JobVerdict:
    """The verdict on what could not be checked: somebody should look."""
    return JobVerdict("review", _UNLABELLED, code, reason)


def _gave_up(code: int, reason: str, seconds: float) -> Ending:
    return Ending(failure(code, reason), Decided.GAVE_UP, reason, seconds)


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks, return_exceptions=True)
