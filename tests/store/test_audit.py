"""The audit log's table: what was written stays as it was, on both databases."""

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, delete, text, update
from sqlalchemy.exc import DBAPIError

from app.store import Database, metadata
from app.store.audit import AuditRow, add_entry, entries_before
from app.store.audit_tables import audit_entry

ROW = AuditRow(
    id=0,
    at=1_795_000_000.5,
    who="alice#1",
    key_id=1,
    action="draft.publish",
    target="draft:3",
    outcome="done",
    status=200,
    trace_id="60fa6713-49187ba1-7a8cf8a7",
    detail={"version": 5, "why": "新骗术"},
)


async def fill(database: Database, *rows: AuditRow) -> list[int]:
    async with database.write() as connection:
        return [await add_entry(connection, row) for row in rows]


async def read(
    database: Database, before: int | None = None, limit: int = 100, **wanted: str
) -> list[AuditRow]:
    async with database.read() as connection:
        return await entries_before(connection, before, limit, **wanted)


async def test_an_entry_comes_back_as_it_was(database: Database) -> None:
    [number] = await fill(database, ROW)
    assert await read(database) == [ROW._replace(id=number)]


async def test_entries_come_newest_first_and_in_pages(database: Database) -> None:
    numbers = await fill(database, *[ROW] * 5)
    first = await read(database, limit=2)
    assert [row.id for row in first] == [numbers[4], numbers[3]]
    rest = await read(database, before=first[-1].id)
    assert [row.id for row in rest] == numbers[2::-1]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"who": "alice"}, {"alice", "alice#1"}),
        ({"who": "alice#1"}, {"alice#1"}),
        ({"who": "al"}, set()),
        ({"who": "a%"}, {"a%#3"}),
        ({"who": "a_ice"}, set()),
        ({"action": "draft"}, {"alice", "alice#1", "alicea#2", "a%#3"}),
        ({"action": "draft.publish"}, {"alice", "alice#1", "alicea#2", "a%#3"}),
        ({"action": "draft.pub"}, set()),
        ({"who": "alice", "action": "app"}, set()),
    ],
)
async def test_entries_are_found_by_who_and_action(
    database: Database, wanted: dict[str, Any], found: set[str]
) -> None:
    people = ("alice", "alice#1", "alicea#2", "a%#3")
    await fill(database, *(ROW._replace(who=who) for who in people))
    assert {row.who for row in await read(database, **wanted)} == found


@pytest.mark.parametrize(
    "statement",
    [
        update(audit_entry).values(who="mallory"),
        update(audit_entry).where(audit_entry.c.id == 1).values(detail={}),
        delete(audit_entry),
        delete(audit_entry).where(audit_entry.c.id == 1),
    ],
    ids=["update all", "update one", "delete all", "delete one"],
)
async def test_the_database_refuses_changes(database: Database, statement: Any) -> None:
    await fill(database, ROW)
    before = await read(database)
    with pytest.raises(DBAPIError, match="only be added to"):
        async with database.write() as connection:
            await connection.execute(statement)
    assert await read(database) == before


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE"])
async def test_sqlite_refuses_to_replace(database: Database, verb: str) -> None:
    [number] = await fill(database, ROW)
    statement = text(
        f"{verb} INTO audit_entry (id, at, who, action, target, outcome, status,"
        " trace_id, detail) VALUES (:id, 0, 'mallory', 'a', '', 'done', 200, '', '{}')"
    )
    with pytest.raises(DBAPIError, match="only be added to"):
        async with database.write() as connection:
            await connection.execute(statement, {"id": number})
    assert await read(database) == [ROW._replace(id=number)]


@pytest.mark.parametrize(
    "backend", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
async def test_postgresql_refuses_to_truncate(database: Database) -> None:
    [number] = await fill(database, ROW)
    with pytest.raises(DBAPIError, match="only be added to"):
        async with database.write() as connection:
            await connection.execute(text("TRUNCATE audit_entry"))
    assert await read(database) == [ROW._replace(id=number)]


def _differences(connection: Connection) -> list[object]:
    def ours(name: str | None, kind: str, _parent: object) -> bool:
        return kind != "table" or name == audit_entry.name

    options = {"compare_type": True, "include_name": ours}
    context = MigrationContext.configure(connection, opts=options)
    return [
        found
        for found in compare_metadata(context, metadata)
        if audit_entry.name in repr(found)
    ]


async def test_the_migration_makes_what_the_code_expects(database: Database) -> None:
    async with database.read() as connection:
        assert await connection.run_sync(_differences) == []
