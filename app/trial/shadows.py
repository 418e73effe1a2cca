"""Starting, watching and ending shadows, from wherever an operator sits."""

import math
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from app.domain.scenes import Scene
from app.lexicon.candidate import Candidate, parse_candidate
from app.lexicon.cells import write_scenes
from app.lexicon.errors import StaleError
from app.store import Database
from app.store import trial_shadows as store
from app.store.lexicon import VersionRow
from app.store.trial_shadows import TermCount
from app.trial.backtest_work import Build
from app.trial.errors import TrialBusyError, TrialError, TrialNotFoundError
from app.trial.shadow_drafts import Drafts
from app.trial.shadow_records import Shadow, read_shadow
from app.trial.shadow_watch import BY_ITSELF, Lexicon

KEEP_DAYS = 90
"""Days after which a shadow that ended is forgotten, with its counts."""

_NONE_RUNS = "no shadow is running"


class Publisher(Protocol):
    """How a candidate goes live."""

    async def publish(
        self,
        draft_id: int,
        *,
        revision: int,
        who: str,
        why: str = "",
        force: bool = False,
    ) -> VersionRow:
        """Make a draft the live version."""
        ...

    async def rollback(self, number: int, *, who: str, why: str = "") -> VersionRow:
        """Make the content of a version the live version."""
        ...


class Shadows:
    """At most one shadow runs at a time; every process notices within 2 s."""

    def __init__(
        self,
        db: Database,
        lexicon: Lexicon,
        drafts: Drafts,
        publisher: Publisher,
        build: Build,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`build` compiles a candidate, or raises LexiconError; `clock` is Unix."""
        self._db = db
        self._lexicon = lexicon
        self._drafts = drafts
        self._publisher = publisher
        self._build = build
        self._clock = clock

    async def start(
        self,
        candidate: Candidate,
        *,
        who: str,
        share: float = 1.0,
        scenes: frozenset[Scene] = frozenset(),
    ) -> Shadow:
        """Run `candidate` beside the live version on a share (0 to 1) of texts.

        Raises:
            TrialError: the share is none, or nothing is live to compare with.
            TrialBusyError: a shadow is running.
            LexiconError: there is no such candidate, it was changed meanwhile,
                or it does not compile.
        """
        if not (math.isfinite(share) and 0 < share <= 1):
            raise TrialError("the share of texts must be above 0 and at most 1")
        base = await self._lexicon.live_version()
        if base == 0:
            raise TrialError("nothing is published yet that it could be compared with")
        await self._check(candidate)
        await self._build(candidate)
        async with self._db.write() as connection:
            added = await store.add_shadow(
                connection,
                candidate=candidate.text(),
                base=base,
                share=share,
                scenes=write_scenes(scenes),
                state="running",
                started_at=self._clock(),
                started_by=who[:100],
                dropped=0,
            )
            if added is None:
                raise TrialBusyError("a shadow is running; stop or promote it first")
        return await self._there(added)

    async def stop(self, *, who: str, reason: str = "") -> Shadow:
        """End the shadow that runs.

        Raises:
            TrialNotFoundError: none does.
        """
        async with self._db.write() as connection:
            row = await store.running_shadow(connection)
            if row is None:
                raise TrialNotFoundError(_NONE_RUNS)
            await store.end_shadow(
                connection,
                row.id,
                state="stopped",
                ended_at=self._clock(),
                ended_by=who[:100],
                reason=reason,
            )
        return await self._there(row.id)

    async def promote(
        self, *, who: str, why: str = "", force: bool = False
    ) -> VersionRow:
        """Serve the candidate of the shadow that runs, and end the shadow.

        Raises:
            TrialNotFoundError: none runs.
            LexiconError: publishing was refused; the shadow goes on.
        """
        async with self._db.read() as connection:
            row = await store.running_shadow(connection)
        if row is None:
            raise TrialNotFoundError(_NONE_RUNS)
        version = await self._publish(parse_candidate(row.candidate), who, why, force)
        async with self._db.write() as connection:
            # A process that saw the draft published may have ended it already.
            await store.promote_shadow(
                connection,
                row.id,
                by_itself=BY_ITSELF,
                ended_at=self._clock(),
                ended_by=who[:100],
                reason=f"promoted as version {version.number}",
            )
        return version

    async def status(self) -> Shadow | None:
        """The shadow that runs, or else the last one; None when there was none."""
        async with self._db.read() as connection:
            row = await store.newest_shadow(connection)
            return None if row is None else await read_shadow(connection, row)

    async def terms(
        self, shadow_id: int, *, offset: int = 0, limit: int = 100
    ) -> Sequence[TermCount]:
        """The words behind the differences, most frequent first.

        Raises:
            TrialNotFoundError: there is no such shadow.
        """
        await self._there(shadow_id)
        async with self._db.read() as connection:
            return await store.top_terms(
                connection, shadow_id, offset=offset, limit=limit
            )

    async def purge(self) -> int:
        """Forget shadows that ended long ago; how many that were."""
        before = self._clock() - KEEP_DAYS * 86_400
        async with self._db.write() as connection:
            return await store.forget_ended(connection, before)

    async def _check(self, candidate: Candidate) -> None:
        """Refuse a draft that is not the one the caller has seen."""
        if candidate.kind == "version":
            return
        draft = await self._drafts.get(candidate.number)
        if draft.state != "open":
            raise TrialError(f"draft {draft.id} is {draft.state}")
        if draft.revision != candidate.revision:
            raise StaleError(draft.id, draft.revision)

    async def _publish(
        self, candidate: Candidate, who: str, why: str, force: bool
    ) -> VersionRow:
        number = candidate.number
        if candidate.kind == "version":
            return await self._publisher.rollback(number, who=who, why=why)
        revision = candidate.revision or 0
        return await self._publisher.publish(
            number, revision=revision, who=who, why=why, force=force
        )

    async def _there(self, shadow_id: int) -> Shadow:
        async with self._db.read() as connection:
            row = await store.shadow(connection, shadow_id)
            if row is None:
                raise TrialNotFoundError(f"there is no shadow {shadow_id}")
            return await read_shadow(connection, row)
