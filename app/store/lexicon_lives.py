"""Changes of lifetimes by the set, and statements that both databases do well."""

from collections.abc import AsyncIterator, Sequence

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Table,
    exists,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.lexicon import READ_BATCH, TermRow
from app.store.lexicon_tables import lexicon_term

MANY = 10_000
"""So many changed rows make statistics of the table useless."""

_OWN = frozenset({"id", "added_in", "removed_in"})
"""Columns that say when a row counts, not what it says."""


def absent(
    connection: AsyncConnection, column: ColumnElement[bytes], among: Select[bytes]
) -> ColumnElement[bool]:
    """Whether a value is not among those of a query that no index answers.

    SQLite reads the query once for NOT IN, but for each row for NOT EXISTS.
    PostgreSQL is quadratic with NOT IN once the values exceed its memory for one
    step, and joins for NOT EXISTS.
    """
    if connection.dialect.name == "sqlite":
        return column.not_in(among)
    values = among.subquery()
    (value,) = values.c
    return ~exists(select(literal(1)).where(value == column))


def alive(table: FromClause, digest: ColumnElement[bytes]) -> ColumnElement[bool]:
    """Whether there is a live row with this digest."""
    live = table.alias()
    return exists(
        select(literal(1)).where(live.c.digest == digest, live.c.removed_in.is_(None))
    )


async def live_word(connection: AsyncConnection, key: bytes) -> list[TermRow]:
    """The live rows of a word of a list, oldest first."""
    row = lexicon_term.c
    query = select(*(row[name] for name in TermRow._fields))
    own = query.where(row.key == key, row.removed_in.is_(None)).order_by(row.id)
    return [TermRow(*found) for found in await connection.execute(own)]


async def live_exempt(connection: AsyncConnection) -> list[TermRow]:
    """The live exempt phrases of all lists."""
    row = lexicon_term.c
    query = select(*(row[name] for name in TermRow._fields))
    own = query.where(row.label.is_(None), row.removed_in.is_(None))
    return [TermRow(*found) for found in await connection.execute(own)]


async def restore(
    connection: AsyncConnection, table: Table, former: int, number: int
) -> tuple[int, int]:
    """Make the live rows equal to version `former`, as version `number`.

    Touches only what differs. Returns how many rows came and went.
    """
    old = table.alias()
    missing = (old.c.added_in <= former) & (old.c.removed_in > former)
    # A row that was taken away and brought back meanwhile is there already.
    strange = absent(connection, table.c.digest, select(old.c.digest).where(missing))
    end = update(table).where(
        table.c.removed_in.is_(None), table.c.added_in > former, strange
    )
    ended = await connection.execute(end.values(removed_in=number))
    names = [column.name for column in table.c if column.name not in _OWN]
    rows = (
        select(*(old.c[name] for name in names), literal(number))
        .where(missing, ~alive(table, old.c.digest))
        # The sum keeps SQLite from reading the whole table in this order.
        .order_by(old.c.id + 0)
    )
    added = await connection.execute(
        insert(table).from_select([*names, "added_in"], rows)
    )
    return added.rowcount, ended.rowcount


async def know_sizes(connection: AsyncConnection, changed: int) -> None:
    """After many rows changed, let PostgreSQL know, or it plans for a handful."""
    if connection.dialect.name != "sqlite" and changed > MANY:
        await connection.exec_driver_sql("ANALYZE lexicon_term")


async def digests_of(
    connection: AsyncConnection, table: Table, number: int
) -> AsyncIterator[tuple[Sequence[bytes], bool]]:
    """The digests that a version began (True) and ended (False), in batches."""
    for column, began in ((table.c.added_in, True), (table.c.removed_in, False)):
        query = select(table.c.digest).where(column == number)
        query = query.execution_options(yield_per=READ_BATCH)
        async with connection.stream_scalars(query) as result:
            async for batch in result.partitions():
                yield batch, began
