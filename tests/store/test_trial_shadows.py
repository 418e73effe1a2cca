"""What the trial tables must keep true by themselves, on both databases."""

import asyncio
from typing import Any

from app.store import Database
from app.store import trial_shadows as store
from app.store.trial_shadows import CountKey
from tests.trial.helpers import NOW

RUNNING: dict[str, Any] = {
    "candidate": "draft:3@7",
    "base": 1,
    "share": 1.0,
    "scenes": "",
    "state": "running",
    "started_at": NOW,
    "started_by": "me",
    "dropped": 0,
}


async def add(database: Database, **values: Any) -> int | None:
    async with database.write() as connection:
        return await store.add_shadow(connection, **(RUNNING | values))


def key(shadow: int, number: int = 0, kind: str = "caused") -> CountKey:
    mark = bytes([number]) * 16
    return CountKey(shadow, "chat", "pass", "risky", kind, mark, "own", f"词{number}")


async def test_one_runs_at_a_time_whoever_starts(database: Database) -> None:
    made = await asyncio.gather(*(add(database) for _ in range(5)))
    (first,) = [number for number in made if number is not None]
    assert await add(database) is None
    async with database.write() as connection:
        done = await store.end_shadow(
            connection, first, state="stopped", ended_at=NOW, ended_by="me"
        )
        assert done
        again = await store.end_shadow(
            connection, first, state="stopped", ended_at=NOW + 1, ended_by="other"
        )
        assert not again
    second = await add(database)
    assert second is not None
    async with database.read() as connection:
        running = await store.running_shadow(connection)
        newest = await store.newest_shadow(connection)
        ended = await store.shadow(connection, first)
    assert running == newest
    assert running is not None
    assert running.id == second
    assert ended is not None
    assert (ended.ended_by, ended.ended_at) == ("me", NOW)


async def test_counts_of_several_processes_add_up(database: Database) -> None:
    number = await add(database)
    assert number is not None
    words = {key(number, n): n + 1 for n in range(20)}

    async def flush() -> None:
        async with database.write() as connection:
            await store.add_counts(connection, words)
            await store.add_dropped(connection, number, 2)

    await asyncio.gather(*(flush() for _ in range(5)))
    async with database.read() as connection:
        top = await store.top_terms(connection, number, offset=0, limit=3)
        assert [(row.term, row.times) for row in top] == [
            ("词19", 100),
            ("词18", 95),
            ("词17", 90),
        ]
        rest = await store.top_terms(connection, number, offset=18, limit=10)
        assert [row.times for row in rest] == [10, 5]
        assert await store.count_terms(connection, number) == 20
        row = await store.shadow(connection, number)
    assert row is not None
    assert row.dropped == 10


async def test_texts_and_words_are_told_apart(database: Database) -> None:
    number = await add(database)
    assert number is not None
    texts = CountKey(number, "chat", "pass", "risky", "", b"", "", "")
    async with database.write() as connection:
        await store.add_counts(connection, {texts: 3, key(number): 2})
        await store.add_counts(connection, {})
    async with database.read() as connection:
        assert await store.totals(connection, number) == [("chat", "pass", "risky", 3)]
        (word,) = await store.top_terms(connection, number, offset=0, limit=9)
    assert (word.kind, word.times) == ("caused", 2)


async def test_forgetting_takes_the_counts_along(database: Database) -> None:
    old = await add(database, state="stopped", ended_at=NOW)
    new = await add(database)
    assert old is not None
    assert new is not None
    async with database.write() as connection:
        await store.add_counts(connection, {key(old): 1, key(new): 1})
        assert await store.forget_ended(connection, NOW) == 0
        assert await store.forget_ended(connection, NOW + 1) == 1
    async with database.read() as connection:
        assert await store.count_terms(connection, old) == 0
        assert await store.count_terms(connection, new) == 1


async def test_promotion_outranks_an_end_by_itself(database: Database) -> None:
    for state, by, expected in [
        ("running", None, "promoted"),
        ("stopped", "shadow", "promoted"),
        ("stopped", "bob#4", "stopped"),
    ]:
        number = await add(database, state=state, ended_by=by)
        assert number is not None
        async with database.write() as connection:
            await store.promote_shadow(
                connection,
                number,
                by_itself="shadow",
                ended_at=NOW,
                ended_by="alice#3",
                reason="promoted as version 9",
            )
        async with database.read() as connection:
            row = await store.shadow(connection, number)
        assert row is not None
        assert row.state == expected
        assert (row.ended_by == "alice#3") == (expected == "promoted")
