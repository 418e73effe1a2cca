"""Counts what words do, on the way of every check and past one process's life."""

import asyncio
import hmac
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from app.access.ticker import every
from app.domain.observation import Observation
from app.domain.scenes import Scene
from app.lexicon.errors import NotFoundError
from app.store import Database
from app.store import vitals as store
from app.store.vitals_stats import Order, live_rows_by_key
from app.vitals.sketch import Place, Sketch, place
from app.vitals.stats import TermStat, term_stats
from app.vitals.tally import KEPT_MINUTES, MINUTE, MINUTES_PER_DAY, Batch, Counter

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

FLUSH_SECONDS = 2.0
KEEP_DAYS = 400
"""Days of counts that are kept."""
_DAY = 86_400
_PURGE_SECONDS = 600.0
_TEXT_MINUTES = 2 * MINUTES_PER_DAY
"""Minutes of which the number of texts is kept: the breaker compares with them."""
_PIECE = 200
"""Words in one transaction: more at once would be felt by requests."""


def _merged(
    stored: Mapping[bytes, store.Users], fresh: Mapping[bytes, Mapping[int, int]]
) -> dict[bytes, store.Users]:
    """The users of those words that were hit by somebody new."""
    changed: dict[bytes, store.Users] = {}
    for key, places in fresh.items():
        sketch = Sketch.from_bytes(stored[key].sketch)
        if sketch.merge(places.items()):
            changed[key] = store.Users(sketch.to_bytes(), sketch.count())
    return changed


class Vitals:
    """An observer of checks that adds up hits, users and texts.

    A hit is a text that has a word, however often. Counts reach the database every
    two seconds; while it is away they wait in memory. What a killed process had not
    written is lost: two seconds at most.
    """

    wants_all = False
    """Texts without findings need only be counted."""

    def __init__(
        self,
        db: Database,
        secret: bytes,
        *,
        clock: Callable[[], float] = time.time,
        keep_days: int = KEEP_DAYS,
    ) -> None:
        """Count into `db`; `clock` gives Unix seconds.

        `secret` must be the same in all processes: users are told apart by an HMAC
        that is keyed with it, and even that is not stored.

        Raises:
            ValueError: the secret is shorter than 16 bytes.
        """
        if len(secret) < 16:
            message = "the secret that hides user ids needs 16 bytes or more"
            raise ValueError(message)
        self._db = db
        # Keyed once: a copy costs less than a new one for each text.
        self._hmac = hmac.new(secret, digestmod="sha256")
        self._clock = clock
        self._keep_days = keep_days
        self._counter = Counter()
        self._passed = 0
        self._lock = asyncio.Lock()
        self._purged_at = float("-inf")

    def saw(self, observation: Observation) -> None:
        """Count a text and its words."""
        now = self._clock()
        batch = self._counter.at(now)
        batch.texts += 1
        findings = observation.verdict.findings
        if not findings:
            return
        user: Place | None = None
        if observation.user_id:
            user = self._place(observation.appid, observation.user_id)
        pairs = [(f.list_name, f.term) for f in findings]
        for name, term in pairs if len(pairs) == 1 else set(pairs):
            if name is None or term is None:
                continue  # a model, a contact: no word of a list
            tally = batch.tallies.get((name, term))
            if tally is None:
                tally = self._counter.tally(batch, (name, term))
            tally.count(now, user)

    def passed(self, appid: str, scene: Scene, count: int) -> None:
        """Count texts that had no finding; nearly all are such."""
        self._passed += count

    def _place(self, appid: str, user_id: str) -> Place:
        # A user id means nothing outside its app.
        who = f"{appid}\0{user_id}".encode("utf-8", "surrogatepass")
        digest = self._hmac.copy()
        digest.update(who)
        return place(digest.digest())

    async def flush(self) -> None:
        """Write all counts; what cannot be written is kept for the next time."""
        async with self._lock:
            if self._passed:
                # They get their minute only here, two seconds late at most.
                self._counter.at(self._clock()).texts += self._passed
                self._passed = 0
            pieces = [
                piece
                for batch in self._counter.take()
                for piece in batch.pieces(_PIECE)
            ]
            try:
                while pieces:
                    await self._write(pieces[0])
                    del pieces[0]
            except BaseException:
                for piece in pieces:
                    self._counter.put_back(piece, self._clock())
                raise
            await self._purge()

    async def _write(self, batch: Batch) -> None:
        """One transaction: all of this batch or nothing."""
        tallies = batch.tallies.values()
        async with self._db.write() as connection:
            if batch.texts:
                await store.add_texts(connection, batch.minute, batch.texts)
            hits = [store.Hits(t.word.key, t.hits, t.last) for t in tallies]
            await store.add_hits(connection, batch.day, hits)
            new = await self._write_users(connection, batch)
            seen = [
                store.Seen(t.word.key, t.hits, t.named, new.get(t.word.key, 0))
                for t in tallies
            ]
            await store.add_minute(connection, batch.minute, seen)

    async def _write_users(
        self, connection: "AsyncConnection", batch: Batch
    ) -> dict[bytes, int]:
        """Add the users of a batch; how many each word had not seen on that day."""
        fresh = {t.word.key: t.fresh for t in batch.tallies.values() if t.fresh}
        stored = await store.read_users(connection, batch.day, fresh)
        # In a thread: what is done to full sketches takes its time.
        users = await asyncio.to_thread(_merged, stored, fresh)
        await store.save_users(connection, batch.day, users)
        return {key: one.size - stored[key].size for key, one in users.items()}

    async def _purge(self) -> None:
        now = self._clock()
        if 0 <= now - self._purged_at < _PURGE_SECONDS:
            return
        minute = int(now) // MINUTE
        async with self._db.write() as connection:
            await store.purge_counts(
                connection,
                window=minute - KEPT_MINUTES,
                minute=minute - _TEXT_MINUTES,
                day=int(now) // _DAY - self._keep_days,
            )
        self._purged_at = now

    async def run(self) -> None:
        """Flush every two seconds until cancelled; afterwards call `flush` once."""
        await every(FLUSH_SECONDS, self.flush, what="sharing term statistics")

    async def overturned(self, key: bytes) -> None:
        """A reviewer found a hit of this word (its term key) to be wrong.

        Raises:
            NotFoundError: no live word has this key.
        """
        await self._decided(key, overturned=True)

    async def upheld(self, key: bytes) -> None:
        """A reviewer found a hit of this word to be right.

        Raises:
            NotFoundError: no live word has this key.
        """
        await self._decided(key, overturned=False)

    async def _decided(self, key: bytes, *, overturned: bool) -> None:
        day = int(self._clock()) // _DAY
        async with self._db.write() as connection:
            if not await live_rows_by_key(connection, [key]):
                message = "no live word has this key"
                raise NotFoundError(message)
            await store.add_decision(connection, day, key, overturned=overturned)

    async def stats(
        self,
        list_name: str | None = None,
        order: Order = "hits",
        days: int = 30,
        *,
        after: int = 0,
        limit: int = 100,
    ) -> list[TermStat]:
        """How the live words did in the last `days`, today included.

        `after` is how many to skip. What this process has not flushed is missing.
        """
        today = int(self._clock()) // _DAY
        days = max(1, min(days, self._keep_days))
        return await term_stats(
            self._db,
            list_name,
            order,
            today=today,
            days=days,
            kept=self._keep_days,
            after=after,
            limit=limit,
        )
