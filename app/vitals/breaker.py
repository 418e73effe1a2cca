"""Keeps runaway words at review, in every process, until an operator decides."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from app.access.ticker import every
from app.lexicon.errors import NotFoundError
from app.store import Database
from app.store import vitals_holds as store
from app.store.vitals_holds import HoldRow
from app.text.combine import NOTHING_HELD, Held
from app.vitals.evidence import Suspect, suspects
from app.vitals.holds import Hold, to_hold
from app.vitals.judge import Ruling, judge
from app.vitals.settings import BreakerSettings

__all__ = ["BreakerFigures", "BreakerRoom", "Hold"]

POLL_SECONDS = 1.0
JUDGE_SECONDS = 5.0
LONG_SECONDS = 60.0
_HOUR = 3600

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BreakerFigures:
    """Words held now, and how many this process made trip since its start.

    At `judged_at` (Unix seconds, None for never) it last looked at the counts.
    """

    held: int
    tripped: int
    judged_at: float | None


class BreakerRoom:
    """Follows the held words, and makes words trip that are runaways.

    All processes judge the same counts; the database lets one of them hold a word.
    """

    def __init__(
        self,
        db: Database,
        settings: BreakerSettings,
        install: Callable[[Held], None],
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Hand the held words to `install` whenever they change, on the event loop.

        `clock` gives Unix seconds.
        """
        self._db = db
        self._settings = settings
        self._install = install
        self._clock = clock
        self._held: Held = NOTHING_HELD
        self._tripped = 0
        self._judged_at: float | None = None

    def figures(self) -> BreakerFigures:
        """How it stands in this process."""
        return BreakerFigures(len(self._held), self._tripped, self._judged_at)

    async def run(self) -> None:
        """Follow and judge until cancelled."""
        with contextlib.suppress(Exception):  # it is tried again, and reported then
            await self.poll()
        async with asyncio.TaskGroup() as group:
            follow = every(POLL_SECONDS, self.poll, what="following held words")
            group.create_task(follow)
            if self._settings.new_terms or self._settings.jumps:
                look = every(JUDGE_SECONDS, self.judge, what="judging words")
                group.create_task(look)
                longer = every(LONG_SECONDS, self.judge_longer, what="judging words")
                group.create_task(longer)

    async def poll(self) -> None:
        """Notice words that were held or let go, by whomever."""
        async with self._db.read() as connection:
            held = frozenset(await store.held_words(connection))
        if held != self._held:
            self._install(held)
            self._held = held

    async def judge(self) -> None:
        """Look at the counts of the last minutes, and hold what runs away."""
        await self._judge(self._settings.minutes)

    async def judge_longer(self) -> None:
        """The same, but further back: quiet services need the time."""
        await self._judge(self._settings.long_minutes)

    async def _judge(self, minutes: int) -> None:
        now, settings = self._clock(), self._settings
        rested = now - settings.rest_hours * _HOUR
        async with self._db.read() as connection:
            settled = await store.settled_words(connection, released_before=rested)
            found = await suspects(
                connection, settings, minutes=minutes, now=now, again=settled
            )
        self._judged_at = now
        for suspect in found:
            known = settled.get(suspect.key, 0)
            if known is None or known >= suspect.word.version:
                continue
            ruling = judge(suspect.case, settings)
            if ruling is not None:
                await self._hold(suspect, ruling, now, rested)

    async def _hold(
        self, suspect: Suspect, ruling: Ruling, now: float, rested: float
    ) -> None:
        row = _row(suspect, ruling, now)
        async with self._db.write() as connection:
            if not await store.add_hold(connection, row, released_before=rested):
                return  # another process was quicker
        self._tripped += 1
        _report(row)
        await self.poll()

    async def holds(self) -> list[Hold]:
        """The words that are held, newest first."""
        async with self._db.read() as connection:
            return [to_hold(row) for row in await store.read_holds(connection)]

    async def confirm(self, key: bytes, who: str) -> Hold:
        """Keep a word at review until a version changes it: the breaker was right.

        Raises:
            NotFoundError: no word with this term key is held.
        """
        return await self._decide(key, store.CONFIRMED, who)

    async def release(self, key: bytes, who: str) -> Hold:
        """Let a word count in full again; for a week it does not trip again.

        Raises:
            NotFoundError: no word with this term key is held.
        """
        return await self._decide(key, store.RELEASED, who)

    async def _decide(self, key: bytes, state: str, who: str) -> Hold:
        now = self._clock()
        async with self._db.write() as connection:
            row = await store.decide_hold(connection, key, state=state, who=who, at=now)
        if row is None:
            message = "no word with this key is held"
            raise NotFoundError(message)
        _log.info("%s %s the word %r of %s", who, state, row.term, row.list_name)
        await self.poll()
        return to_hold(row)


def _row(suspect: Suspect, ruling: Ruling, now: float) -> HoldRow:
    return HoldRow(
        term_key=suspect.key,
        list_name=suspect.word.list_name,
        term=suspect.word.term,
        version=suspect.word.version,
        reason=ruling.reason,
        hits=suspect.case.hits,
        texts=suspect.case.texts,
        minutes=suspect.case.minutes,
        usual_share=ruling.usual_share,
        tripped_at=now,
        alert_due=now,
    )


def _report(row: HoldRow) -> None:
    """Tell the operator; the word is theirs, and no text of a user is shown."""
    _log.warning(
        "the breaker holds %r of the list %s at review (%s): %d of %d texts in %d min;"
        " key %s",
        row.term,
        row.list_name,
        row.reason,
        row.hits,
        row.texts,
        row.minutes,
        row.term_key.hex(),
    )
