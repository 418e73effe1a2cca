"""The tables of known pictures, and what their migration does to keys."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import IntegrityError

from app.access import Scope
from app.store import Database, metadata, migrate, pictures_lives
from app.store import pictures as store
from app.store.pictures import PictureRow, VersionRow
from app.store.pictures_tables import picture_entry
from app.store.tables import admin_key

ROW = PictureRow("own", b"d" * 16, b"h" * 32, 80, None, 20002, "")
VERSION = VersionRow(1, 0.0, "alice", "", "add", 1, 1, 0, 0, "0" * 32)


def _differences(connection: Connection) -> list[object]:
    def ours(name: str | None, kind: str, _parent: object) -> bool:
        return kind != "table" or (name or "").startswith("picture_")

    options = {"compare_type": True, "include_name": ours}
    context = MigrationContext.configure(connection, opts=options)
    return [
        one
        for one in compare_metadata(context, metadata)
        if "picture_" in str(one)  # rooms that are not imported here have no tables
    ]


async def test_the_migration_makes_what_the_code_expects(database: Database) -> None:
    async with database.read() as connection:
        assert await connection.run_sync(_differences) == []
        assert await store.live_version(connection) is None


async def test_a_hash_is_live_once_in_a_list(database: Database) -> None:
    async with database.write() as connection:
        await store.add_version(connection, VERSION)
        await pictures_lives.begin_rows(connection, [ROW], 1)
        await pictures_lives.begin_rows(
            connection, [ROW._replace(list_name="others")], 1
        )
    async with database.write() as connection:
        again = [ROW._replace(quality=70, digest=b"e" * 16)]
        with pytest.raises(IntegrityError):
            await pictures_lives.begin_rows(connection, again, 1)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_a_list_is_paged_by_an_index(database: Database) -> None:
    query = select(picture_entry.c.id).where(
        picture_entry.c.list_name == "own", picture_entry.c.id > 7
    )
    written = str(
        query.order_by(picture_entry.c.id).compile(
            compile_kwargs={"literal_binds": True}
        )
    )
    async with database.read() as connection:
        plan = await connection.execute(text(f"EXPLAIN QUERY PLAN {written}"))
        said = " ".join(str(row[-1]) for row in plan)
    assert "ix_picture_entry_list" in said
    assert "TEMP B-TREE" not in said


async def test_keys_that_may_do_everything_may_do_this_too(
    empty_database_url: str,
) -> None:
    migrate(empty_database_url, revision="0006")
    database = Database.open(empty_database_url)
    former = sorted(set(Scope) - _NEW)
    async with database.write() as connection:
        for number, scopes in enumerate((former, former[:-1], ["words:read"])):
            statement = admin_key.insert().values(
                digest=bytes([number]) * 32,
                name=str(number),
                scopes=scopes,
                created_at=0.0,
            )
            await connection.execute(statement)
    migrate(empty_database_url)
    async with database.read() as connection:
        rows = await connection.execute(select(admin_key).order_by(admin_key.c.id))
        found = [row.scopes for row in rows]
    await database.close()
    assert found == [sorted(Scope), former[:-1], ["words:read"]]


_NEW = frozenset(
    {Scope.PICTURES_READ, Scope.PICTURES_WRITE, Scope.JOBS_READ, Scope.JOBS_WRITE}
)
"""What this migration and later ones added."""


def test_the_migration_names_every_scope_of_its_time() -> None:
    file = "app/store/migrations/versions/0010_job_scopes.py"
    source = (Path(__file__).parents[2] / file).read_text(encoding="utf-8")
    assert all(f'"{scope}"' in source for scope in Scope)
