"""Bring a database to the newest schema, whoever starts first."""

import asyncio
import fcntl
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Connection, text

from app.store.database import make_engine
from app.store.url import Address, parse_url

_SCRIPTS = Path(__file__).parent / "migrations"
_LOCK_KEY = 0x5ECC_4EC4
"""Any number, as long as all releases agree on it."""


def migrate(url: str, *, revision: str = "head") -> None:
    """Create or upgrade all tables; returns when the schema is current.

    Several processes may call this at once: one works, the others wait. A
    failed migration changes nothing. Callable with or without a running event
    loop (it blocks; from a coroutine use `asyncio.to_thread`).

    Raises:
        UrlError: the address is not usable.
        OSError: the folder of the SQLite file cannot be made or written.
        sqlalchemy.exc.SQLAlchemyError: the database refuses.
    """
    address = parse_url(url)
    with _file_lock(address) if address.sqlite else nullcontext():
        _run(_migrate(address, revision))


async def _migrate(address: Address, revision: str) -> None:
    engine = make_engine(address)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade, revision)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, revision: str) -> None:
    # Only here: a process that compiles a wordlist starts a fifth of a second sooner.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    if connection.dialect.name == "postgresql":
        # Held until commit, and let go by the server should we die.
        lock = text("SELECT pg_advisory_xact_lock(:key)")
        connection.execute(lock, {"key": _LOCK_KEY})
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


@contextmanager
def _file_lock(address: Address) -> Iterator[None]:
    """Let one process at a time create or change the file.

    The write lock of SQLite itself does not cover the switch to WAL, which
    fails at once when two processes create the same database.
    """
    database = Path(address.url.database or "")
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with database.with_name(database.name + ".lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(work: Coroutine[None, None, None]) -> None:
    """Run to the end in a thread of its own, which has no event loop yet."""
    failed: list[BaseException] = []

    def target() -> None:
        try:
            asyncio.run(work)
        except BaseException as error:  # noqa: BLE001 - raised again by the caller
            failed.append(error)

    thread = threading.Thread(target=target, name="seccheck-migrate")
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
