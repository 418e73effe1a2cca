"""The queue in front of the workers: short, fair, and plain about being full."""

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Final

from app.image.errors import BusyError, ImageError
from app.image.limits import MEBIBYTE
from app.image.visit import Visit

_BUSY: Final = "too many pictures are waiting; try again later"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLimits:
    """How much may wait.

    `count` pictures may wait, of which one caller has at most `share` (0 to 1, at
    least one), and pictures that wait or are looked at hold at most `size` bytes.
    Who has waited for `seconds` is told that it is busy, too.
    """

    count: int = 32
    share: float = 0.5
    size: int = 128 * MEBIBYTE
    seconds: float = 10.0

    def __post_init__(self) -> None:
        if self.count < 0 or self.size <= 0 or self.seconds <= 0:
            message = "the limits of the queue must be more than 0"
            raise ValueError(message)
        if not 0 < self.share <= 1:
            message = "the share of one caller must be more than 0 and at most 1"
            raise ValueError(message)

    @property
    def each(self) -> int:
        """How many pictures of one caller may wait."""
        return max(1, int(self.count * self.share))


@dataclass(slots=True, eq=False)
class Job:
    """A picture, and whoever waits for it; `began` is seconds of the loop's clock."""

    picture: bytes
    caller: str
    answer: asyncio.Future[Visit]
    began: float
    waiting: bool = True

    def fail(self, error: ImageError) -> None:
        """Answer with an error, unless nobody waits any more."""
        if not self.answer.done():
            self.answer.set_exception(error)

    def finish(self, visit: Visit) -> None:
        """Answer, unless nobody waits any more."""
        if not self.answer.done():
            self.answer.set_result(visit)


class Queue:
    """Jobs of several callers, who take turns. Belongs to one event loop."""

    def __init__(self, limits: QueueLimits) -> None:
        self._limits = limits
        self._callers: OrderedDict[str, deque[Job]] = OrderedDict()
        self._idle = 0
        self._filled = asyncio.Event()
        self.waiting = 0
        """Pictures that wait."""
        self.held = 0
        """Bytes of pictures that wait or are looked at."""
        self.busy = 0
        """Pictures that were turned away since the start."""

    async def ask(self, picture: bytes, caller: str) -> Visit:
        """Wait in line, and then for the answer.

        Raises:
            BusyError: at once when too many wait, or after having waited too long.
            ImageError: what the job was failed with.
        """
        job = self._admit(picture, caller)
        loop = asyncio.get_running_loop()
        timer = loop.call_later(self._limits.seconds, self._expire, job)
        try:
            return await job.answer
        finally:
            timer.cancel()
            if job.waiting:  # whoever asked has gone
                self._remove(job)

    async def take(self) -> Job:
        """The next job, of the caller whose turn it is; `release` it afterwards."""
        self._idle += 1
        try:
            while not self._callers:
                self._filled.clear()
                await self._filled.wait()
        finally:
            self._idle -= 1
        caller, jobs = next(iter(self._callers.items()))
        job = jobs.popleft()
        self._callers.move_to_end(caller)
        if not jobs:
            del self._callers[caller]
        self._leave(job)
        return job

    def release(self, job: Job) -> None:
        """The job's picture is not needed any more."""
        self.held -= len(job.picture)

    def fail_all(self, error: ImageError) -> None:
        """Answer everybody who waits with an error."""
        for jobs in list(self._callers.values()):
            for job in list(jobs):
                self._remove(job)
                job.fail(error)

    def _admit(self, picture: bytes, caller: str) -> Job:
        mine = len(self._callers.get(caller, ()))
        limits, idle = self._limits, self._idle
        if (
            self.waiting >= limits.count + idle
            or mine >= limits.each + idle
            or self.held + len(picture) > limits.size
        ):
            self.busy += 1
            raise BusyError(_BUSY)
        loop = asyncio.get_running_loop()
        job = Job(picture, caller, loop.create_future(), loop.time())
        self._callers.setdefault(caller, deque()).append(job)
        self.waiting += 1
        self.held += len(picture)
        self._filled.set()
        return job

    def _expire(self, job: Job) -> None:
        if job.waiting:
            self._remove(job)
            self.busy += 1
            job.fail(BusyError(_BUSY))

    def _remove(self, job: Job) -> None:
        """Take a job out of the line."""
        jobs = self._callers[job.caller]
        jobs.remove(job)
        if not jobs:
            del self._callers[job.caller]
        self._leave(job)
        self.release(job)

    def _leave(self, job: Job) -> None:
        job.waiting = False
        self.waiting -= 1
