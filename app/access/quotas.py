"""How often an app may call."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.access.apps import App
from app.access.beijing import (
    day_left,
    day_number,
    minute_left,
    minute_number,
    month_left,
    month_number,
)
from app.access.errors import QuotaExceeded, Window
from app.access.ticker import every
from app.store import Database
from app.store import quotas as queries
from app.store.quotas import Bucket

CLEARS_PER_MONTH = 10
FLUSH_SECONDS = 1.0
_PURGE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Usage:
    """What an app has used of one API; a limit of None is no limit."""

    minute_used: int
    minute_limit: int | None
    day_used: int
    day_limit: int | None
    minute_resets_in: float
    day_resets_in: float


@dataclass(slots=True)
class _Counter:
    """Calls in one minute or day: of everyone, on their way there, and new."""

    period: Window
    number: int
    shared: int = 0
    sending: int = 0
    pending: int = 0

    @property
    def used(self) -> int:
        return self.shared + self.sending + self.pending

    def roll(self, number: int) -> None:
        """Start anew in another minute or day; what was before is history."""
        self.number = number
        self.reset()

    def reset(self) -> None:
        self.shared = self.sending = self.pending = 0


@dataclass(slots=True)
class _Meter:
    minute: _Counter
    day: _Counter
    touched: bool = False

    def roll(self, now: float) -> None:
        minute, day = minute_number(now), day_number(now)
        if self.minute.number != minute:
            self.minute.roll(minute)
        if self.day.number != day:
            self.day.roll(day)


class Quotas:
    """Counts calls in memory and agrees with other processes every second.

    `api` is a path such as `/wxa/msg_sec_check`. A limit can be passed by
    what all processes let in during about one second. While the database is
    away every process goes on counting by itself.
    """

    def __init__(self, db: Database, *, clock: Callable[[], float] = time.time) -> None:
        """Serve from `db`, which stays the caller's to close."""
        self._db = db
        self._clock = clock
        self._meters: dict[tuple[str, str], _Meter] = {}
        self._lock = asyncio.Lock()
        self._purged_at = clock()

    def take(self, app: App, api: str, n: int = 1) -> None:
        """Count `n` calls, or none of them when they do not fit.

        Raises:
            QuotaExceeded: for the window that is full.
        """
        now = self._clock()
        meter = self._meters.get((app.appid, api)) or self._start(app.appid, api, now)
        meter.roll(now)
        meter.touched = True
        limits = app.effective
        if _full(meter.minute, n, limits.minute_limit):
            raise QuotaExceeded(Window.MINUTE, minute_left(now))
        if _full(meter.day, n, limits.day_limit):
            raise QuotaExceeded(Window.DAY, day_left(now))
        meter.minute.pending += n
        meter.day.pending += n

    def _start(self, appid: str, api: str, now: float) -> _Meter:
        meter = _Meter(
            _Counter(Window.MINUTE, minute_number(now)),
            _Counter(Window.DAY, day_number(now)),
        )
        self._meters[appid, api] = meter
        return meter

    async def usage(self, app: App, api: str) -> Usage:
        """The counts of all processes."""
        async with self._lock:
            now = self._clock()
            key = (app.appid, api)
            meter = self._meters.get(key) or self._start(*key, now)
            meter.roll(now)
            await self._read({key: meter})
        limits = app.effective
        return Usage(
            minute_used=meter.minute.used,
            minute_limit=limits.minute_limit,
            day_used=meter.day.used,
            day_limit=limits.day_limit,
            minute_resets_in=minute_left(now),
            day_resets_in=day_left(now),
        )

    async def _read(self, meters: dict[tuple[str, str], _Meter]) -> None:
        counters = dict(_buckets(meters))
        async with self._db.read() as connection:
            found = await queries.read_uses(connection, counters)
        _settle(counters, found)

    async def clear(self, appid: str) -> None:
        """Start the app's counts anew; allowed 10 times a month.

        Raises:
            QuotaExceeded: MONTH, the app has cleared 10 times.
        """
        now = self._clock()
        async with self._lock:
            async with self._db.write() as connection:
                month = month_number(now)
                count = await queries.count_clear(connection, appid, month)
                if count > CLEARS_PER_MONTH:
                    raise QuotaExceeded(Window.MONTH, month_left(now))
                await queries.drop_uses(connection, appid)
            for (owner, _), meter in self._meters.items():
                if owner == appid:
                    meter.minute.reset()
                    meter.day.reset()

    async def flush(self) -> None:
        """Add the local counts to the database and read everyone's."""
        async with self._lock:
            now = self._clock()
            today = day_number(now)
            live = self._meters.items()
            self._meters = {k: m for k, m in live if m.day.number == today}
            touched = {k: m for k, m in self._meters.items() if m.touched}
            if touched:
                await self._exchange(touched, now)
            await self._purge(now)

    async def _exchange(
        self, meters: dict[tuple[str, str], _Meter], now: float
    ) -> None:
        for meter in meters.values():
            meter.touched = False
            meter.roll(now)
        counters = dict(_buckets(meters))
        sent = {bucket: _send(counter) for bucket, counter in counters.items()}
        added = {bucket: count for bucket, count in sent.items() if count}
        try:
            async with self._db.write() as connection:
                await queries.add_uses(
                    connection, {k: n for k, n in added.items() if n}
                )
                found = await queries.read_uses(connection, counters)
        except BaseException:
            for counter in counters.values():
                _take_back(counter)
            for meter in meters.values():
                meter.touched = True
            raise
        _settle(counters, found)

    async def _purge(self, now: float) -> None:
        if 0 <= now - self._purged_at < _PURGE_SECONDS:
            return
        async with self._db.write() as connection:
            minute, day = minute_number(now) - 2, day_number(now) - 1
            await queries.purge_uses(connection, Window.MINUTE, minute)
            await queries.purge_uses(connection, Window.DAY, day)
        self._purged_at = now

    async def run(self) -> None:
        """Flush every second until cancelled; afterwards call `flush` once."""
        await every(FLUSH_SECONDS, self.flush, what="sharing quotas")


def _full(counter: _Counter, n: int, limit: int | None) -> bool:
    return limit is not None and counter.used + n > limit


def _buckets(
    meters: dict[tuple[str, str], _Meter],
) -> Iterator[tuple[Bucket, _Counter]]:
    for (appid, api), meter in meters.items():
        for counter in (meter.minute, meter.day):
            bucket = Bucket(appid, api, counter.period.value, counter.number)
            yield bucket, counter


def _send(counter: _Counter) -> int:
    counter.sending, counter.pending = counter.pending, 0
    return counter.sending


def _take_back(counter: _Counter) -> None:
    counter.pending += counter.sending
    counter.sending = 0


def _settle(counters: dict[Bucket, _Counter], found: dict[Bucket, int]) -> None:
    for bucket, counter in counters.items():
        # It may have rolled on to the next minute while we were asking.
        if counter.number == bucket.number:
            counter.shared = found.get(bucket, 0)
            counter.sending = 0
