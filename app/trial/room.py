"""The trial room as one object, for the composition root."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.access.ticker import every
from app.trial.backtests import SWEEP_SECONDS, Backtests
from app.trial.samples import SampleFigures, Samples
from app.trial.shadow_watch import (
    FLUSH_SECONDS,
    POLL_SECONDS,
    ShadowFigures,
    ShadowWatch,
)
from app.trial.shadows import Shadows
from app.trial.under_way import BacktestFigures

SAMPLE_SECONDS = 1.0
CHOICE_SECONDS = 5.0
PURGE_SECONDS = 60.0
FORGET_SECONDS = 3600.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrialFigures:
    """Values for `/metrics`, of this process."""

    samples: SampleFigures
    backtests: BacktestFigures
    backtests_open: int
    shadow: ShadowFigures


@dataclass(frozen=True, slots=True)
class Trial:
    """Samples, backtests and shadows.

    `samples` and `watch` are observers. A process that serves nothing (the
    command line) needs neither `run` nor the observers, only `close`.
    """

    samples: Samples
    backtests: Backtests
    shadows: Shadows
    watch: ShadowWatch
    clock: Callable[[], float] = time.time

    @property
    def observers(self) -> tuple[Samples, ShadowWatch]:
        """Who wants to see the traffic."""
        return self.samples, self.watch

    def figures(self) -> TrialFigures:
        """How everything stands in this process."""
        return TrialFigures(
            samples=self.samples.figures,
            backtests=self.backtests.figures,
            backtests_open=self.backtests.open,
            shadow=self.watch.figures(),
        )

    async def run(self) -> None:
        """Keep everything going until cancelled; afterwards call `close`."""
        repeated: list[tuple[float, Callable[[], Awaitable[object]], str]] = [
            (POLL_SECONDS, self.watch.poll, "following shadows"),
            (FLUSH_SECONDS, self.watch.flush, "counting for a shadow"),
            (CHOICE_SECONDS, self.samples.refresh, "learning who keeps samples"),
            (SAMPLE_SECONDS, self.samples.flush, "keeping samples"),
            (PURGE_SECONDS, self.samples.purge, "forgetting samples"),
            (SWEEP_SECONDS, self.backtests.sweep, "tidying up backtests"),
            (FORGET_SECONDS, self.shadows.purge, "forgetting shadows"),
        ]
        async with asyncio.TaskGroup() as group:
            for seconds, work, what in repeated:
                group.create_task(every(seconds, _plain(work), what=what))

    async def close(self) -> None:
        """End and write out what is under way, before the database is closed.

        What cannot be written is logged: nothing may keep the service from stopping.
        """
        await self.backtests.close()
        await self.watch.close()
        for work in (self.watch.flush, self.samples.flush):
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - stopping goes on
                _log.warning("a trial was not written (%s)", type(error).__name__)


def _plain(work: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
    """The same work without its answer."""

    async def repeated() -> None:
        await work()

    return repeated
