"""Queries of known pictures; each works inside the caller's transaction."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.lexicon import READ_BATCH, belongs
from app.store.pictures_tables import picture_entry, picture_live, picture_version

_entry = picture_entry.c
_version = picture_version.c


class VersionRow(NamedTuple):
    """One version of all lists; `created_at` is Unix time in seconds.

    `origin` is add, upload, remove, import or rollback. `rolled_back_to` is the
    version whose content this one has again, 0 for that before the first.
    """

    number: int
    created_at: float
    who: str
    why: str
    origin: str
    picture_count: int
    added: int
    changed: int
    removed: int
    checksum: str
    rolled_back_to: int | None = None


class PictureRow(NamedTuple):
    """One listed picture as stored; `label` None means an allowed one.

    `digest` stands for the name of the list and all the rest.
    """

    list_name: str
    digest: bytes
    hash: bytes
    quality: int
    centre: bytes | None
    label: int | None
    note: str


class FoundRow(NamedTuple):
    """A listed picture with who listed it, and when (Unix time in seconds)."""

    id: int
    row: PictureRow
    who: str
    at: float


_COLUMNS = [_entry[name] for name in PictureRow._fields]


async def live_version(connection: AsyncConnection) -> VersionRow | None:
    """The version to serve; None when nothing was ever listed."""
    served = select(picture_live.c.version).scalar_subquery()
    query = select(picture_version).where(_version.number == served)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else VersionRow._make(row)


async def lock_live(connection: AsyncConnection) -> VersionRow | None:
    """The live version, kept from other writers until the transaction ends."""
    await connection.execute(select(picture_live.c.id).with_for_update())
    return await live_version(connection)


async def set_live(connection: AsyncConnection, number: int) -> None:
    """Serve another version."""
    await connection.execute(update(picture_live).values(version=number))


async def version_row(connection: AsyncConnection, number: int) -> VersionRow | None:
    """One version, None when there is none of this number."""
    query = select(picture_version).where(_version.number == number)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else VersionRow._make(row)


async def version_rows(
    connection: AsyncConnection, *, before: int | None, limit: int
) -> list[VersionRow]:
    """Versions, newest first; `before` leaves out that number and newer ones."""
    query = select(picture_version).order_by(_version.number.desc()).limit(limit)
    if before is not None:
        query = query.where(_version.number < before)
    return [VersionRow._make(row) for row in await connection.execute(query)]


async def add_version(connection: AsyncConnection, row: VersionRow) -> None:
    """Write the row of a new version."""
    await connection.execute(insert(picture_version), row._asdict())


async def count_version(connection: AsyncConnection, row: VersionRow) -> None:
    """Complete a version in the transaction that adds it, once all is counted."""
    change = update(picture_version).where(_version.number == row.number)
    values = row._asdict()
    counted = ("picture_count", "added", "changed", "removed", "checksum")
    await connection.execute(change.values({name: values[name] for name in counted}))


async def list_counts(
    connection: AsyncConnection, version: int
) -> list[tuple[str, int, int]]:
    """By name: how many pictures a list of a version has, and how many are allowed."""
    allowed = func.count().filter(_entry.label.is_(None))
    query = select(_entry.list_name, func.count(), allowed)
    query = query.where(belongs(picture_entry, version)).group_by(_entry.list_name)
    rows = await connection.execute(query)
    return sorted((name, count, exempt) for name, count, exempt in rows)


async def has_list(connection: AsyncConnection, name: str, version: int) -> bool:
    """Whether a list of a version has any picture."""
    query = select(_entry.id).where(_entry.list_name == name)
    query = query.where(belongs(picture_entry, version)).limit(1)
    return await connection.scalar(query) is not None


async def page_of(
    connection: AsyncConnection, name: str, version: int, *, after: int, limit: int
) -> list[FoundRow]:
    """Pictures of a list of a version with ids above `after`, oldest first."""
    query = _found().where(_entry.list_name == name, _entry.id > after)
    query = query.where(belongs(picture_entry, version))
    return await _rows(connection, query.order_by(_entry.id).limit(limit))


async def standing(connection: AsyncConnection, value: bytes) -> list[FoundRow]:
    """The live rows of all lists with exactly this hash."""
    query = _found().where(_entry.hash == value, _entry.removed_in.is_(None))
    return await _rows(connection, query.order_by(_entry.list_name))


async def content(
    connection: AsyncConnection, version: int, name: str | None = None
) -> AsyncIterator[Sequence[PictureRow]]:
    """The rows of a version, or of one of its lists, in batches."""
    query = select(*_COLUMNS).where(belongs(picture_entry, version))
    if name is not None:
        query = query.where(_entry.list_name == name)
    query = query.order_by(_entry.id).execution_options(yield_per=READ_BATCH)
    async with connection.stream(query) as result:
        async for batch in result.partitions():
            yield list(map(PictureRow._make, batch))


def live_of(name: str) -> ColumnElement[bool]:
    """Whether a row is in this list now."""
    return (_entry.list_name == name) & _entry.removed_in.is_(None)


async def live_rows(
    connection: AsyncConnection, name: str, hashes: Sequence[bytes]
) -> list[PictureRow]:
    """The live rows of a list with one of these hashes, at most some thousand."""
    query = select(*_COLUMNS).where(live_of(name), _entry.hash.in_(hashes))
    return [PictureRow._make(row) for row in await connection.execute(query)]


def _found() -> Select[Any]:
    author = _entry.since == _version.number
    columns = [_entry.id, *_COLUMNS, _version.who, _version.created_at]
    return select(*columns).join(picture_version, author)


async def _rows(connection: AsyncConnection, query: Select[Any]) -> list[FoundRow]:
    found = []
    for number, *content_, who, at in await connection.execute(query):
        found.append(FoundRow(number, PictureRow._make(content_), who, at))
    return found
