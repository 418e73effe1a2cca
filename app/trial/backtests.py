"""Backtests: a candidate against what is live, on texts, without serving it."""

import asyncio
import time
from collections.abc import Callable, Sequence

from app.lexicon.candidate import Candidate
from app.store import Database
from app.store import trial_backtests as store
from app.trial.backtest_work import (
    LONGEST_SECONDS,
    BacktestWork,
    Build,
    Lexicon,
    Order,
)
from app.trial.cipher import Cipher
from app.trial.errors import TrialBusyError, TrialError, TrialNotFoundError
from app.trial.records import Backtest, FlipPage, read_flips, to_backtest
from app.trial.runner import COMMAND
from app.trial.samples import Samples
from app.trial.sources import NAMES, SampleSource, Source, TextsSource, discard
from app.trial.under_way import STOPPED, BacktestFigures, UnderWay

MAX_OPEN = 8
"""Backtests that wait or run, of all processes together."""

KEEP_DAYS = 7
"""Days after which a finished backtest is forgotten, with its examples."""

ABANDONED_SECONDS = 60.0
"""Silence after which the process behind a backtest counts as dead."""

SWEEP_SECONDS = 30.0
_ABANDONED = "the process that ran it ended"


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
        self._work = BacktestWork(
            db, lexicon, build, samples, cipher, clock, command, longest
        )
        self._db = db
        self._samples = samples
        self._cipher = cipher
        self._clock = clock
        self._under_way = UnderWay(db, self._work, clock)

    @property
    def open(self) -> int:
        """How many wait or run in this process."""
        return len(self._under_way)

    @property
    def figures(self) -> BacktestFigures:
        """What became of those of this process."""
        return self._under_way.figures

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
            shown = base or await self._work.live()
            backtest_id = await self._add(candidate, shown, source, who)
        except BaseException:
            discard(source)
            raise
        self._under_way.begin(Order(backtest_id, candidate, base, source))
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
        return self._under_way.fresh(to_backtest(row))

    async def list(
        self, *, below: int | None = None, limit: int = 50
    ) -> list[Backtest]:
        """Backtests with ids under `below`, newest first."""
        async with self._db.read() as connection:
            rows = await store.backtests(connection, below=below, limit=limit)
        return [self._under_way.fresh(to_backtest(row)) for row in rows]

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
                connection, backtest_id, after=after, limit=limit + 1
            )
        more, rows = len(rows) > limit, rows[:limit]
        if not examples:
            rows = [row._replace(examples=None, samples=None) for row in rows]
        wanted = {sample for row in rows for sample in row.samples or ()}
        shown = await self._samples.by_id(wanted)
        flips = await asyncio.to_thread(read_flips, rows, self._cipher, shown)
        return FlipPage(flips, rows[-1].place if more else None)

    async def cancel(self, backtest_id: int) -> None:
        """End one, in whichever process it runs; nothing when it is over.

        Raises:
            TrialNotFoundError: there is no such backtest.
        """
        await self.get(backtest_id)
        async with self._db.write() as connection:
            await store.ask_to_cancel(connection, backtest_id)
        await self._under_way.cancel(backtest_id)

    async def sweep(self) -> None:
        """Close what was abandoned and forget what is old."""
        now = self._clock()
        async with self._db.write() as connection:
            await store.end_abandoned(
                connection, before=now - ABANDONED_SECONDS, now=now, error=_ABANDONED
            )
            await store.forget_ended(connection, now - KEEP_DAYS * 86_400)

    async def tell(self) -> None:
        """Write how far those of this process are, and hear of cancellations."""
        await self._under_way.tell()

    async def close(self) -> None:
        """End all of this process, before the database is closed."""
        await self._under_way.close()

    async def _check(self, source: Source) -> None:
        """Refuse what cannot be tried at all."""
        if self._under_way.closing:
            raise TrialError(STOPPED)
        if isinstance(source, TextsSource) and not source.texts:
            raise TrialError("there are no texts to try it on")
        if isinstance(source, SampleSource):
            await self._samples.refresh()
            if not self._samples.wants_all:
                raise TrialError("no app keeps samples; see its setting sample_share")

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
