"""What has to be done from time to time: switch off, tell, forget."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.access.ticker import every
from app.jobs.store import SqlJobStore
from app.store import jobs_delivery as deliveries
from app.store import jobs_retention as retention

_log = logging.getLogger(__name__)
_DAY = 86_400.0
_CHUNK = 500
"""Rows of one transaction, so that others get their turn."""
_MOST_CHUNKS = 200
"""Of one round; the next one goes on."""


@dataclass(frozen=True, slots=True)
class UpkeepRules:
    """Times in seconds.

    A receiver is switched off after failing for `failing`, at least `failures` times.
    Content (verdicts in detail, URLs of callbacks) is forgotten `content` after the
    last callback, the rest after `rows`. What is set aside for a receiver that is
    off is given up after `held`.
    """

    pause: float = 30.0
    failing: float = 5 * _DAY
    failures: int = 10
    content: float = 3 * _DAY
    rows: float = 30 * _DAY
    held: float = 30 * _DAY


@dataclass(frozen=True, slots=True)
class Switched:
    """A receiver was switched off; `since` is when it began to fail."""

    appid: str
    endpoint: str
    since: float | None
    reason: str


Tell = Callable[[Switched], Awaitable[None]]
"""Tells somebody; called once for each receiver that is switched off."""


@dataclass(slots=True)
class UpkeepFigures:
    """What this process has forgotten, and how late it is with it in seconds.

    `content_late` and `rows_late` should stay near zero: how long what should be
    gone has been there for too long.
    """

    wiped: int = 0
    dropped: int = 0
    buried: int = 0
    content_late: float = 0.0
    rows_late: float = 0.0


async def log_switched(switched: Switched) -> None:
    """The least that is said."""
    _log.error(
        "callbacks of %s to %r are switched off: %s",
        switched.appid,
        switched.endpoint,
        switched.reason,
    )


class Upkeep:
    """May run in any number of processes; each round is safe to repeat."""

    def __init__(
        self,
        store: SqlJobStore,
        rules: UpkeepRules | None = None,
        *,
        tell: Tell = log_switched,
    ) -> None:
        self._store = store
        self._db = store.db
        self._rules = rules or UpkeepRules()
        self._tell = tell
        self.figures = UpkeepFigures()

    async def run(self) -> None:
        """Do it every `pause` seconds until cancelled."""
        await every(self._rules.pause, self.tidy, what="the upkeep of jobs")

    async def tidy(self) -> None:
        """One round."""
        await self._switch_off()
        await self._bury()
        await self._forget()
        await self._measure()

    async def _switch_off(self) -> None:
        rules = self._rules
        async with self._db.write() as connection:
            now = await self._store.clock(connection)
            await deliveries.disable_failing(
                connection, now - rules.failing, now, failures=rules.failures
            )
            rows = await deliveries.untold_endpoints(connection, now)
        for row in rows:
            said = Switched(row.appid, row.endpoint, row.failing_since, row.reason)
            await self._tell(said)
        await self._repeat(self._hold)

    async def _hold(self) -> int:
        async with self._db.write() as connection:
            return await deliveries.hold_disabled(connection, _CHUNK)

    async def _bury(self) -> None:
        """Give up what has been set aside for too long."""
        async with self._db.read() as connection:
            now = await self._store.clock(connection)
            before = now - self._rules.held
            old = await retention.old_held(connection, before, _CHUNK)
        for key, trace_id in old:
            async with self._db.write() as connection:
                await deliveries.lock_jobs(connection, [trace_id])
                await retention.bury_held(connection, key, now)
                await deliveries.roll_up(connection, [trace_id], now)
            self.figures.buried += 1

    async def _forget(self) -> None:
        self.figures.wiped += await self._repeat(self._wipe)
        self.figures.dropped += await self._repeat(self._drop)

    async def _wipe(self) -> int:
        async with self._db.write() as connection:
            before = await self._store.clock(connection) - self._rules.content
            return await retention.wipe_content(connection, before, _CHUNK)

    async def _drop(self) -> int:
        async with self._db.write() as connection:
            before = await self._store.clock(connection) - self._rules.rows
            return await retention.drop_jobs(connection, before, _CHUNK)

    async def _repeat(self, work: Callable[[], Awaitable[int]]) -> int:
        total = 0
        for _ in range(_MOST_CHUNKS):
            done = await work()
            total += done
            if done < _CHUNK:
                break
        return total

    async def _measure(self) -> None:
        async with self._db.read() as connection:
            now = await self._store.clock(connection)
            content = await retention.oldest_content(connection)
            rows = await retention.oldest_settled(connection)
        self.figures.content_late = _late(now, content, self._rules.content)
        self.figures.rows_late = _late(now, rows, self._rules.rows)


def _late(now: float, oldest: float | None, keep: float) -> float:
    return 0.0 if oldest is None else max(0.0, now - oldest - keep)
