"""A file of pictures on its way: staged where nobody looks, then made to count.

Staging takes short transactions; the end takes one, however long the file is.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.lexicon import WRITE_BATCH
from app.store.lexicon_lives import absent
from app.store.pictures import PictureRow, live_of
from app.store.pictures_tables import picture_entry, picture_load, picture_staged

ROOM = 65_536
"""KiB of memory for the indexes while a file is made to count."""
CLEARED = 50_000
"""Rows that are deleted in one step."""

_load = picture_load.c
_entry = picture_entry.c
_staged = picture_staged.c
_CONTENT = [name for name in PictureRow._fields if name != "list_name"]


Values = tuple[Any, ...]


class LoadCounts(NamedTuple):
    """What a file changes in a list, in pictures."""

    added: int
    changed: int
    removed: int
    unchanged: int


class Centreless(NamedTuple):
    """A staged row without a centre, and the one that the list knows."""

    id: int
    row: PictureRow
    known: bytes


class Load(NamedTuple):
    """A staged file and the list that it is for.

    With `whole` the list becomes exactly the file.
    """

    id: int
    list_name: str
    whole: bool


async def begin_load(connection: AsyncConnection, now: float) -> int:
    """The number of a new file."""
    statement = insert(picture_load).values(touched_at=now).returning(_load.id)
    return int((await connection.execute(statement)).scalar_one())


async def touch(connection: AsyncConnection, load_id: int, now: float) -> bool:
    """Show that the file is still being read; False when it was given up."""
    change = update(picture_load).where(_load.id == load_id)
    return (await connection.execute(change.values(touched_at=now))).rowcount == 1


def staged_values(load_id: int, row: PictureRow, *, gone: bool) -> Values:
    """A row of a file for `stage`."""
    return (load_id, *row[1:], gone)


async def stage(connection: AsyncConnection, values: list[Values]) -> None:
    """Write rows of a file."""
    names = ["load_id", *_CONTENT, "gone"]
    places: dict[str, Any] = {name: bindparam(name) for name in names}
    add = insert(picture_staged).values(places).inline()
    # Handing the rows to the driver as they are saves most of the time.
    statement = str(add.compile(dialect=connection.dialect))
    for start in range(0, len(values), WRITE_BATCH):
        await connection.exec_driver_sql(statement, values[start : start + WRITE_BATCH])


@asynccontextmanager
async def room_for_many(connection: AsyncConnection) -> AsyncIterator[None]:
    """Let SQLite keep more of its indexes in memory for a while.

    With its usual two megabytes it would write each page again and again.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    usual = await connection.scalar(text("PRAGMA cache_size"))
    await connection.exec_driver_sql(f"PRAGMA cache_size=-{ROOM}")
    try:
        yield
    finally:
        await connection.exec_driver_sql(f"PRAGMA cache_size={int(usual or -2000)}")
        await connection.exec_driver_sql("PRAGMA shrink_memory")


async def has_again(connection: AsyncConnection, load_id: int) -> bool:
    """Whether any hash stands in the file again; reads all of it."""
    hashes = func.count(_staged.hash.distinct())
    query = select(func.count() - hashes).where(_staged.load_id == load_id)
    return bool(await connection.scalar(query))


async def keep_last(connection: AsyncConnection, load_id: int) -> int:
    """Of a hash that stands in the file again, keep the last; how many went."""
    if connection.dialect.name != "sqlite":
        await connection.exec_driver_sql(f"ANALYZE {picture_staged.name}")
    last = select(func.max(_staged.id)).where(_staged.load_id == load_id)
    others = absent(connection, _staged.id, last.group_by(_staged.hash))
    gone = delete(picture_staged).where(_staged.load_id == load_id, others)
    return int((await connection.execute(gone)).rowcount)


async def without_centre(
    connection: AsyncConnection, load: Load, after: int
) -> list[Centreless]:
    """Some rows above an id that lack a centre which the list knows."""
    here = and_(live_of(load.list_name), _entry.hash == _staged.hash)
    values = [_staged[name] for name in _CONTENT]
    query = select(_staged.id, *values, _entry.centre.label("known"))
    query = query.select_from(picture_staged.join(picture_entry, here)).where(
        _staged.load_id == load.id,
        _staged.id > after,
        _staged.centre.is_(None),
        _staged.gone.is_(False),
        _entry.centre.is_not(None),
    )
    found = await connection.execute(query.order_by(_staged.id).limit(WRITE_BATCH))
    return [
        Centreless(number, PictureRow(load.list_name, *rest), known)
        for number, *rest, known in found
    ]


async def set_centres(
    connection: AsyncConnection, rows: Sequence[tuple[int, PictureRow]]
) -> None:
    """Write centres that were missing, with the digests that follow from them."""
    if not rows:
        return
    change = update(picture_staged).where(_staged.id == bindparam("at"))
    change = change.values(centre=bindparam("known"), digest=bindparam("made"))
    await connection.execute(
        change,
        [{"at": at, "known": row.centre, "made": row.digest} for at, row in rows],
    )


async def count_load(connection: AsyncConnection, load: Load) -> LoadCounts:
    """What making the file count would change now."""
    here = and_(live_of(load.list_name), _entry.hash == _staged.hash)
    joined = picture_staged.outerjoin(picture_entry, here)
    known, given = _entry.id.is_not(None), _staged.gone.is_(False)
    kinds = case(
        (~known & given, "added"),
        (known & ~given, "removed"),
        (known & (_entry.digest != _staged.digest), "changed"),
        (known, "unchanged"),
        else_="nothing",
    )
    query = select(kinds.label("kind"), func.count()).select_from(joined)
    query = query.where(_staged.load_id == load.id).group_by("kind")
    found = {kind: int(n) for kind, n in await connection.execute(query)}
    others = 0
    if load.whole:
        rest = select(func.count()).select_from(picture_entry)
        rest = rest.where(live_of(load.list_name), _unnamed(connection, load))
        others = int(await connection.scalar(rest) or 0)
    return LoadCounts(
        found.get("added", 0),
        found.get("changed", 0),
        found.get("removed", 0) + others,
        found.get("unchanged", 0),
    )


async def apply_load(connection: AsyncConnection, load: Load, number: int) -> None:
    """Make the file count as a part of version `number`."""
    mine = _staged.load_id == load.id
    present = picture_entry.alias()
    other = or_(_staged.gone, present.c.digest != _staged.digest)
    replaced = (
        select(_staged.hash)
        .join(present, present.c.hash == _staged.hash)
        .where(
            mine,
            present.c.list_name == load.list_name,
            present.c.removed_in.is_(None),
            other,
        )
    )
    end = update(picture_entry).where(live_of(load.list_name))
    end = end.values(removed_in=number)
    await connection.execute(end.where(_entry.hash.in_(replaced)))
    if load.whole:
        await connection.execute(end.where(_unnamed(connection, load)))
    there = exists(
        select(literal(1)).where(
            present.c.hash == _staged.hash,
            present.c.list_name == load.list_name,
            present.c.removed_in.is_(None),
        )
    )
    values = [_staged[name] for name in _CONTENT]
    rows = select(literal(load.list_name), *values, literal(number), literal(number))
    # In the order of the index, which then grows at its end.
    rows = rows.where(mine, _staged.gone.is_(False), ~there).order_by(_staged.hash)
    names = ["list_name", *_CONTENT, "since", "added_in"]
    await connection.execute(insert(picture_entry).from_select(names, rows))


def _unnamed(connection: AsyncConnection, load: Load) -> ColumnElement[bool]:
    """Whether a row is none of the file."""
    named = select(_staged.hash).where(_staged.load_id == load.id)
    return absent(connection, _entry.hash, named)


async def left_behind(connection: AsyncConnection, before: float) -> list[int]:
    """Files that have shown no life since a moment."""
    query = select(_load.id).where(_load.touched_at < before)
    return list((await connection.scalars(query)).all())


async def clear_some(connection: AsyncConnection, load_id: int) -> bool:
    """Delete some rows of a file, and itself at the end; whether more are left."""
    some = select(_staged.id).where(_staged.load_id == load_id).limit(CLEARED)
    gone = delete(picture_staged).where(_staged.id.in_(some))
    if (await connection.execute(gone)).rowcount:
        return True
    await connection.execute(delete(picture_load).where(_load.id == load_id))
    return False
