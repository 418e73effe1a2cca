"""Wakes whoever waits for work: within a process, and across PostgreSQL's.

Every message may be lost and costs nothing but the time until the next poll.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from app.store import Database
from app.store.jobs_clock import CHANNEL

_log = logging.getLogger(__name__)

RETRY_SECONDS = 5.0
"""How long to do without notifications before the next try to listen."""


class Wake:
    """A bell in one process; `Intake` and `Worker` share it."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Event, str] = {}

    def ring(self, kind: str = "") -> None:
        """There is new work of a kind, or perhaps of any."""
        for event, wanted in self._waiting.items():
            if not kind or not wanted or kind == wanted:
                event.set()

    @contextmanager
    def listening(self, event: asyncio.Event, kind: str = "") -> Iterator[None]:
        """Set this event whenever the bell rings for this kind, or for any."""
        self._waiting[event] = kind
        try:
            yield
        finally:
            self._waiting.pop(event, None)


async def listen(db: Database, wake: Wake) -> None:
    """Ring for what other processes accept, until cancelled; SQLite cannot tell."""
    while not db.sqlite:
        try:
            async with _listening(db, wake) as broken:
                wake.ring()  # something may have been missed
                await broken.wait()
        except Exception as error:  # noqa: BLE001 - polling goes on meanwhile
            _log.debug("not listening for jobs: %s", type(error).__name__)
        await asyncio.sleep(RETRY_SECONDS)


@asynccontextmanager
async def _listening(db: Database, wake: Wake) -> AsyncIterator[asyncio.Event]:
    """Hold a connection that listens; the event is set when it breaks."""
    broken = asyncio.Event()

    def heard(_connection: object, _pid: int, _channel: str, kind: str) -> None:
        wake.ring(kind)

    def ended(*_connection: object) -> None:
        broken.set()

    async with db.engine.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        driver.add_termination_listener(ended)
        await driver.add_listener(CHANNEL, heard)
        try:
            yield broken
        finally:
            driver.remove_termination_listener(ended)
            with contextlib.suppress(Exception):
                await driver.remove_listener(CHANNEL, heard)
