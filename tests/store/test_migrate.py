import asyncio
import subprocess
import sys
from pathlib import Path

import alembic.op
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from app.store import Database, metadata, migrate
from app.store import tables as _access_tables  # noqa: F401 - registers them


def _ours(name: str | None, kind: str, _parent: object) -> bool:
    # Another room may have migrations whose tables are not imported here.
    return kind != "table" or name in metadata.tables


def _differences(connection: Connection) -> list[object]:
    options = {"compare_type": True, "include_name": _ours}
    context = MigrationContext.configure(connection, opts=options)
    return list(compare_metadata(context, metadata))


def _names(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


async def names(url: str) -> set[str]:
    database = Database.open(url)
    async with database.read() as connection:
        found = await connection.run_sync(_names)
    await database.close()
    return found


async def test_migrations_make_what_the_code_expects(database: Database) -> None:
    async with database.read() as connection:
        assert await connection.run_sync(_differences) == []


async def test_migrating_again_changes_nothing(empty_database_url: str) -> None:
    migrate(empty_database_url)
    first = await names(empty_database_url)
    migrate(empty_database_url)
    assert await names(empty_database_url) == first
    assert {"app", "access_token", "rid", "alembic_version"} <= first


async def test_callable_beside_a_running_loop(empty_database_url: str) -> None:
    await asyncio.to_thread(migrate, empty_database_url)
    assert "app" in await names(empty_database_url)


async def test_a_failed_migration_changes_nothing(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = alembic.op.create_table

    def fail_late(name: str, *rest: object, **options: object) -> object:
        if name == "rid":
            raise RuntimeError(name)
        return real(name, *rest, **options)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(alembic.op, "create_table", fail_late)
    with pytest.raises(RuntimeError):
        migrate(empty_database_url)
    assert await names(empty_database_url) == set()
    monkeypatch.undo()
    migrate(empty_database_url)
    assert "rid" in await names(empty_database_url)


def test_processes_that_start_at_once_take_turns(empty_database_url: str) -> None:
    program = "import sys; from app.store import migrate; migrate(sys.argv[1])"
    command = [sys.executable, "-W", "error", "-c", program, empty_database_url]
    started = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(4)
    ]
    ended = [(one.communicate(timeout=120)[0], one.returncode) for one in started]
    assert ended == [(b"", 0)] * 4


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_data_folder_is_made_for_its_owner_only(empty_database_url: str) -> None:
    migrate(empty_database_url)
    folder = Path(empty_database_url.removeprefix("sqlite:///")).parent
    assert folder.stat().st_mode & 0o777 == 0o700
