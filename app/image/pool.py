"""The worker processes: given pictures, and replaced when they end."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.image.admission import Job, Queue, QueueLimits
from app.image.errors import PictureError, Trouble, WorkerError
from app.image.figures import Figures, Tally
from app.image.nursery import Nursery
from app.image.setup import Setup
from app.image.sniff import check_file
from app.image.visit import Visit
from app.image.worker import DeadError, StartError, Worker

ATTEMPTS: Final = 2
"""Workers that may look at one picture, one after the other."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 10.0
_FULL: Final = 0.9
"""A worker that holds this share of its memory limit is replaced."""
_TOLD: Final = {
    Trouble.CRASHED: "the picture ended the worker that decoded it",
    Trouble.TIMEOUT: "the picture took longer to decode than allowed",
    Trouble.MEMORY: "the picture needed more memory than allowed",
    Trouble.UNAVAILABLE: "no worker can be had at present",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Which classifiers look, and why others do not.

    `models` are by name, `missing` says why a wanted classifier is not there. `ready`
    of `workers` processes can look at pictures; `confined` tells whether system
    calls were taken away from them.
    """

    workers: int
    ready: int
    models: Mapping[str, str]
    missing: Mapping[str, str]
    confined: bool


class Pool:
    """Looks at pictures in other processes. Belongs to one event loop."""

    def __init__(
        self, setup: Setup, *, workers: int = 1, queue: QueueLimits | None = None
    ) -> None:
        """Keep so many processes, each with all classifiers; `start` starts them."""
        if workers < 1:
            message = "at least one worker is needed"
            raise ValueError(message)
        self._setup = setup
        self._wanted = workers
        self._queue = Queue(queue or QueueLimits())
        self._tally = Tally()
        self._nursery = Nursery(setup, self._tally)
        self._workers: dict[int, Worker] = {}
        self._slots: list[asyncio.Task[None]] = []
        self._values: dict[str, Mapping[str, str]] = {}
        self._in_flight = 0
        self._down = True

    async def start(self) -> Status:
        """Start the workers; returns when each is ready or has failed to start.

        Nothing is raised: what is missing is in the status, and goes on being tried.
        """
        self._down = False  # who asks meanwhile waits in line
        first = [asyncio.Event() for _ in range(self._wanted)]
        self._slots = [
            asyncio.create_task(self._slot(number, event))
            for number, event in enumerate(first)
        ]
        for event in first:
            await event.wait()
        return self.status()

    async def close(self) -> None:
        """End the workers, and whatever they do."""
        self._down = True
        for slot in self._slots:
            slot.cancel()
        await asyncio.gather(*self._slots, return_exceptions=True)
        self._slots.clear()
        self._queue.fail_all(_error(Trouble.UNAVAILABLE))

    async def look(self, picture: bytes, *, caller: str = "") -> Visit:
        """Have a picture looked at by all classifiers.

        Raises:
            PictureError: the file is at fault.
            WorkerError: the picture could not be decoded, or no worker is there.
            BusyError: too many pictures wait.
        """
        check_file(picture, self._setup.picture)  # what needs no worker gets none
        if self._down:
            raise _error(Trouble.UNAVAILABLE)
        return await self._queue.ask(picture, caller)

    def refresh(self, name: str, values: Mapping[str, str]) -> None:
        """From the next picture on, a classifier has these values."""
        self._values[name] = dict(values)

    def status(self) -> Status:
        """What is there at present."""
        return Status(
            workers=self._wanted,
            ready=len(self._workers),
            models=dict(self._nursery.models),
            missing=dict(self._nursery.missing),
            confined=self._nursery.confined,
        )

    def figures(self) -> Figures:
        """Counts for metrics."""
        tally, queue = self._tally, self._queue
        return Figures(
            waiting=queue.waiting,
            held=queue.held,
            in_flight=self._in_flight,
            workers=self._wanted,
            ready=len(self._workers),
            memory=tuple(worker.memory for worker in self._workers.values()),
            pictures=tally.pictures,
            busy=queue.busy,
            recycled=tally.recycled,
            deaths=dict(tally.deaths),
            stages=dict(tally.stages),
        )

    async def _slot(self, number: int, first: asyncio.Event) -> None:
        """Keep one worker and give it one picture after the other."""
        try:
            while True:
                worker = await self._ready(number, first)
                job = await self._job(worker)
                if job is None:  # it ended while it had nothing to do
                    self._tally.died(await worker.cause())
                    del self._workers[number]
                    continue
                await self._serve(job, number)
                await self._recycle(number)
        finally:
            first.set()
            if (left := self._workers.pop(number, None)) is not None:
                await left.kill()

    async def _ready(self, number: int, first: asyncio.Event) -> Worker:
        """The worker of a slot, started if need be, however long that takes."""
        pause = _FIRST_PAUSE
        while number not in self._workers:
            try:
                self._workers[number] = await self._nursery.start()
            except StartError:
                first.set()
                if not self._workers:
                    self._down = True
                    self._queue.fail_all(_error(Trouble.UNAVAILABLE))
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
        self._down = False
        first.set()
        return self._workers[number]

    async def _job(self, worker: Worker) -> Job | None:
        """The next job, or None when the worker ends before there is one."""
        taking = asyncio.create_task(self._queue.take())
        ending = asyncio.create_task(worker.ended())
        try:
            await asyncio.wait({taking, ending}, return_when="FIRST_COMPLETED")
        except asyncio.CancelledError:
            if taking.done():
                self._drop(taking.result())
            raise
        finally:
            taking.cancel()
            ending.cancel()
        return taking.result() if taking.done() else None

    async def _serve(self, job: Job, number: int) -> None:
        """Answer a job, whatever happens."""
        loop = asyncio.get_running_loop()
        self._tally.spent("waiting", (loop.time() - job.began) * 1000)
        limit = loop.time() + self._setup.worker.seconds
        visit = Visit(job.picture, self._setup, limit, self._values, loop.time)
        self._in_flight += 1
        try:
            await self._visit(job, visit, number)
        finally:
            self._in_flight -= 1
            self._drop(job)
        self._count(visit, (loop.time() - job.began) * 1000)

    async def _visit(self, job: Job, visit: Visit, number: int) -> None:
        """One picture at one worker, or at another one when that has ended."""
        for left in reversed(range(ATTEMPTS)):
            try:
                worker = self._workers.get(number) or await self._nursery.start()
                self._workers[number] = worker
                await visit.go(worker)
            except PictureError as error:
                job.fail(error)
                self._workers[number].served += 1
                return
            except StartError:
                break
            except DeadError as death:
                self._tally.died(death.trouble)
                del self._workers[number]
                visit.blame(death.trouble)
                if visit.facts is None:
                    job.fail(_error(death.trouble))
                    return
                if visit.over or visit.late or job.answer.done() or not left:
                    break
            else:
                self._workers[number].served += 1
                break
        visit.give_up()
        job.finish(visit)

    def _drop(self, job: Job) -> None:
        """Nothing more will be done for a job; nobody may wait for it for ever."""
        job.fail(_error(Trouble.UNAVAILABLE))
        self._queue.release(job)

    def _count(self, visit: Visit, milliseconds: float) -> None:
        self._tally.pictures += 1
        if visit.facts is not None:
            self._tally.spent("picture", milliseconds)
            self._tally.spent("decoding", visit.decoding)
        for name, reading in visit.readings.items():
            if reading.error is None:
                self._tally.spent(name, reading.milliseconds)

    async def _recycle(self, number: int) -> None:
        """Replace a worker that has done its share, or has grown too much."""
        worker = self._workers.get(number)
        if worker is None:
            return
        limits = self._setup.worker
        if worker.served >= limits.pictures or worker.memory > _FULL * limits.memory:
            del self._workers[number]
            self._tally.recycled += 1
            await worker.stop()


def _error(trouble: Trouble) -> WorkerError:
    return WorkerError(trouble, _TOLD[trouble])
