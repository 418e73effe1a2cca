"""Holds and their alerts as rows: who may change them, and when."""

from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store import Database
from app.store.dialect import upsert
from app.store.lexicon_keys import term_key
from app.store.lexicon_tables import lexicon_term, lexicon_version
from app.store.vitals_alerts import claim_alert, due_alerts, settle_alert
from app.store.vitals_breaker import Published, published
from app.store.vitals_holds import (
    CONFIRMED,
    RELEASED,
    HoldRow,
    add_hold,
    decide_hold,
    held_words,
    read_holds,
    settled_words,
)

KEY = term_key("own", "word")
LONG_AGO, NOW = 1_000.0, 5_000.0


def row(version: int = 1, at: float = NOW, **known: Any) -> HoldRow:
    usual: dict[str, Any] = {
        "term_key": KEY,
        "list_name": "own",
        "term": "word",
        "version": version,
        "reason": "jump",
        "hits": 60,
        "texts": 150,
        "minutes": 1,
        "usual_share": 0.1 + 0.2,  # comes back to the last bit
        "tripped_at": at,
    }
    return HoldRow(**usual | known)


async def make_version(connection: AsyncConnection, number: int) -> None:
    """A version, unless it is there; number 2 is an emergency block's."""
    statement = upsert(connection, lexicon_version).values(
        number=number,
        created_at=float(number),
        who="me",
        why="",
        term_count=1,
        added=1,
        removed=0,
        checksum="0",
        origin="emergency" if number == 2 else "operator",
    )
    await connection.execute(statement.on_conflict_do_nothing())


async def live(
    database: Database, *versions: int, term: str = "word", **known: Any
) -> None:
    """Rows of a word that came with these versions."""
    async with database.write() as connection:
        for number in versions:
            await make_version(connection, number)
            values = {
                "list_name": "own",
                "digest": number.to_bytes(16),
                "key": term_key("own", term),
                "term": term,
                "label": 10001,
                "level": 80 + number,
                "match": "standard",
                "scenes": "",
                "note": "",
                "added_in": number,
            }
            await connection.execute(insert(lexicon_term).values(values | known))


async def remove(database: Database, added_in: int, removed_in: int) -> None:
    async with database.write() as connection:
        await make_version(connection, removed_in)
        await connection.execute(
            update(lexicon_term)
            .where(lexicon_term.c.added_in == added_in)
            .values(removed_in=removed_in)
        )


async def held(database: Database) -> list[HoldRow]:
    async with database.read() as connection:
        rows = await read_holds(connection)
        assert await held_words(connection) == [(r.list_name, r.term) for r in rows]
        return rows


async def add(database: Database, one: HoldRow, released_before: float = 0.0) -> bool:
    async with database.write() as connection:
        return await add_hold(connection, one, released_before=released_before)


async def decide(database: Database, state: str, at: float = NOW) -> HoldRow | None:
    async with database.write() as connection:
        return await decide_hold(connection, KEY, state=state, who="alice#3", at=at)


async def test_a_hold_comes_back_as_it_was(database: Database) -> None:
    await live(database, 1)
    assert await add(database, row()) is True
    assert await held(database) == [row()]


async def test_the_first_one_wins(database: Database) -> None:
    await live(database, 1)
    assert await add(database, row(hits=60)) is True
    assert await add(database, row(hits=70)) is False
    await decide(database, CONFIRMED)
    assert await add(database, row(hits=80), released_before=NOW + 1) is False
    (found,) = await held(database)
    assert (found.hits, found.state, found.decided_by) == (60, CONFIRMED, "alice#3")


async def test_a_newer_version_is_held_anew(database: Database) -> None:
    await live(database, 1)
    await add(database, row())
    await decide(database, CONFIRMED)
    await remove(database, 1, 3)
    await live(database, 3)
    assert await held(database) == []
    assert await add(database, row(3, hits=70)) is True
    assert await held(database) == [row(3, hits=70)]


async def test_a_released_word_waits(database: Database) -> None:
    await live(database, 1)
    await add(database, row())
    released = await decide(database, RELEASED, at=LONG_AGO)
    assert released is not None
    assert (released.state, released.decided_at) == (RELEASED, LONG_AGO)
    assert await held(database) == []
    assert await add(database, row(hits=70), released_before=LONG_AGO) is False
    # A newer version of the word does not end its rest.
    assert await add(database, row(9), released_before=LONG_AGO) is False
    assert await add(database, row(hits=70), released_before=LONG_AGO + 1) is True
    (found,) = await held(database)
    assert (found.hits, found.decided_by) == (70, None)


async def test_only_what_is_held_can_be_decided(database: Database) -> None:
    await live(database, 1)
    assert await decide(database, CONFIRMED) is None
    await add(database, row())
    assert await decide(database, CONFIRMED) is not None
    assert await decide(database, CONFIRMED) is not None
    assert await decide(database, RELEASED) is not None
    assert await decide(database, RELEASED) is None
    assert await decide(database, CONFIRMED) is None


async def test_a_word_with_several_rows_is_as_new_as_the_newest(
    database: Database,
) -> None:
    await live(database, 1)
    await add(database, row())
    await live(database, 2)
    assert await held(database) == []
    await remove(database, 2, 3)
    assert await held(database) == [row()]
    await remove(database, 1, 4)
    assert await held(database) == []


async def test_an_exempt_phrase_is_not_held(database: Database) -> None:
    await live(database, 1, label=None)
    await add(database, row())
    assert await held(database) == []
    async with database.read() as connection:
        assert await published(connection, [KEY]) == {}


async def test_what_is_published_is_the_newest_form(database: Database) -> None:
    await live(database, 1, 2)
    async with database.read() as connection:
        both = await published(connection, [KEY, b"\0" * 16])
    assert both == {KEY: Published("own", "word", 82, 2.0, 2, emergency=True)}
    await remove(database, 2, 3)
    async with database.read() as connection:
        one = await published(connection, [KEY])
    assert one == {KEY: Published("own", "word", 81, 1.0, 1, emergency=False)}


@pytest.mark.parametrize(
    ("state", "known"), [(CONFIRMED, {KEY: 1}), (RELEASED, {KEY: None})]
)
async def test_settled_words(
    database: Database, state: str, known: dict[bytes, int | None]
) -> None:
    async def settled(released_before: float) -> dict[bytes, int | None]:
        async with database.read() as connection:
            return await settled_words(connection, released_before=released_before)

    await live(database, 1)
    assert await settled(NOW) == {}
    await add(database, row())
    assert await settled(NOW) == {KEY: 1}
    await decide(database, state)
    assert await settled(NOW) == known
    assert await settled(NOW + 1) == ({} if state == RELEASED else known)


async def test_alerts_wait_for_their_time(database: Database) -> None:
    for number, due in enumerate((NOW + 3, NOW + 1, None, NOW + 2)):
        key = bytes([number]) * 16
        await add(database, row(term_key=key, alert_due=due))

    async def due_by(now: float, most: int = 9) -> list[int]:
        async with database.read() as connection:
            return [key[0] for key in await due_alerts(connection, now, most)]

    assert await due_by(NOW) == []
    assert await due_by(NOW + 2) == [1, 3]
    assert await due_by(NOW + 9) == [1, 3, 0]
    assert await due_by(NOW + 9, most=2) == [1, 3]


async def test_an_alert_belongs_to_who_claimed_it(database: Database) -> None:
    await add(database, row(alert_due=NOW))

    async def claim(now: float, until: float) -> HoldRow | None:
        async with database.write() as connection:
            return await claim_alert(connection, KEY, now=now, until=until)

    assert await claim(NOW - 1, NOW) is None
    first = await claim(NOW, NOW + 60)
    assert first is not None
    assert (first.alert_attempts, first.alert_due) == (1, NOW + 60)
    assert await claim(NOW + 59, NOW + 119) is None
    second = await claim(NOW + 60, NOW + 120)
    assert second is not None
    assert second.alert_attempts == 2
    async with database.write() as connection:
        # The first one comes too late to say how it went.
        await settle_alert(connection, first, due=None, result="delivered")
    async with database.read() as connection:
        assert await due_alerts(connection, NOW + 120, 9) == [KEY]
    async with database.write() as connection:
        await settle_alert(connection, second, due=None, result="delivered")
    async with database.read() as connection:
        assert await due_alerts(connection, NOW + 999, 9) == []
