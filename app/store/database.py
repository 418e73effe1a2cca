"""One open database: connections, transactions, and a clean close."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any, Self

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from app.store.url import Address, parse_url

BUSY_TIMEOUT = 30_000
"""How long SQLite waits for another process's write, in milliseconds."""

_PRAGMAS = (
    # First: the following ones may already meet another process's lock.
    f"PRAGMA busy_timeout={BUSY_TIMEOUT}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
)
_READ_ONLY = "seccheck_read_only"


class Database:
    """The tables behind `access`, `lexicon` and later rooms.

    Belongs to the event loop that first uses it. Everything that writes goes
    through `write`, everything else through `read`.
    """

    def __init__(self, engine: AsyncEngine, *, sqlite: bool) -> None:
        """Wrap an engine; callers use `open`."""
        self.engine = engine
        self.sqlite = sqlite
        # A view of several statements: SQLite has it anyway, PostgreSQL when asked.
        view = {} if sqlite else {"isolation_level": "REPEATABLE READ"}
        self._reader = engine.execution_options(**{_READ_ONLY: True}, **view)
        # SQLite has one writer: queueing here is fair, its busy wait is not.
        self._turn: AbstractAsyncContextManager[Any] = (
            asyncio.Lock() if sqlite else nullcontext()
        )

    @classmethod
    def open(cls, url: str) -> Self:
        """Prepare an engine; connections are made when first needed.

        Raises:
            UrlError: the address is not usable.
        """
        address = parse_url(url)
        return cls(make_engine(address), sqlite=address.sqlite)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One write transaction: committed at the end, undone on any error.

        On SQLite it holds the only write lock from its start, so keep it short
        and never open a second one inside.
        """
        async with self._turn, self.engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One consistent view without a write lock; changes are discarded."""
        async with self._reader.connect() as connection:
            yield connection

    async def close(self) -> None:
        """Close every connection and its thread; safe to call twice."""
        await self.engine.dispose()


def make_engine(address: Address) -> AsyncEngine:
    """An engine whose transactions mean the same on both databases."""
    if not address.sqlite:
        return create_async_engine(
            address.url,
            connect_args=address.connect_args,
            pool_pre_ping=True,
        )
    engine = create_async_engine(address.url, connect_args=address.connect_args)
    event.listen(engine.sync_engine, "connect", _set_up_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # The driver must not open transactions behind our back; see _begin_sqlite.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A read that turns into a write fails at once with "database is locked",
    # whatever the timeout; taking the write lock first waits instead.
    reading = connection.get_execution_options().get(_READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
