"""What operators were last offered of the shipped packs."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.draft_sets import in_draft
from app.store.draft_tables import draft_change
from app.store.lexicon import WRITE_BATCH, TermRow
from app.store.lexicon_tables import lexicon_list, lexicon_pack, lexicon_term

_pack = lexicon_pack.c
_change = draft_change.c

# No list has an empty name: that row stands for the files themselves.
_FILES = ""


class PackKey(NamedTuple):
    """What tells a row from others, and which word of which list it is about."""

    digest: bytes
    list_name: str
    key: bytes


class DraftKey(NamedTuple):
    """A word that a draft adds or removes."""

    digest: bytes
    list_name: str
    key: bytes
    op: str


async def offered_mark(connection: AsyncConnection) -> bytes | None:
    """The digest of the files that were offered; None when it is not known."""
    query = select(_pack.digest).where(_pack.list_name == _FILES)
    return await connection.scalar(query)


async def offered_rows(connection: AsyncConnection) -> list[PackKey]:
    """The rows that were last offered."""
    query = select(*(_pack[name] for name in PackKey._fields))
    rows = await connection.execute(query.where(_pack.list_name != _FILES))
    return [PackKey(*row) for row in rows]


async def remember_offer(
    connection: AsyncConnection, rows: Iterable[PackKey], mark: bytes
) -> None:
    """Note what is offered now, in place of what was before."""
    await connection.execute(delete(lexicon_pack))
    values = [row._asdict() for row in (*rows, PackKey(mark, _FILES, b""))]
    for start in range(0, len(values), WRITE_BATCH):
        batch = values[start : start + WRITE_BATCH]
        await connection.execute(insert(lexicon_pack), batch)


async def live_keys_of(
    connection: AsyncConnection, names: Iterable[str]
) -> list[PackKey]:
    """The live rows of some lists, without their content."""
    row = lexicon_term.c
    query = select(*(row[name] for name in PackKey._fields))
    own = query.where(row.list_name.in_(sorted(names)), row.removed_in.is_(None))
    return [PackKey(*found) for found in await connection.execute(own)]


async def live_list_names(connection: AsyncConnection) -> set[str]:
    """The lists that have settings of their own."""
    row = lexicon_list.c
    query = select(row.list_name).where(row.removed_in.is_(None))
    return set((await connection.scalars(query)).all())


async def draft_keys(connection: AsyncConnection, draft_id: int) -> list[DraftKey]:
    """Every change of a draft, without its content."""
    query = select(*(_change[name] for name in DraftKey._fields))
    rows = await connection.execute(query.where(in_draft(draft_change, draft_id)))
    return [DraftKey(*row) for row in rows]


async def take_back_digests(
    connection: AsyncConnection, draft_id: int, digests: Sequence[bytes]
) -> None:
    """Delete the changes that concern these digests."""
    own = delete(draft_change).where(in_draft(draft_change, draft_id))
    for start in range(0, len(digests), WRITE_BATCH):
        batch = digests[start : start + WRITE_BATCH]
        await connection.execute(own.where(_change.digest.in_(batch)))


async def live_terms(
    connection: AsyncConnection, digests: Sequence[bytes]
) -> list[TermRow]:
    """The live rows with these digests."""
    row = lexicon_term.c
    query = select(*(row[name] for name in TermRow._fields))
    live = query.where(row.removed_in.is_(None))
    found: list[TermRow] = []
    for start in range(0, len(digests), WRITE_BATCH):
        batch = digests[start : start + WRITE_BATCH]
        rows = await connection.execute(live.where(row.digest.in_(batch)))
        found.extend(TermRow(*one) for one in rows)
    return found
