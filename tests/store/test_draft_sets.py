"""Sets of changes: one is the draft's, the others are worked on or given up."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.lexicon.rows import to_row
from app.store import Database, draft_sets
from app.store.draft import DraftRow, Stamp, add_draft, add_term_changes
from app.store.draft_tables import draft_change, draft_set
from tests.lexicon.house import word

STAMP = Stamp(0, "me", 1.0, "")


async def new_draft(connection: AsyncConnection) -> int:
    row = DraftRow(0, "t", "operator", "open", 1, 0, 0.0, "me", 0, None)
    return await add_draft(connection, row)


async def add_rows(
    connection: AsyncConnection, draft_id: int, start: str, count: int
) -> None:
    rows = [to_row("own", word(f"{start}词{n}").entry) for n in range(count)]
    await add_term_changes(connection, draft_id, "add", rows, STAMP)


async def test_a_draft_has_one_set(database: Database) -> None:
    async with database.write() as connection:
        one, two = await new_draft(connection), await new_draft(connection)
        sets = [await draft_sets.current_set(connection, n) for n in (one, two)]
        assert len(set(sets)) == 2
        assert await draft_sets.other_sets(connection, one) == []
    with pytest.raises(IntegrityError):
        async with database.write() as connection:
            await draft_sets.add_set(connection, one)


async def test_a_set_takes_the_place_of_another(database: Database) -> None:
    async with database.write() as connection:
        draft = await new_draft(connection)
        old = await draft_sets.current_set(connection, draft)
        new = await draft_sets.add_set(connection, draft, 5.0)
        assert await draft_sets.other_sets(connection, draft) == [new]
        await draft_sets.switch(connection, draft, new)
        assert await draft_sets.current_set(connection, draft) == new
        assert await draft_sets.other_sets(connection, draft) == [old]
        assert not await draft_sets.touch(connection, old, 6.0), "it is given up"
        assert not await draft_sets.touch(connection, new, 6.0), "it is the draft's"
        assert not await draft_sets.give_up(connection, new)
        assert await draft_sets.dead_sets(connection, 0.0) == [old]


async def test_sets_that_nobody_works_on(database: Database) -> None:
    async with database.write() as connection:
        draft = await new_draft(connection)
        early = await draft_sets.add_set(connection, draft, 5.0)
        late = await draft_sets.add_set(connection, draft, 9.0)
        assert await draft_sets.dead_sets(connection, 5.0) == []
        assert await draft_sets.dead_sets(connection, 7.0) == [early]
        assert await draft_sets.touch(connection, early, 8.0)
        assert await draft_sets.dead_sets(connection, 7.0) == []
        assert await draft_sets.give_up(connection, early)
        assert not await draft_sets.touch(connection, early, 8.0)
        assert await draft_sets.dead_sets(connection, 0.0) == [early]
        await draft_sets.forget(connection, early)
        assert await draft_sets.other_sets(connection, draft) == [late]


@pytest.mark.parametrize("width", [1, 2, 3, 100])
async def test_stretches_cover_each_row_once(
    database: Database, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setattr(draft_sets, "WINDOW", width)
    async with database.write() as connection:
        one, two = await new_draft(connection), await new_draft(connection)
        for count in (1, 2):  # rows of both lie among each other
            await add_rows(connection, one, f"前{count}", count)
            await add_rows(connection, two, f"后{count}", count)
        number = await draft_sets.current_set(connection, one)
        found: list[int] = []
        for stretch in await draft_sets.set_windows(connection, number):
            own = draft_sets.in_set(draft_change, number) & stretch
            query = select(draft_change.c.id).where(own)
            found += (await connection.scalars(query)).all()
        mine = draft_sets.in_draft(draft_change, one)
        every = await connection.scalars(select(draft_change.c.id).where(mine))
        assert sorted(found) == sorted(every.all())
        assert len(found) == 3


async def test_a_set_without_rows_has_no_stretch(database: Database) -> None:
    async with database.write() as connection:
        draft = await new_draft(connection)
        number = await draft_sets.current_set(connection, draft)
        assert await draft_sets.set_windows(connection, number) == []
        assert await draft_sets.set_windows(connection, 999) == []


async def test_numbers_of_sets_are_never_given_again(database: Database) -> None:
    async with database.write() as connection:
        draft = await new_draft(connection)
        first = await draft_sets.add_set(connection, draft, 1.0)
        await draft_sets.forget(connection, first)
        assert await draft_sets.add_set(connection, draft, 1.0) > first
        ids = await connection.scalars(select(draft_set.c.id))
        assert first not in ids.all()
