"""Counts of words: added up by several writers, forgotten when old."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Table, insert, select

from app.store import Database
from app.store import vitals as store
from app.store.vitals import DAY, MINUTE, MINUTES_PER_DAY, Hits, Seen, Users
from app.store.vitals_breaker import DayCount, frequent, history, texts_since
from app.store.vitals_tables import vitals_day, vitals_texts, vitals_window

ONE, TWO, THREE = (bytes([number]) * 16 for number in (1, 2, 3))
TODAY = 20_000
NOON = TODAY * MINUTES_PER_DAY + 720


async def rows(database: Database, table: Table) -> list[tuple[Any, ...]]:
    async with database.read() as connection:
        query = select(table).order_by(*table.primary_key)
        return [tuple(row) for row in await connection.execute(query)]


async def test_texts_are_added_for_their_minute_and_day(database: Database) -> None:
    for minute, texts in ((NOON, 5), (NOON, 7), (NOON + 1, 1), (NOON + 720, 2)):
        async with database.write() as connection:
            await store.add_texts(connection, minute, texts)
    async with database.read() as connection:
        minutes = await texts_since(connection, MINUTE, NOON + 1)
        days = await texts_since(connection, DAY, TODAY)
        later = await texts_since(connection, DAY, TODAY + 1)
    assert minutes == {NOON + 1: 1, NOON + 720: 2}
    assert days == {TODAY: 13, TODAY + 1: 2}
    assert later == {TODAY + 1: 2}


async def test_the_last_hit_never_goes_back(database: Database) -> None:
    for hits, last in ((3, 200.0), (1, 100.0), (1, 300.0)):
        async with database.write() as connection:
            await store.add_hits(connection, TODAY, [Hits(ONE, hits, last)])
    ((day, key, hits, last, users, count, overturned, upheld),) = await rows(
        database, vitals_day
    )
    assert (day, key, hits, last) == (TODAY, ONE, 5, 300.0)
    assert (users, count, overturned, upheld) == (b"", 0, 0, 0)


async def test_a_decision_does_not_hide_a_later_hit(database: Database) -> None:
    async with database.write() as connection:
        await store.add_decision(connection, TODAY, ONE, overturned=True)
        await store.add_decision(connection, TODAY, ONE, overturned=False)
        await store.add_hits(connection, TODAY, [Hits(ONE, 1, 100.0)])
    ((_, _, hits, last, _, _, overturned, upheld),) = await rows(database, vitals_day)
    assert (hits, last, overturned, upheld) == (1, 100.0, 1, 1)


async def test_minutes_add_up(database: Database) -> None:
    for seen in (Seen(ONE, 5, 4, 3), Seen(ONE, 50, 40, 30)):
        async with database.write() as connection:
            await store.add_minute(connection, NOON, [seen])
    assert await rows(database, vitals_window) == [(NOON, ONE, 55, 44, 33)]


async def test_nothing_to_write_is_nothing_written(database: Database) -> None:
    async with database.write() as connection:
        await store.add_hits(connection, TODAY, [])
        await store.add_minute(connection, NOON, [])
        await store.save_users(connection, TODAY, {})
        assert await store.read_users(connection, TODAY, []) == {}
    assert await rows(database, vitals_day) == []


async def test_sketches_are_replaced_word_by_word(database: Database) -> None:
    async with database.write() as connection:
        hits = [Hits(key, 1, 1.0) for key in (TWO, ONE, THREE)]
        await store.add_hits(connection, TODAY, hits)
        await store.save_users(
            connection, TODAY, {TWO: Users(b"two", 2), ONE: Users(b"one", 1)}
        )
        await store.save_users(connection, TODAY + 1, {THREE: Users(b"x", 9)})
        found = await store.read_users(connection, TODAY, [THREE, ONE, TWO])
    assert found == {
        ONE: Users(b"one", 1),
        TWO: Users(b"two", 2),
        THREE: Users(b"", 0),
    }


async def test_writers_in_any_order_never_wait_in_a_circle(
    database: Database,
) -> None:
    keys = [bytes([number]) * 16 for number in range(40)]

    async def write(order: Sequence[bytes]) -> None:
        for _ in range(5):
            async with database.write() as connection:
                hits = [Hits(key, 1, 1.0) for key in order]
                await store.add_hits(connection, TODAY, hits)
                found = await store.read_users(connection, TODAY, order)
                more = {k: Users(b"", one.size + 1) for k, one in found.items()}
                await store.save_users(connection, TODAY, more)
                await store.add_minute(
                    connection, NOON, [Seen(key, 1, 1, 1) for key in order]
                )

    async with asyncio.timeout(60):
        await asyncio.gather(*(write(keys[::step]) for step in (1, -1, 1, -1)))
    days = await rows(database, vitals_day)
    assert {(hits, count) for _, _, hits, _, _, count, _, _ in days} == {(20, 20)}
    minutes = await rows(database, vitals_window)
    assert [row[2:] for row in minutes] == [(20, 20, 20)] * 40


async def test_frequent_words_added_up(database: Database) -> None:
    async with database.write() as connection:
        for minute, seen in (
            (NOON - 1, Seen(TWO, 1000, 0, 0)),
            (NOON, Seen(ONE, 6, 5, 4)),
            (NOON + 1, Seen(ONE, 4, 3, 2)),
            (NOON, Seen(TWO, 9, 9, 9)),
        ):
            await store.add_minute(connection, minute, [seen])
        found = await frequent(connection, NOON, 10)
    assert found == {ONE: Seen(ONE, 10, 8, 6)}


async def test_history_of_many_words(database: Database) -> None:
    keys = [number.to_bytes(16) for number in range(1200)]
    async with database.write() as connection:
        for day in (TODAY - 2, TODAY):
            await store.add_hits(connection, day, [Hits(k, 2, 1.0) for k in keys])
        found = await history(connection, keys, range(TODAY - 1, TODAY + 1))
    assert found == {key: {TODAY: DayCount(2, 0)} for key in keys}


async def test_the_purge_forgets_what_is_before(database: Database) -> None:
    async with database.write() as connection:
        for day in (TODAY - 1, TODAY):
            await store.add_hits(connection, day, [Hits(ONE, 1, 1.0)])
        for minute in (NOON - 1, NOON):
            await store.add_minute(connection, minute, [Seen(ONE, 1, 0, 0)])
        for minute in (NOON - MINUTES_PER_DAY, NOON - 1, NOON):
            await store.add_texts(connection, minute, 1)
        await store.purge_counts(connection, window=NOON, minute=NOON - 1, day=TODAY)
    assert [row[0] for row in await rows(database, vitals_day)] == [TODAY]
    assert [row[0] for row in await rows(database, vitals_window)] == [NOON]
    assert [row[:2] for row in await rows(database, vitals_texts)] == [
        ("day", TODAY),
        ("minute", NOON - 1),
        ("minute", NOON),
    ]


@pytest.mark.parametrize("table", [vitals_day, vitals_window, vitals_texts])
async def test_counts_larger_than_32_bits(database: Database, table: Table) -> None:
    """A busy service reaches two thousand million texts in a year."""
    many = 2**31
    empty = {"users": b"", "user_count": 0, "overturned": 0, "upheld": 0}
    values: dict[str, dict[str, Any]] = {
        "vitals_day": {"day": 1, "term_key": ONE, "hits": many, **empty},
        "vitals_window": {
            "minute": 1, "term_key": ONE, "hits": many, "named": many, "users": 0
        },
        "vitals_texts": {"period": "day", "number": 1, "texts": many},
    }  # fmt: skip
    async with database.write() as connection:
        await connection.execute(insert(table).values(values[table.name]))
        if table is vitals_day:
            await store.add_hits(connection, 1, [Hits(ONE, many, 1.0)])
        elif table is vitals_window:
            await store.add_minute(connection, 1, [Seen(ONE, many, 0, 0)])
        else:
            await store.add_texts(connection, MINUTES_PER_DAY, many)
    (first, *_) = await rows(database, table)
    assert 2 * many in first
