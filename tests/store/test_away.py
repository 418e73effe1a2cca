"""Which failures mean: the database cannot be used now."""

import asyncio
import errno
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # ships no types
import pytest
from sqlalchemy import text
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.store import Database, database_is_away, disk_is_full


def sqlite_full() -> sqlite3.OperationalError:
    """What SQLite says when a page cannot be had."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("PRAGMA max_page_count = 2")
        with pytest.raises(sqlite3.OperationalError) as caught:
            connection.execute("CREATE TABLE t AS SELECT zeroblob(100000)")
    return caught.value


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (OSError(errno.ENOSPC, "no"), True),
        (OSError(errno.EDQUOT, "no"), True),
        (OperationalError("", {}, sqlite_full()), True),
        (DBAPIError("", {}, asyncpg.DiskFullError("no")), True),
        (OSError(errno.EACCES, "no"), False),
        (OperationalError("", {}, sqlite3.OperationalError("locked")), False),
        (DBAPIError("", {}, asyncpg.OutOfMemoryError("no")), False),
        (ValueError(), False),
    ],
)
def test_a_full_disk_is_told_apart(error: BaseException, *, full: bool) -> None:
    assert disk_is_full(error) is full


async def failure(url: str, statement: str = "SELECT 1") -> BaseException:
    database = Database.open(url)
    try:
        with pytest.raises(Exception) as caught:  # noqa: PT011 - any is judged
            async with database.read() as connection:
                await connection.execute(text(statement))
    finally:
        await database.close()
        # The thread of a connection that failed still has something to tell the loop.
        await asyncio.to_thread(_join_drivers)
    return caught.value


def _join_drivers() -> None:
    for thread in threading.enumerate():
        if "_connection_worker_thread" in thread.name:
            thread.join(5)


async def test_no_server_at_the_address() -> None:
    assert database_is_away(await failure("postgresql://nobody@127.0.0.1:1/none"))


async def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    folder = tmp_path / "seccheck.db"
    folder.mkdir()
    assert database_is_away(await failure(f"sqlite:///{folder}"))


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        PoolTimeoutError(),
        asyncpg.CannotConnectNowError("the database system is starting up"),
        asyncpg.TooManyConnectionsError("sorry, too many clients already"),
        asyncpg.InvalidPasswordError("no"),
        DBAPIError("", {}, asyncpg.AdminShutdownError("terminating connection")),
        DBAPIError("", {}, Exception(), connection_invalidated=True),
    ],
)
def test_away(error: BaseException) -> None:
    assert database_is_away(error)


@pytest.mark.parametrize(
    "error",
    [
        ValueError(),
        KeyError("x"),
        ProgrammingError("", {}, Exception()),
        IntegrityError("", {}, asyncpg.UniqueViolationError("twice")),
        asyncpg.UndefinedColumnError("no such column"),
    ],
)
def test_mistakes_of_ours(error: BaseException) -> None:
    assert not database_is_away(error)
