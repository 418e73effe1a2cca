"""The backtests that wait or run in this process."""

import asyncio
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from app.store import Database
from app.store import trial_backtests as store
from app.trial.backtest_work import BacktestWork, Order
from app.trial.records import Backtest
from app.trial.runner import Progress
from app.trial.sources import discard

TELL_SECONDS = 1.0
STOPPED = "the service was stopped"

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Running:
    """One of them."""

    task: asyncio.Task[None]
    progress: Progress | None = None
    told: Progress | None = None
    cancelled: bool = False


@dataclass(slots=True)
class BacktestFigures:
    """Counts since the start of this process."""

    done: int = 0
    failed: int = 0
    cancelled: int = 0


class UnderWay:
    """Lets backtests take turns, tells how far they are, and ends them."""

    def __init__(
        self, db: Database, work: BacktestWork, clock: Callable[[], float]
    ) -> None:
        """`clock` gives Unix seconds."""
        self._db = db
        self._work = work
        self._clock = clock
        self._turn = asyncio.Semaphore(1)
        self._running: dict[int, _Running] = {}
        self._telling: asyncio.Task[None] | None = None
        self.closing = False
        self.figures = BacktestFigures()

    def __len__(self) -> int:
        """How many wait or run."""
        return len(self._running)

    def begin(self, order: Order) -> None:
        """Let one wait for its turn and run."""
        task = asyncio.create_task(self._whole(order), name=f"backtest-{order.id}")
        self._running[order.id] = _Running(task)
        task.add_done_callback(lambda _: self._over(order))
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._keep_telling(), name="backtests")

    def fresh(self, test: Backtest) -> Backtest:
        """With the progress that only this process knows yet."""
        running = self._running.get(test.id)
        if test.state != "running" or running is None or running.progress is None:
            return test
        told = running.progress
        return replace(test, texts=told.texts, progress=told.share)

    async def cancel(self, backtest_id: int) -> None:
        """End one and wait for its end; nothing when it is not of this process."""
        running = self._running.get(backtest_id)
        if running is not None:
            self._cancel([backtest_id])
            await asyncio.gather(running.task, return_exceptions=True)
            # For one that was cancelled before it took its first step.
            await self._work.end(backtest_id, "cancelled", None)

    async def tell(self) -> None:
        """Write how far they are, and hear of cancellations.

        Repeats itself as long as any of them waits or runs.
        """
        async with self._db.read() as connection:
            self._cancel(await store.cancelled(connection, self._running))
        async with self._db.write() as connection:
            await store.beat(connection, self._running, self._clock())
            for backtest_id, running in list(self._running.items()):
                told = running.progress
                if told is not None and told != running.told:
                    running.told = told
                    values = {"texts": told.texts, "progress": told.share}
                    await store.update_open(connection, backtest_id, **values)

    async def close(self) -> None:
        """End all, before the database is closed."""
        self.closing = True
        running = dict(self._running)
        self._cancel(running)
        tasks = [one.task for one in running.values()]
        await asyncio.gather(*tasks, return_exceptions=True)
        for backtest_id in running:
            await self._work.end(backtest_id, "failed", STOPPED)
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)

    async def _whole(self, order: Order) -> None:
        """One backtest; never raises."""
        running = self._running[order.id]

        def note(progress: Progress) -> None:
            running.progress = progress

        try:
            if await self._work.whole(order, self._turn, note) == "done":
                self.figures.done += 1
            else:
                self.figures.failed += 1
        except asyncio.CancelledError:
            self.figures.cancelled += 1
            if self.closing:
                await self._work.end(order.id, "failed", STOPPED)
            else:
                await self._work.end(order.id, "cancelled", None)

    def _over(self, order: Order) -> None:
        """Clean up, also after a task that was cancelled before it began."""
        discard(order.source)
        self._running.pop(order.id, None)

    def _cancel(self, ids: Collection[int]) -> None:
        for backtest_id in ids:
            running = self._running.get(backtest_id)
            if running is not None and not running.cancelled:
                running.cancelled = True
                running.task.cancel()

    async def _keep_telling(self) -> None:
        """Tell until nothing is left to tell of."""
        while self._running:
            await asyncio.sleep(TELL_SECONDS)
            try:
                await self.tell()
            except Exception as error:  # noqa: BLE001 - an outage must not end it
                _log.warning("following backtests failed (%s)", type(error).__name__)
