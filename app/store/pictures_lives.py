"""Changes of the lifetimes of listed pictures, by the set."""

from collections.abc import AsyncIterator, Sequence

from sqlalchemy import exists, func, insert, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.lexicon import READ_BATCH
from app.store.lexicon_lives import MANY, absent
from app.store.pictures import PictureRow, live_of
from app.store.pictures_tables import picture_entry, picture_staged

_entry = picture_entry.c
_KEPT = [*PictureRow._fields, "since"]


async def begin_rows(
    connection: AsyncConnection, rows: Sequence[PictureRow], number: int
) -> None:
    """Write rows that live from version `number` on."""
    values = [row._asdict() | {"since": number, "added_in": number} for row in rows]
    if values:
        await connection.execute(insert(picture_entry), values)


async def end_rows(
    connection: AsyncConnection, name: str, hashes: Sequence[bytes], number: int
) -> None:
    """Let the live rows of a list with these hashes end at `number`, exclusive."""
    end = update(picture_entry).where(live_of(name), _entry.hash.in_(hashes))
    await connection.execute(end.values(removed_in=number))


async def restore(connection: AsyncConnection, former: int, number: int) -> None:
    """Make the live rows equal to version `former`, as version `number`.

    Touches only what differs; who listed a picture first stays known.
    """
    old = picture_entry.alias()
    missing = (old.c.added_in <= former) & (old.c.removed_in > former)
    # A row that was taken away and brought back meanwhile is there already.
    strange = absent(connection, _entry.digest, select(old.c.digest).where(missing))
    end = update(picture_entry).where(
        _entry.removed_in.is_(None), _entry.added_in > former, strange
    )
    await connection.execute(end.values(removed_in=number))
    live = picture_entry.alias()
    there = exists(
        select(literal(1)).where(
            live.c.hash == old.c.hash,
            live.c.list_name == old.c.list_name,
            live.c.removed_in.is_(None),
        )
    )
    rows = select(*(old.c[name] for name in _KEPT), literal(number))
    # The sum keeps SQLite from reading the whole table in this order.
    rows = rows.where(missing, ~there).order_by(old.c.id + 0)
    await connection.execute(
        insert(picture_entry).from_select([*_KEPT, "added_in"], rows)
    )


async def count_changed(connection: AsyncConnection, number: int) -> int:
    """How many pictures a version lists otherwise than the one before."""
    place = tuple_(_entry.hash, _entry.list_name)
    ended = select(_entry.hash, _entry.list_name).where(_entry.removed_in == number)
    query = select(func.count()).select_from(picture_entry)
    query = query.where(_entry.added_in == number, place.in_(ended))
    return int(await connection.scalar(query) or 0)


async def digests_of(
    connection: AsyncConnection, number: int
) -> AsyncIterator[tuple[Sequence[bytes], bool]]:
    """The digests that a version began (True) and ended (False), in batches."""
    for column, began in ((_entry.added_in, True), (_entry.removed_in, False)):
        query = select(_entry.digest).where(column == number)
        query = query.execution_options(yield_per=READ_BATCH)
        async with connection.stream_scalars(query) as result:
            async for batch in result.partitions():
                yield batch, began


async def know_sizes(connection: AsyncConnection, changed: int) -> None:
    """After many rows changed, let PostgreSQL know, or it plans for a handful."""
    if connection.dialect.name == "sqlite" or changed <= MANY:
        return
    for table in (picture_entry, picture_staged):
        await connection.exec_driver_sql(f"ANALYZE {table.name}")
