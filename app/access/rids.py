"""Request ids, and what can be asked about a failed request."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from app.store import Database


@dataclass(frozen=True, slots=True)
class RidRecord:
    """What is kept of one request: no body, query, openid or address.

    `invoke_time` is Unix time in seconds, `cost_ms` milliseconds, `path` has
    no query. Of `response`, a JSON text, only errcode, errmsg and trace_id are kept.
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
        rid_days: int = 7,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Serve from `db`, which stays the caller's to close."""

    def new(self) -> str:
        """A fresh id: the Unix time and 64 random bits, `%08x-%08x-%08x`."""
        raise NotImplementedError

    def record(self, rid: str, record: RidRecord) -> None:
        """Keep a record from the next flush on.

        Meant for failures: nobody can ask for a rid that no answer carried.
        Under a flood the records that do not fit are dropped and counted.
        """
        raise NotImplementedError

    async def get(self, rid: str, appid: str) -> RidRecord:
        """What became of one of the app's own requests.

        Raises:
            RidError: UNKNOWN, MALFORMED, OTHER_APP or TOO_OLD.
        """
        raise NotImplementedError

    async def flush(self) -> None:
        """Write what was recorded and drop what is too old."""
        raise NotImplementedError

    async def run(self) -> None:
        """Flush every second until cancelled; afterwards call `flush` once."""
        raise NotImplementedError
