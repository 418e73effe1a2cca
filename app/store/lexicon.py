"""Queries of the lexicon; each works inside the caller's transaction."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Row,
    Select,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.lexicon_keys import term_key
from app.store.lexicon_tables import lexicon_live, lexicon_term, lexicon_version

READ_BATCH = 5000
"""Rows handed over at a time when a whole version is read."""

WRITE_BATCH = 1000
"""Rows written, or ids named, in one statement."""

_term = lexicon_term.c


class VersionRow(NamedTuple):
    """One published version; `created_at` is Unix time in seconds.

    `origin` is seed, operator, pack, import, rollback or emergency. `approvals`
    names who approved the draft as published, `rolled_back_to` the version whose
    content this one has again.
    """

    number: int
    created_at: float
    who: str
    why: str
    term_count: int
    added: int
    removed: int
    checksum: str
    origin: str = "operator"
    draft_id: int | None = None
    approvals: tuple[str, ...] = ()
    rolled_back_to: int | None = None


class TermRow(NamedTuple):
    """One term as stored, in the order in which `terms_at` gives its columns.

    `starts` and `expires` are Unix time in microseconds; `label` None means an
    exempt phrase.
    """

    list_name: str
    digest: bytes
    term: str
    label: int | None
    level: int
    match: str
    scenes: str
    starts: int | None
    expires: int | None
    note: str


async def live_number(connection: AsyncConnection) -> int | None:
    """The number of the live version; None when nothing was published."""
    found = await connection.scalar(select(lexicon_live.c.version))
    return cast("int | None", found)


async def lock_live(connection: AsyncConnection) -> VersionRow | None:
    """The live version, kept from other publishers until the transaction ends."""
    await connection.execute(select(lexicon_live.c.id).with_for_update())
    number = await live_number(connection)
    return None if number is None else await version_row(connection, number)


async def set_live(connection: AsyncConnection, number: int) -> None:
    """Serve another version."""
    await connection.execute(update(lexicon_live).values(version=number))


async def version_row(connection: AsyncConnection, number: int) -> VersionRow | None:
    """One version, None when there is none of this number."""
    query = select(lexicon_version).where(lexicon_version.c.number == number)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _version(row)


async def version_rows(connection: AsyncConnection) -> list[VersionRow]:
    """Every version, newest first."""
    query = select(lexicon_version).order_by(lexicon_version.c.number.desc())
    return [_version(row) for row in await connection.execute(query)]


def _version(row: Row[Any]) -> VersionRow:
    """A row of the table, its JSON as a tuple."""
    version = VersionRow._make(row)
    return version._replace(approvals=tuple(version.approvals))


async def add_version(connection: AsyncConnection, row: VersionRow) -> None:
    """Write the row of a new version."""
    values = row._asdict() | {"approvals": list(row.approvals)}
    await connection.execute(insert(lexicon_version), values)


async def count_version(connection: AsyncConnection, row: VersionRow) -> None:
    """Complete a version in the transaction that adds it, once all is counted."""
    change = update(lexicon_version).where(lexicon_version.c.number == row.number)
    await connection.execute(
        change.values(
            term_count=row.term_count,
            added=row.added,
            removed=row.removed,
            checksum=row.checksum,
        )
    )


async def add_terms(
    connection: AsyncConnection, rows: Sequence[TermRow], version: int
) -> None:
    """Write new rows that live from `version` on."""
    for start in range(0, len(rows), WRITE_BATCH):
        batch = rows[start : start + WRITE_BATCH]
        values = [
            row._asdict()
            | {"key": term_key(row.list_name, row.term), "added_in": version}
            for row in batch
        ]
        await connection.execute(insert(lexicon_term), values)


async def terms_at(
    connection: AsyncConnection, version: int, list_name: str | None = None
) -> AsyncIterator[Sequence[TermRow]]:
    """The rows of a version in batches, lists in order of their first row."""
    query = _content(version, list_name).execution_options(yield_per=READ_BATCH)
    async with connection.stream(query) as result:
        async for batch in result.partitions():
            yield list(map(TermRow._make, batch))


def _content(version: int, list_name: str | None) -> Select[Any]:
    """The statement behind `terms_at`."""
    columns = [_term[name] for name in TermRow._fields]
    query = select(*columns).where(belongs(lexicon_term, version)).order_by(_term.id)
    return query if list_name is None else query.where(_term.list_name == list_name)


def belongs(table: FromClause, version: int) -> ColumnElement[bool]:
    """Whether a row with a lifetime is part of a version."""
    rows = table.c
    ended = or_(rows.removed_in.is_(None), rows.removed_in > version)
    return (rows.added_in <= version) & ended


async def live_row(connection: AsyncConnection, digest: bytes) -> TermRow | None:
    """The live row with this digest."""
    columns = [_term[name] for name in TermRow._fields]
    own = (_term.digest == digest) & _term.removed_in.is_(None)
    row = (await connection.execute(select(*columns).where(own))).one_or_none()
    return None if row is None else TermRow(*row)
