import asyncio
import gc
import sqlite3
import subprocess
import sys

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app.store import Database
from app.store.tables import app, app_secret


def row(appid: str) -> dict[str, object]:
    return {"appid": appid, "enabled": True, "settings": {"a": 1}, "created_at": 1.5}


async def count(database: Database) -> int:
    async with database.read() as connection:
        return int(await connection.scalar(select(func.count()).select_from(app)) or 0)


async def test_a_write_is_kept_and_seen(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(app.insert(), row("a"))
    async with database.read() as connection:
        found = (await connection.execute(select(app))).one()
    assert (found.appid, found.enabled, found.settings) == ("a", True, {"a": 1})


async def test_an_error_undoes_the_whole_write(database: Database) -> None:
    with pytest.raises(IntegrityError):
        await _insert_twice(database)
    assert await count(database) == 0


async def _insert_twice(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(app.insert(), row("a"))
        await connection.execute(app.insert(), row("a"))


async def test_what_a_read_changes_is_discarded(database: Database) -> None:
    async with database.read() as connection:
        await connection.execute(app.insert(), row("a"))
    assert await count(database) == 0


async def test_foreign_keys_hold(database: Database) -> None:
    orphan = {"appid": "no", "salt": b"", "digest": b"", "created_at": 0.0}
    with pytest.raises(IntegrityError):
        async with database.write() as connection:
            await connection.execute(app_secret.insert(), orphan)


async def test_many_writers_from_two_engines_all_get_through(
    database_url: str, database: Database
) -> None:
    other = Database.open(database_url)

    async def write(which: Database, name: str) -> None:
        async with which.write() as connection:
            before = await connection.scalar(select(func.count()).select_from(app))
            await connection.execute(app.insert(), row(f"{name}-{before}-{id(name)}"))

    names = [f"n{number}" for number in range(40)]
    try:
        await asyncio.gather(
            *(write(other if i % 2 else database, n) for i, n in enumerate(names))
        )
    finally:
        await other.close()
    assert await count(database) == len(names)


async def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(app.insert(), row("a"))
        async with asyncio.timeout(5):
            assert await count(database) == 0


async def test_a_cancelled_write_leaves_no_lock(database: Database) -> None:
    started = asyncio.Event()

    async def hang() -> None:
        async with database.write() as connection:
            await connection.execute(app.insert(), row("a"))
            started.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(hang())
    async with asyncio.timeout(10):
        await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(10), database.write() as connection:
        await connection.execute(app.insert(), row("b"))
    assert await count(database) == 1


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_sqlite_survives_power_loss_and_waits_for_locks(
    database: Database,
) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
    }
    async with database.read() as connection:
        found = {
            name: await connection.scalar(text(f"PRAGMA {name}")) for name in wanted
        }
    assert found == wanted


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_sqlite_writers_of_another_process_are_waited_for(
    database_url: str, database: Database
) -> None:
    path = database_url.removeprefix("sqlite:///")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(_insert(database))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    other.execute("COMMIT")
    other.close()
    await asyncio.wait_for(waiting, 10)
    assert await count(database) == 1


async def _insert(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(app.insert(), row("a"))


async def test_closing_twice_is_fine_and_leaves_no_warning(database_url: str) -> None:
    opened = Database.open(database_url)
    assert await count(opened) == 0
    await opened.close()
    await opened.close()
    gc.collect()


def test_a_program_that_closes_ends_silently(database_url: str) -> None:
    program = (
        "import asyncio, sys\n"
        "from sqlalchemy import text\n"
        "from app.store import Database\n"
        "async def main():\n"
        "    db = Database.open(sys.argv[1])\n"
        "    async with db.write() as connection:\n"
        "        await connection.execute(text('SELECT 1'))\n"
        "    await db.close()\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, database_url],
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
