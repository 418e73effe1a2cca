"""Queries on lists: their settings, names and sizes."""

from typing import NamedTuple

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.lexicon import belongs
from app.store.lexicon_tables import lexicon_list, lexicon_term

_list = lexicon_list.c


class ListRow(NamedTuple):
    """Settings of a list as stored; `apps` None means everyone."""

    list_name: str
    digest: bytes
    apps: list[str] | None
    scenes: str
    starts: int | None
    expires: int | None
    enabled: bool
    note: str


async def lists_at(connection: AsyncConnection, version: int) -> list[ListRow]:
    """The lists of a version that have settings of their own, by name."""
    columns = [_list[name] for name in ListRow._fields]
    query = select(*columns).where(belongs(lexicon_list, version))
    rows = await connection.execute(query.order_by(_list.list_name))
    return [ListRow(*row) for row in rows]


async def live_list(connection: AsyncConnection, name: str) -> ListRow | None:
    """The live settings of a list, None when it has none of its own."""
    columns = [_list[name] for name in ListRow._fields]
    own = (_list.list_name == name) & _list.removed_in.is_(None)
    row = (await connection.execute(select(*columns).where(own))).one_or_none()
    return None if row is None else ListRow(*row)


async def live_list_has_rows(connection: AsyncConnection, name: str) -> bool:
    """Whether any live row is in this list."""
    row = lexicon_term.c
    own = (row.list_name == name) & row.removed_in.is_(None)
    return await connection.scalar(select(row.id).where(own).limit(1)) is not None


async def list_counts(connection: AsyncConnection, version: int) -> dict[str, int]:
    """How many rows each list of a version has; lists without any are left out."""
    name = lexicon_term.c.list_name
    query = select(name, func.count()).where(belongs(lexicon_term, version))
    rows = await connection.execute(query.group_by(name))
    return {row[0]: row[1] for row in rows}


async def add_list(connection: AsyncConnection, row: ListRow, version: int) -> None:
    """Write settings that count from `version` on."""
    values = row._asdict() | {"added_in": version}
    await connection.execute(insert(lexicon_list), values)


async def end_list(connection: AsyncConnection, name: str, version: int) -> None:
    """Let the live settings of a list count up to `version`, exclusive."""
    own = update(lexicon_list).where(_list.list_name == name)
    alive = own.where(_list.removed_in.is_(None))
    await connection.execute(alive.values(removed_in=version))
