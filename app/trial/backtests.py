"""Backtests: a candidate against what is live, on texts, without serving it."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from app.domain.scenes import Scene
from app.lexicon.candidate import Candidate
from app.lexicon.errors import LexiconError
from app.store import Database
from app.store import trial_backtests as store
from app.trial.child import Job
from app.trial.cipher import Cipher
from app.trial.errors import TrialBusyError, TrialError, TrialNotFoundError
from app.trial.records import Backtest, FlipPage, read_flips, to_backtest, write_flips
from app.trial.report import BacktestReport
from app.trial.runner import COMMAND, Batches, Progress, run_backtest
from app.trial.samples import Samples
from app.trial.sources import (
    NAMES,
    FileSource,
    SampleSource,
    Source,
    TextsSource,
    discard,
    sliced,
)

MAX_OPEN = 8
"""Backtests that wait or run, of all processes together."""

KEEP_DAYS = 7
"""Days after which a finished backtest is forgotten, with its examples."""

LONGEST_SECONDS = 3600.0
ABANDONED_SECONDS = 60.0
"""Silence after which the process behind a backtest counts as dead."""

TICK_SECONDS = 1.0
_SWEEP_SECONDS = 30.0
_ABANDONED = "the process that ran it ended"
_STOPPED = "the service was stopped"

Build = Callable[[Candidate], Awaitable[Path]]
"""Compiles a candidate outside this process and says where the result lies."""

_log = logging.getLogger(__name__)


class Lexicon(Protocol):
    """The part of the lexicon that backtests need."""

    async def live_version(self) -> int:
        """The number of the version in service, 0 for none."""
        ...


@dataclass(slots=True)
class _Running:
    """One backtest of this process."""

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


class Backtests:
    """Runs backtests one after the other and keeps what they found."""

    def __init__(
        self,
        db: Database,
        lexicon: Lexicon,
        build: Build,
        samples: Samples,
        cipher: Cipher,
        *,
        clock: Callable[[], float] = time.time,
        command: Sequence[str] = COMMAND,
        longest: float = LONGEST_SECONDS,
    ) -> None:
        """`clock` gives Unix seconds; `longest` is what one may take, in seconds."""
        self._db = db
        self._lexicon = lexicon
        self._build = build
        self._samples = samples
        self._cipher = cipher
        self._clock = clock
        self._command = command
        self._longest = longest
        self._turn = asyncio.Semaphore(1)
        self._running: dict[int, _Running] = {}
        self._closing = False
        self._swept_at = float("-inf")
        self.figures = BacktestFigures()

    @property
    def open(self) -> int:
        """How many wait or run in this process."""
        return len(self._running)

    async def start(
        self,
        candidate: Candidate,
        source: Source,
        *,
        who: str,
        base: Candidate | None = None,
    ) -> int:
        """Begin to compare `candidate` with `base` (default: live); its id.

        Raises:
            TrialError: nothing is published yet, or there are no such texts.
            TrialBusyError: too many wait already.
        """
        try:
            await self._check(source)
            shown = base or await self._live()
            backtest_id = await self._add(candidate, shown, source, who)
        except BaseException:
            discard(source)
            raise
        work = self._whole(backtest_id, candidate, base, source)
        task = asyncio.create_task(work, name=f"backtest-{backtest_id}")
        self._running[backtest_id] = _Running(task)
        task.add_done_callback(lambda _: self._over(backtest_id, source))
        return backtest_id

    async def get(self, backtest_id: int) -> Backtest:
        """How one stands, with its totals when it is done.

        Raises:
            TrialNotFoundError: there is none, or it was forgotten.
        """
        async with self._db.read() as connection:
            row = await store.backtest(connection, backtest_id)
        if row is None:
            raise TrialNotFoundError(f"there is no backtest {backtest_id}")
        return to_backtest(row)

    async def list(
        self, *, below: int | None = None, limit: int = 50
    ) -> list[Backtest]:
        """Backtests with ids under `below`, newest first."""
        async with self._db.read() as connection:
            rows = await store.backtests(connection, below=below, limit=limit)
        return [to_backtest(row) for row in rows]

    async def flips(
        self,
        backtest_id: int,
        *,
        after: int = -1,
        limit: int = 100,
        examples: bool = True,
    ) -> FlipPage:
        """What single words changed, most frequent first, with examples if wanted.

        Examples out of the ring are shown as long as the ring may hold them.

        Raises:
            TrialNotFoundError: there is no such backtest.
        """
        await self.get(backtest_id)
        async with self._db.read() as connection:
            rows = await store.term_flips(
                connection, backtest_id, after=after, limit=limit
            )
        if not examples:
            rows = [row._replace(examples=None, samples=None) for row in rows]
        wanted = {sample for row in rows for sample in row.samples or ()}
        shown = await self._samples.by_id(wanted)
        flips = await asyncio.to_thread(read_flips, rows, self._cipher, shown)
        return FlipPage(flips, rows[-1].place if len(rows) == limit else None)

    async def cancel(self, backtest_id: int) -> None:
        """End one, in whichever process it runs; nothing when it is over.

        Raises:
            TrialNotFoundError: there is no such backtest.
        """
        await self.get(backtest_id)
        async with self._db.write() as connection:
            await store.ask_to_cancel(connection, backtest_id)
        self._cancel({backtest_id})

    async def tick(self) -> None:
        """Tell progress and hear of cancellations; now and then tidy up."""
        await self._tell()
        now = self._clock()
        if now - self._swept_at >= _SWEEP_SECONDS:
            self._swept_at = now
            await self._sweep(now)

    async def close(self) -> None:
        """End all of this process, before the database is closed."""
        self._closing = True
        tasks = [running.task for running in self._running.values()]
        self._cancel(list(self._running))
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _check(self, source: Source) -> None:
        """Refuse what cannot be read at all."""
        if isinstance(source, TextsSource):
            if not source.texts:
                raise TrialError("there are no texts to try it on")
        elif isinstance(source, SampleSource):
            await self._samples.refresh()
            if not self._samples.wants_all:
                raise TrialError("no app keeps samples; see its setting sample_share")

    async def _live(self) -> Candidate:
        number = await self._lexicon.live_version()
        if number == 0:
            raise TrialError("nothing is published yet that it could be compared with")
        return Candidate("version", number)

    async def _add(
        self, candidate: Candidate, base: Candidate, source: Source, who: str
    ) -> int:
        now = self._clock()
        async with self._db.write() as connection:
            if await store.count_open(connection) >= MAX_OPEN:
                message = (
                    f"{MAX_OPEN} backtests wait or run already; cancel one or wait"
                )
                raise TrialBusyError(message)
            return await store.add_backtest(
                connection,
                candidate=candidate.text(),
                base=base.text(),
                source=NAMES[type(source)],
                who=who[:100],
                state="waiting",
                created_at=now,
                beat_at=now,
                cancelled=False,
                texts=0,
            )

    async def _whole(
        self,
        backtest_id: int,
        candidate: Candidate,
        base: Candidate | None,
        source: Source,
    ) -> None:
        """One backtest from its turn to its end; never raises but when cancelled."""
        try:
            async with self._turn, asyncio.timeout(self._longest):
                report = await self._compare(backtest_id, candidate, base, source)
            await self._store(backtest_id, report)
            self.figures.done += 1
        except asyncio.CancelledError:
            await self._cancelled(backtest_id)
        except Exception as error:  # noqa: BLE001 - the row tells the operator
            self.figures.failed += 1
            await self._fail(backtest_id, _reason(error))

    def _over(self, backtest_id: int, source: Source) -> None:
        """Clean up, also after a task that was cancelled before it began."""
        discard(source)
        self._running.pop(backtest_id, None)

    async def _compare(
        self,
        backtest_id: int,
        candidate: Candidate,
        base: Candidate | None,
        source: Source,
    ) -> BacktestReport:
        # Asked again: a draft stands on the version that is live when it is built.
        base = base or await self._live()
        async with self._db.write() as connection:
            await store.update_open(
                connection, backtest_id, state="running", base=base.text()
            )
        sides = [str(await self._build(side)) for side in (base, candidate)]
        file = source if isinstance(source, FileSource) else None
        job = Job(
            base=sides[0],
            base_name=base.text(),
            candidate=sides[1],
            candidate_name=candidate.text(),
            file=None if file is None else file.file.fileno(),
            format="auto" if file is None else file.format,
            scene=Scene.COMMENT if file is None else file.scene,
        )
        running = self._running[backtest_id]

        def note(progress: Progress) -> None:
            running.progress = progress

        batches = self._batches(source)
        return await run_backtest(job, batches, note, self._command)

    def _batches(self, source: Source) -> Batches | None:
        """The texts that this process has to send."""
        if isinstance(source, FileSource):
            return None
        if isinstance(source, SampleSource):
            return self._samples.read(source.appids)
        return sliced(source.texts)

    async def _store(self, backtest_id: int, report: BacktestReport) -> None:
        """Write the result, all of it or nothing."""
        rows = await asyncio.to_thread(
            write_flips, backtest_id, report.by_term, self._cipher
        )
        async with self._db.write() as connection:
            mine = await store.update_open(
                connection,
                backtest_id,
                state="done",
                ended_at=self._clock(),
                progress=1.0,
                texts=report.summary.texts,
                summary=report.summary.dump(),
            )
            if mine:
                await store.add_term_flips(connection, rows)

    async def _cancelled(self, backtest_id: int) -> None:
        self.figures.cancelled += 1
        state, error = ("failed", _STOPPED) if self._closing else ("cancelled", None)
        await self._end(backtest_id, state=state, error=error)

    async def _fail(self, backtest_id: int, reason: str) -> None:
        _log.warning("backtest %d failed: %s", backtest_id, reason)
        await self._end(backtest_id, state="failed", error=reason)

    async def _end(self, backtest_id: int, **values: Any) -> None:
        """Close the row; what cannot be written now is swept up later."""
        with suppress(Exception):
            async with self._db.write() as connection:
                await store.update_open(
                    connection, backtest_id, ended_at=self._clock(), **values
                )

    async def _tell(self) -> None:
        """Write how far those of this process are."""
        if not self._running:
            return
        async with self._db.read() as connection:
            self._cancel(await store.cancelled(connection, list(self._running)))
        async with self._db.write() as connection:
            await store.beat(connection, list(self._running), self._clock())
            for backtest_id, running in list(self._running.items()):
                told = running.progress
                if told is not None and told != running.told:
                    running.told = told
                    values = {"texts": told.texts, "progress": told.share}
                    await store.update_open(connection, backtest_id, **values)

    def _cancel(self, ids: Collection[int]) -> None:
        for backtest_id in ids:
            running = self._running.get(backtest_id)
            if running is not None and not running.cancelled:
                running.cancelled = True
                running.task.cancel()

    async def _sweep(self, now: float) -> None:
        """Close what was abandoned and forget what is old."""
        async with self._db.write() as connection:
            await store.end_abandoned(
                connection,
                before=now - ABANDONED_SECONDS,
                now=now,
                error=_ABANDONED,
            )
            await store.forget_ended(connection, now - KEEP_DAYS * 86_400)


def _reason(error: Exception) -> str:
    """What the operator is told; only our own messages are shown."""
    if isinstance(error, TrialError | LexiconError):
        return str(error)
    if isinstance(error, TimeoutError):
        return "it took too long"
    return f"an unexpected {type(error).__name__}"
