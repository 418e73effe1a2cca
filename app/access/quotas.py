"""How often an app may call."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from app.access.apps import App
from app.store import Database


@dataclass(frozen=True, slots=True)
class Usage:
    """What an app has used of one API; a limit of None is no limit."""

    minute_used: int
    minute_limit: int | None
    day_used: int
    day_limit: int | None
    minute_resets_in: float
    day_resets_in: float


class Quotas:
    """Counts calls in memory and agrees with other processes every second.

    `api` is a path such as `/wxa/msg_sec_check`. A limit can be passed by
    what all processes let in during about one second.
    """

    def __init__(self, db: Database, *, clock: Callable[[], float] = time.time) -> None:
        """Serve from `db`, which stays the caller's to close."""

    def take(self, app: App, api: str, n: int = 1) -> None:
        """Count `n` calls, or none of them when they do not fit.

        Raises:
            QuotaExceeded: for the window that is full.
        """
        raise NotImplementedError

    async def usage(self, app: App, api: str) -> Usage:
        """The counts of all processes."""
        raise NotImplementedError

    async def clear(self, appid: str) -> None:
        """Start the app's counts anew; allowed 10 times a month.

        Raises:
            QuotaExceeded: MONTH, the app has cleared 10 times.
        """
        raise NotImplementedError

    async def flush(self) -> None:
        """Add the local counts to the database and read everyone's."""
        raise NotImplementedError

    async def run(self) -> None:
        """Flush every second until cancelled; afterwards call `flush` once."""
        raise NotImplementedError
