"""Queries that add to the counts of words; several processes may do so at once.

Each works inside the caller's write transaction and takes rows in order of their key,
so that two writers never wait for each other in a circle.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Table, bindparam, case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.dialect import upsert
from app.store.vitals_tables import vitals_day, vitals_texts, vitals_window

MINUTE = "minute"
DAY = "day"
MINUTES_PER_DAY = 1440
_CHUNK = 500
"""Keys per query: databases limit the variables of one statement."""


class Hits(NamedTuple):
    """Texts with a word, and when the last one was (Unix seconds)."""

    term_key: bytes
    hits: int
    last_hit: float


class Seen(NamedTuple):
    """Texts with a word; how many named their user; users new to it on that day."""

    term_key: bytes
    hits: int
    named: int
    users: int


class Users(NamedTuple):
    """A sketch of users as stored, and how many it stands for."""

    sketch: bytes
    size: int


async def add_texts(connection: AsyncConnection, minute: int, texts: int) -> None:
    """Count checked texts, for their minute and its day."""
    numbers = {DAY: minute // MINUTES_PER_DAY, MINUTE: minute}
    rows = [{"period": p, "number": n, "texts": texts} for p, n in numbers.items()]
    statement = upsert(connection, vitals_texts)
    added = vitals_texts.c.texts + statement.excluded.texts
    await _add(connection, vitals_texts, statement, {"texts": added}, rows)


async def add_hits(connection: AsyncConnection, day: int, hits: Sequence[Hits]) -> None:
    """Count texts with words, for a day."""
    if not hits:
        return
    statement = upsert(connection, vitals_day)
    old, new = vitals_day.c.last_hit, statement.excluded.last_hit
    changes = {
        "hits": vitals_day.c.hits + statement.excluded.hits,
        # One process may be behind another; the last hit never goes back.
        "last_hit": case((old > new, old), else_=new),
    }
    rows = [_day_row(day, one.term_key) | one._asdict() for one in sorted(hits)]
    await _add(connection, vitals_day, statement, changes, rows)


async def add_minute(
    connection: AsyncConnection, minute: int, seen: Sequence[Seen]
) -> None:
    """Count texts with words, for a minute."""
    if not seen:
        return
    statement = upsert(connection, vitals_window)
    old, new = vitals_window.c, statement.excluded
    changes = {name: old[name] + new[name] for name in ("hits", "named", "users")}
    rows = [{"minute": minute, **one._asdict()} for one in sorted(seen)]
    await _add(connection, vitals_window, statement, changes, rows)


async def add_decision(
    connection: AsyncConnection, day: int, term_key: bytes, *, overturned: bool
) -> None:
    """Count what a reviewer thought of a hit."""
    column = "overturned" if overturned else "upheld"
    statement = upsert(connection, vitals_day)
    added = vitals_day.c[column] + statement.excluded[column]
    row = _day_row(day, term_key) | {column: 1}
    await _add(connection, vitals_day, statement, {column: added}, [row])


async def read_users(
    connection: AsyncConnection, day: int, keys: Iterable[bytes]
) -> dict[bytes, Users]:
    """The users of these words on one day, kept from other writers."""
    found: dict[bytes, Users] = {}
    column = vitals_day.c
    for some in chunks(sorted(keys)):
        query = (
            select(column.term_key, column.users, column.user_count)
            .where(vitals_day.c.day == day, vitals_day.c.term_key.in_(some))
            .order_by(vitals_day.c.term_key)
            .with_for_update()
        )
        for key, *users in await connection.execute(query):
            found[key] = Users(*users)
    return found


async def save_users(
    connection: AsyncConnection, day: int, users: Mapping[bytes, Users]
) -> None:
    """Replace the users of these words on one day."""
    if not users:
        return
    statement = (
        update(vitals_day)
        .where(vitals_day.c.day == day, vitals_day.c.term_key == bindparam("key"))
        .values(users=bindparam("sketch"), user_count=bindparam("size"))
    )
    rows = [{"key": key, **users[key]._asdict()} for key in sorted(users)]
    await connection.execute(statement, rows)


async def purge_counts(
    connection: AsyncConnection, *, window: int, minute: int, day: int
) -> None:
    """Forget words by minute before `window`, texts before `minute`, all before `day`.

    The numbers are minutes and days since 1970.
    """
    await connection.execute(
        delete(vitals_window).where(vitals_window.c.minute < window)
    )
    await connection.execute(delete(vitals_day).where(vitals_day.c.day < day))
    for period, before in ((MINUTE, minute), (DAY, day)):
        old = vitals_texts.c.number < before
        await connection.execute(
            delete(vitals_texts).where(vitals_texts.c.period == period, old)
        )


def chunks(keys: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """Pieces that fit into one statement."""
    return (keys[start : start + _CHUNK] for start in range(0, len(keys), _CHUNK))


def _day_row(day: int, term_key: bytes) -> dict[str, Any]:
    """A row in which nothing has happened yet."""
    empty = {"hits": 0, "last_hit": None, "users": b"", "user_count": 0}
    return {"day": day, "term_key": term_key, "overturned": 0, "upheld": 0} | empty


async def _add(
    connection: AsyncConnection,
    table: Table,
    statement: sqlite.Insert | postgresql.Insert,
    changes: Mapping[str, Any],
    rows: list[dict[str, Any]],
) -> None:
    """Insert rows; those that exist are changed instead."""
    key = [column.name for column in table.primary_key]
    await connection.execute(
        statement.on_conflict_do_update(index_elements=key, set_=changes), rows
    )
