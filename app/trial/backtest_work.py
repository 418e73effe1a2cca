"""One backtest from its turn to its end."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

from app.domain.scenes import Scene
from app.lexicon.candidate import Candidate
from app.lexicon.errors import LexiconError
from app.store import Database
from app.store import trial_backtests as store
from app.trial.child import Job
from app.trial.cipher import Cipher
from app.trial.errors import TrialError
from app.trial.records import write_flips
from app.trial.report import BacktestReport
from app.trial.runner import COMMAND, Batches, Progress, run_backtest
from app.trial.samples import Samples
from app.trial.sources import FileSource, SampleSource, Source, TextsSource, sliced

LONGEST_SECONDS = 3600.0

Build = Callable[[Candidate], Awaitable[Path]]
"""Compiles a candidate outside this process and says where the result lies."""

Outcome = Literal["done", "failed", "cancelled"]
Note = Callable[[Progress], None]

_log = logging.getLogger(__name__)


class Lexicon(Protocol):
    """The part of the lexicon that backtests need."""

    async def live_version(self) -> int:
        """The number of the version in service, 0 for none."""
        ...


class Order(NamedTuple):
    """What to compare with what; no `base` means the live version."""

    id: int
    candidate: Candidate
    base: Candidate | None
    source: Source


@dataclass(frozen=True, slots=True)
class BacktestWork:
    """Carries out backtests and writes what they found.

    `clock` gives Unix seconds; `longest` is what one may take, in seconds.
    """

    db: Database
    lexicon: Lexicon
    build: Build
    samples: Samples
    cipher: Cipher
    clock: Callable[[], float] = time.time
    command: Sequence[str] = COMMAND
    longest: float = LONGEST_SECONDS

    async def live(self) -> Candidate:
        """What is in service.

        Raises:
            TrialError: nothing was published yet.
        """
        number = await self.lexicon.live_version()
        if number == 0:
            raise TrialError("nothing is published yet that it could be compared with")
        return Candidate("version", number)

    async def whole(
        self, order: Order, turn: asyncio.Semaphore, note: Note
    ) -> Literal["done", "failed"]:
        """Wait for the turn, compare, and write the result or why there is none.

        Raises:
            CancelledError: its row is still open then.
        """
        try:
            async with turn, asyncio.timeout(self.longest):
                report = await self._compare(order, note)
            await self._store(order.id, report)
        except Exception as error:  # noqa: BLE001 - the row tells the operator
            reason = _reason(error)
            _log.warning("backtest %d failed: %s", order.id, reason)
            await self.end(order.id, "failed", reason)
            return "failed"
        return "done"

    async def end(self, backtest_id: int, state: Outcome, error: str | None) -> None:
        """Close the row; what cannot be written now is swept up later."""
        values: dict[str, Any] = {"state": state, "error": error}
        with suppress(Exception):
            async with self.db.write() as connection:
                await store.update_open(
                    connection, backtest_id, ended_at=self.clock(), **values
                )

    async def _compare(self, order: Order, note: Note) -> BacktestReport:
        # Asked again: a draft stands on the version that is live when it is built.
        base = order.base or await self.live()
        async with self.db.write() as connection:
            await store.update_open(
                connection, order.id, state="running", base=base.text()
            )
        sides = [str(await self.build(side)) for side in (base, order.candidate)]
        source = order.source
        file = source if isinstance(source, FileSource) else None
        job = Job(
            base=sides[0],
            base_name=base.text(),
            candidate=sides[1],
            candidate_name=order.candidate.text(),
            file=None if file is None else file.file.fileno(),
            format="auto" if file is None else file.format,
            scene=Scene.COMMENT if file is None else file.scene,
        )
        return await run_backtest(job, self._batches(source), note, self.command)

    def _batches(self, source: Source) -> Batches | None:
        """The texts that this process has to send; a file the other one reads."""
        match source:
            case SampleSource():
                return self.samples.read(source.appids)
            case TextsSource():
                return sliced(source.texts)
            case FileSource():
                return None

    async def _store(self, backtest_id: int, report: BacktestReport) -> None:
        """Write the result, all of it or nothing."""
        rows = await asyncio.to_thread(
            write_flips, backtest_id, report.by_term, self.cipher
        )
        async with self.db.write() as connection:
            mine = await store.update_open(
                connection,
                backtest_id,
                state="done",
                ended_at=self.clock(),
                progress=1.0,
                texts=report.summary.texts,
                summary=report.summary.dump(),
            )
            if mine:
                await store.add_term_flips(connection, rows)


def _reason(error: Exception) -> str:
    """What the operator is told; only our own messages are shown."""
    if isinstance(error, TrialError | LexiconError):
        return str(error)
    if isinstance(error, TimeoutError):
        return "it took too long"
    return f"an unexpected {type(error).__name__}"
