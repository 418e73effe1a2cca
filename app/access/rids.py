"""Request ids, and what can be asked about a failed request."""

import asyncio
import os
import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from app.access.errors import RidError, RidReason
from app.access.ticker import every
from app.store import Database
from app.store import rids as queries

FLUSH_SECONDS = 1.0
MAX_WAITING = 10_000
"""Records kept in memory between two flushes."""
_PURGE_SECONDS = 600.0
_FORM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}")
_KEPT = ("errcode", "errmsg", "trace_id")
_MAX_VALUE = 500


@dataclass(frozen=True, slots=True)
class RidRecord:
    """What is kept of one request: no body, query, openid or address.

    `invoke_time` is Unix time in seconds, `cost_ms` milliseconds, `path` has
    no query. Of `response`, a JSON object as text, only errcode, errmsg and
    trace_id are kept.
    """

    appid: str
    invoke_time: float
    cost_ms: float
    path: str
    errcode: int
    response: str


class Rids:
    """Hands out request ids and remembers what came of them."""

    def __init__(
        self,
        db: Database,
        *,
        rid_days: float = 7,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Serve from `db`, which stays the caller's to close."""
        self._db = db
        self._keep = rid_days * 86_400
        self._clock = clock
        self._waiting: dict[str, RidRecord] = {}
        self._sending: dict[str, RidRecord] = {}
        self._lock = asyncio.Lock()
        self._purged_at = float("-inf")
        self._random = ""
        self.dropped = 0
        """Records lost because too many came between two flushes."""

    def new(self) -> str:
        """A fresh id: the Unix time and 64 random bits, `%08x-%08x-%08x`."""
        if not self._random:
            # The system call for eight bytes costs as much as for a thousand.
            self._random = os.urandom(1024).hex()
        random, self._random = self._random[:16], self._random[16:]
        return f"{int(self._clock()):08x}-{random[:8]}-{random[8:]}"

    def many(self, count: int) -> list[str]:
        """As many fresh ids, for less than one by one."""
        now = f"{int(self._clock()):08x}-"
        random = os.urandom(8 * count).hex("-", 4)
        return [now + random[at : at + 17] for at in range(0, 18 * count, 18)]

    def record(self, rid: str, record: RidRecord) -> None:
        """Keep a record from the next flush on.

        Meant for failures: nobody can ask for a rid that no answer carried.
        Under a flood the records that do not fit are dropped and counted.
        """
        if len(self._waiting) >= MAX_WAITING:
            self.dropped += 1
            return
        self._waiting[rid] = record

    async def get(self, rid: str, appid: str) -> RidRecord:
        """What became of one of the app's own requests.

        Raises:
            RidError: UNKNOWN, MALFORMED, OTHER_APP or TOO_OLD.
        """
        if not _FORM.fullmatch(rid):
            raise RidError(RidReason.MALFORMED)
        if int(rid[:8], 16) < int(self._clock() - self._keep):
            raise RidError(RidReason.TOO_OLD)
        found = await self._find(rid)
        if found is None:
            raise RidError(RidReason.UNKNOWN)
        if found.appid != appid:
            raise RidError(RidReason.OTHER_APP)
        return found

    async def _find(self, rid: str) -> RidRecord | None:
        local = self._waiting.get(rid) or self._sending.get(rid)
        if local is not None:
            return RidRecord(**_row(rid, local, with_rid=False))
        async with self._db.read() as connection:
            row = await queries.find_rid(connection, rid)
        if row is None:
            return None
        names = RidRecord.__slots__
        return RidRecord(**{name: getattr(row, name) for name in names})

    async def flush(self) -> None:
        """Write what was recorded and drop what is too old."""
        async with self._lock:
            await self._write()
            await self._purge()

    async def _write(self) -> None:
        if not self._waiting:
            return
        self._sending, self._waiting = self._waiting, {}
        rows = [_row(rid, record) for rid, record in self._sending.items()]
        try:
            async with self._db.write() as connection:
                await queries.add_rids(connection, rows)
        except BaseException:
            self._waiting = {**self._sending, **self._waiting}
            raise
        finally:
            self._sending = {}

    async def _purge(self) -> None:
        now = self._clock()
        if 0 <= now - self._purged_at < _PURGE_SECONDS:
            return
        async with self._db.write() as connection:
            await queries.purge_rids(connection, now - self._keep)
        self._purged_at = now

    async def run(self) -> None:
        """Flush every second until cancelled; afterwards call `flush` once."""
        await every(FLUSH_SECONDS, self.flush, what="keeping request ids")


def _row(rid: str, record: RidRecord, *, with_rid: bool = True) -> dict[str, Any]:
    row = asdict(record) | {
        "path": _clean(record.path.partition("?")[0])[:128],
        "response": _summary(record.response),
    }
    return row | {"rid": rid} if with_rid else row


def _summary(response: str) -> str:
    """The part of an answer that repeats nothing of the content checked."""
    try:
        body = orjson.loads(response)
    except orjson.JSONDecodeError:
        return ""
    if not isinstance(body, dict):
        return ""
    kept = {name: _cut(body[name]) for name in _KEPT if name in body}
    return orjson.dumps(kept).decode()


def _cut(value: object) -> object:
    if isinstance(value, int):
        return value
    return _clean(value)[:_MAX_VALUE] if isinstance(value, str) else None


def _clean(text: str) -> str:
    # PostgreSQL takes neither NULs nor lone surrogates.
    return text.replace("\0", "").encode(errors="replace").decode()
