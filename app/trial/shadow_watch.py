"""Every process follows the shadow that runs, and shares what it counted."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from app.domain.observation import Observation
from app.domain.scenes import Scene
from app.lexicon.candidate import Candidate, parse_candidate
from app.lexicon.cells import read_scenes
from app.lexicon.errors import LexiconError
from app.store import Database
from app.store import trial_shadows as store
from app.store.trial_shadows import ShadowRow
from app.text.checker import Checker
from app.text.combine import NOTHING_HELD, Held
from app.text.snapshot import Snapshot
from app.trial.shadow_counts import Owed
from app.trial.shadow_drafts import Drafts, outdated
from app.trial.shadow_run import ShadowRun

POLL_SECONDS = 1.0
FLUSH_SECONDS = 2.0
RETRY_SECONDS = 10.0
"""Pause before a candidate that could not be loaded is tried again."""

BY_ITSELF = "shadow"
"""Who ended a shadow that ended by itself."""

_log = logging.getLogger(__name__)

Loader = Callable[[Candidate], Awaitable[Snapshot]]
"""Gives the compiled candidate; compiling happens outside this process."""


class Lexicon(Protocol):
    """The part of the lexicon that a shadow needs."""

    async def live_version(self) -> int:
        """The number of the version in service, 0 for none."""
        ...


@dataclass(slots=True)
class ShadowFigures:
    """Counts since the start of this process, and how it stands now."""

    active: bool = False
    queued: int = 0
    compared: int = 0
    flipped: int = 0
    dropped: int = 0
    busy_seconds: float = 0.0
    error: str | None = None


class _Wanted(NamedTuple):
    """What should be loaded: a draft moves with the live version below it."""

    shadow: int
    live: int


class ShadowWatch:
    """An observer that shows a share of the traffic to the candidate, unserved.

    `saw` only puts the text into a bounded queue; see `ShadowRun`.
    """

    def __init__(
        self,
        db: Database,
        lexicon: Lexicon,
        drafts: Drafts,
        load: Loader,
        *,
        clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """`clock` gives Unix seconds, `chance` numbers from 0 to 1 (exclusive)."""
        self._db = db
        self._lexicon = lexicon
        self._drafts = drafts
        self._load = load
        self._clock = clock
        self._chance = chance
        self._held = NOTHING_HELD
        self._run: ShadowRun | None = None
        self._wanted: _Wanted | None = None
        self._loading: asyncio.Task[None] | None = None
        self._retry_at = float("-inf")
        self._owed = Owed()
        self._past = ShadowFigures()
        self._error: str | None = None

    @property
    def wants_all(self) -> bool:
        """Whether a shadow runs here: what passes is what it may hit."""
        return self._run is not None

    def saw(self, observation: Observation) -> None:
        """Offer this text to the shadow, if one runs."""
        if self._run is not None:
            self._run.offer(observation)

    def passed(self, appid: str, scene: Scene, count: int) -> None:
        """Texts that were not shown cannot be compared."""

    def hold(self, held: Held) -> None:
        """Treat these words as the live checker does, or they would differ."""
        self._held = held
        if self._run is not None:
            self._run.hold(held)

    def figures(self) -> ShadowFigures:
        """How it stands."""
        run, past = self._run, self._past
        return ShadowFigures(
            active=run is not None,
            queued=0 if run is None else len(run),
            compared=past.compared + (0 if run is None else run.compared),
            flipped=past.flipped + (0 if run is None else run.flipped),
            dropped=past.dropped,
            busy_seconds=past.busy_seconds + (0 if run is None else run.busy_seconds),
            error=self._error,
        )

    async def poll(self) -> None:
        """Notice a shadow that was started or stopped, by whomever."""
        async with self._db.read() as connection:
            row = await store.running_shadow(connection)
        if row is None:
            self._forget()
            return
        candidate = parse_candidate(row.candidate)
        reason = await outdated(self._drafts, candidate)
        if reason is not None:
            self._forget()
            await self._end(row, reason)
            return
        await self._want(row, candidate)

    async def flush(self) -> None:
        """Add what was counted here to what all processes counted."""
        self._collect()
        await self._owed.pay(self._db)

    async def loaded(self) -> None:
        """Wait until a candidate that is being loaded is there or has failed."""
        if self._loading is not None:
            await asyncio.gather(self._loading, return_exceptions=True)

    async def close(self) -> None:
        """End what runs here; afterwards call `flush` once."""
        run, loading = self._run, self._loading
        self._forget()
        if loading is not None:
            await asyncio.gather(loading, return_exceptions=True)
        if run is not None:
            await asyncio.to_thread(run.join)

    async def _end(self, row: ShadowRow, reason: str) -> None:
        async with self._db.write() as connection:
            ended = await store.end_shadow(
                connection,
                row.id,
                state="stopped",
                ended_at=self._clock(),
                ended_by=BY_ITSELF,
                reason=reason,
            )
        if ended:
            _log.info("shadow %d stopped: %s", row.id, reason)

    async def _want(self, row: ShadowRow, candidate: Candidate) -> None:
        """Begin to load the candidate unless it is here or on its way."""
        draft = candidate.kind == "draft"
        live = await self._lexicon.live_version() if draft else 0
        wanted = _Wanted(row.id, live)
        if wanted == self._wanted:
            failed = self._error is not None and self._clock() >= self._retry_at
            if not failed or self._loading is not None:
                return
        else:
            self._forget()
        self._wanted = wanted
        work = self._prepare(row, candidate)
        self._loading = asyncio.create_task(work, name=f"shadow-{row.id}-load")

    async def _prepare(self, row: ShadowRow, candidate: Candidate) -> None:
        """Load the candidate and set it running; failures are tried again."""
        try:
            run = ShadowRun(
                row.id,
                Checker(await self._load(candidate)),
                share=row.share,
                scenes=read_scenes(row.scenes),
                chance=self._chance,
            )
            run.hold(self._held)
            run.begin()
            self._run, self._error = run, None
            _log.info("shadow %d runs with %s", row.id, candidate.text())
        except Exception as failure:  # noqa: BLE001 - serving goes on, whatever it is
            self._report(row, failure)
        finally:
            if self._loading is asyncio.current_task():
                self._loading = None

    def _report(self, row: ShadowRow, failure: Exception) -> None:
        """Say once, not at every try, why this process takes no part."""
        self._retry_at = self._clock() + RETRY_SECONDS
        # Only our own messages are shown: a driver's may quote terms.
        own = isinstance(failure, LexiconError)
        reason = str(failure) if own else type(failure).__name__
        message = f"shadow {row.id} cannot be loaded: {reason}"
        if message != self._error:
            _log.warning("%s", message)
        self._error = message

    def _forget(self) -> None:
        """End what runs or is being loaded, keeping what was counted."""
        if self._loading is not None:
            self._loading.cancel()
            self._loading = None
        self._wanted, self._error = None, None
        run = self._run
        if run is not None:
            run.end()
            self._collect()
            self._run = None
            self._past.compared += run.compared
            self._past.flipped += run.flipped
            self._past.busy_seconds += run.busy_seconds

    def _collect(self) -> None:
        """Take over what the run has counted."""
        if self._run is not None:
            taken = self._run.take()
            self._owed.add(self._run.shadow_id, taken)
            self._past.dropped += taken.dropped
