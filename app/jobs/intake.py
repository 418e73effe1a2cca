"""Accepts jobs: on disk before the answer, many callers in one commit."""

import asyncio
import math
import secrets
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.jobs.errors import (
    AcceptError,
    BacklogError,
    ConflictError,
    StoreAwayError,
    StoreFullError,
)
from app.jobs.faults import Fault, Point, no_fault
from app.jobs.port import JobStore
from app.jobs.values import Accepted, NewJob, Version
from app.jobs.wake import Wake
from app.store import database_is_away, disk_is_full
from app.store.jobs_clock import CHECK


@dataclass(frozen=True, slots=True)
class IntakeRules:
    """Limits of one process.

    `oldest` is how many seconds the due work of an app may have waited before no more
    of it is taken; `look` is how often that is asked. `queue` jobs wait for a commit
    at most, `batch` jobs or `batch_bytes` of files share one.
    """

    oldest: float = 1800.0
    look: float = 1.0
    queue: int = 2000
    batch: int = 256
    batch_bytes: int = 16 * 2**20


@dataclass(frozen=True, slots=True)
class IntakeFigures:
    """Counts of this process."""

    accepted: int = 0
    repeated: int = 0
    refused: int = 0
    commits: int = 0


@dataclass(slots=True)
class _Caller:
    """One job that waits for its commit."""

    trace_id: str
    new: NewJob
    answer: asyncio.Future[Accepted]

    @property
    def size(self) -> int:
        return len(self.new.upload or b"")


class Intake:
    """Takes jobs from many tasks of one event loop and writes them together.

    One transaction is under way at a time; what arrives meanwhile shares the next. So
    the disk is asked for one flush for all of them, and nobody waits for company.
    """

    def __init__(
        self,
        store: JobStore,
        wake: Wake | None = None,
        rules: IntakeRules | None = None,
        *,
        new_id: Callable[[Version], str] | None = None,
        fault: Fault = no_fault,
    ) -> None:
        """Write to `store` and ring `wake`; `new_id` makes trace_ids."""
        self._store = store
        self._wake = wake or Wake()
        self._rules = rules or IntakeRules()
        self._new_id = new_id or new_trace_id
        self._fault = fault
        self._waiting: deque[_Caller] = deque()
        self._writer: asyncio.Task[None] | None = None
        self._ages: dict[str, float] = {}
        self._looked = -math.inf
        self._counts = [0, 0, 0, 0]

    @property
    def figures(self) -> IntakeFigures:
        """How it went in this process."""
        return IntakeFigures(*self._counts)

    async def accept(self, new: NewJob) -> Accepted:
        """Write a job down; it is safe on disk when this returns.

        Raises:
            ConflictError: its idempotency key belongs to another body.
            BacklogError: its app has waited for too long already.
            StoreFullError: no room on the disk; nothing was accepted.
            StoreAwayError: no database; see `AcceptError`.
        """
        if len(self._waiting) >= self._rules.queue:
            self._counts[2] += 1
            raise BacklogError(1.0)
        loop = asyncio.get_running_loop()
        caller = _Caller(self._new_id(new.version), new, loop.create_future())
        self._waiting.append(caller)
        if self._writer is None:
            self._writer = loop.create_task(self._write(), name="seccheck-intake")
        return await caller.answer

    async def close(self) -> None:
        """Wait until whoever came so far has been answered."""
        while self._writer is not None:
            await asyncio.wait({self._writer})

    async def _write(self) -> None:
        """Commit batch after batch until nobody waits."""
        try:
            while self._waiting:
                batch = self._next_batch()
                try:
                    await self._commit(await self._welcome(batch))
                except Exception as error:  # noqa: BLE001 - theirs to handle
                    _fail(batch, error)
        finally:
            self._writer = None

    def _next_batch(self) -> list[_Caller]:
        batch = [self._waiting.popleft()]
        size = batch[0].size
        while self._waiting and len(batch) < self._rules.batch:
            size += self._waiting[0].size
            if size > self._rules.batch_bytes:
                break
            batch.append(self._waiting.popleft())
        return [one for one in batch if not one.answer.done()]

    async def _welcome(self, batch: list[_Caller]) -> list[_Caller]:
        """Send those away whose app has to wait for too long."""
        now = time.monotonic()
        if now - self._looked >= self._rules.look:
            self._ages = await self._store.backlog()
            self._looked = now
        welcome = []
        for one in batch:
            age = self._ages.get(one.new.appid, 0.0)
            if age <= self._rules.oldest:
                welcome.append(one)
                continue
            self._counts[2] += 1
            _fail([one], BacklogError(_patience(age, self._rules.oldest)))
        return welcome

    async def _commit(self, batch: list[_Caller]) -> None:
        """One transaction; should one job spoil it, one for each."""
        if not batch:
            return
        try:
            answers = await self._store.accept(
                [(one.trace_id, one.new) for one in batch]
            )
        except Exception as error:
            if len(batch) == 1 or disk_is_full(error) or database_is_away(error):
                raise
            await self._one_by_one(batch)
            return
        self._counts[3] += 1
        self._fault(Point.ACCEPT_AFTER_COMMIT)
        self._answer(batch, answers)

    async def _one_by_one(self, batch: list[_Caller]) -> None:
        for one in batch:
            try:
                await self._commit([one])
            except Exception as error:  # noqa: BLE001 - theirs to handle
                _fail([one], error)

    def _answer(
        self, batch: Sequence[_Caller], answers: Sequence[Accepted | ConflictError]
    ) -> None:
        self._wake.ring(CHECK)
        for one, answer in zip(batch, answers, strict=True):
            if isinstance(answer, ConflictError):
                self._counts[2] += 1
                _fail([one], answer)
                continue
            self._counts[0 if answer.fresh else 1] += 1
            if not one.answer.done():
                one.answer.set_result(answer)


def _fail(batch: Sequence[_Caller], error: Exception) -> None:
    for one in batch:
        if not one.answer.done():
            one.answer.set_exception(_named(error))


def _named(error: Exception) -> Exception:
    """The same for callers; a new one for each, they add their own tracebacks."""
    named: AcceptError
    if disk_is_full(error):
        named = StoreFullError("no room is left to accept jobs")
    elif database_is_away(error):
        named = StoreAwayError("the database cannot be used")
    else:
        return error
    named.__cause__ = error
    return named


def _patience(age: float, limit: float) -> float:
    """Seconds until it may be worth asking again: half of what is too much."""
    return min(max((age - limit) / 2, 1.0), 60.0)


def new_trace_id(version: Version) -> str:
    """A random trace_id in the form of WeChat's: v1 has 32 digits, v2 three groups.

    The others begin with the time, so that new rows stand together in the index.
    """
    if version == "1":
        return secrets.token_hex(16)
    random = secrets.token_hex(8)
    return f"{int(time.time()) & 0xFFFFFFFF:08x}-{random[:8]}-{random[8:]}"
