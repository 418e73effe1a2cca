"""Queries on drafts; each works inside the caller's transaction."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.draft_sets import add_set, current_set, in_draft
from app.store.draft_tables import draft, draft_approval, draft_change
from app.store.lexicon import WRITE_BATCH, TermRow
from app.store.lexicon_keys import term_key

CLEAR_BATCH = 20_000
"""Changes deleted in one short transaction."""

_change = draft_change.c


class DraftRow(NamedTuple):
    """One draft as stored."""

    id: int
    title: str
    origin: str
    state: str
    revision: int
    base: int
    created_at: float
    created_by: str
    changes: int
    version: int | None


class ApprovalRow(NamedTuple):
    """Who approved which revision, and when."""

    who: str
    at: float
    revision: int


class Stamp(NamedTuple):
    """What every change carries: the live version then, who, when and why."""

    seen: int
    who: str
    at: float
    why: str


class ChangeRow(NamedTuple):
    """One change as stored; `row` for words, `scope` for settings of a list."""

    id: int
    op: str
    list_name: str
    digest: bytes
    row: TermRow | None
    scope: dict[str, Any] | None
    stamp: Stamp


async def add_draft(connection: AsyncConnection, row: DraftRow) -> int:
    """Write a new draft without changes; its id is given, not taken from the row."""
    values = row._asdict()
    del values["id"]
    done = await connection.execute(insert(draft).values(values))
    (number,) = done.inserted_primary_key or (0,)
    await add_set(connection, int(number))
    return int(number)


async def draft_row(
    connection: AsyncConnection, draft_id: int, *, lock: bool = False
) -> DraftRow | None:
    """One draft; `lock` keeps other editors off it until the transaction ends."""
    query = select(draft).where(draft.c.id == draft_id)
    found = await connection.execute(query.with_for_update() if lock else query)
    row = found.one_or_none()
    return None if row is None else DraftRow(*row)


async def draft_rows(connection: AsyncConnection, state: str | None) -> list[DraftRow]:
    """Drafts, newest first."""
    query = select(draft).order_by(draft.c.id.desc())
    if state is not None:
        query = query.where(draft.c.state == state)
    return [DraftRow(*row) for row in await connection.execute(query)]


async def advance(connection: AsyncConnection, draft_id: int) -> None:
    """Count the changes anew and begin the next revision."""
    count = select(func.count()).where(in_draft(draft_change, draft_id))
    change = update(draft).where(draft.c.id == draft_id)
    await connection.execute(
        change.values(revision=draft.c.revision + 1, changes=count.scalar_subquery())
    )


async def close_draft(
    connection: AsyncConnection, draft_id: int, state: str, version: int | None = None
) -> None:
    """Let nobody change the draft any more."""
    change = update(draft).where(draft.c.id == draft_id)
    await connection.execute(change.values(state=state, version=version))


async def add_approval(
    connection: AsyncConnection, draft_id: int, row: ApprovalRow
) -> None:
    """Write an approval."""
    values = row._asdict() | {"draft_id": draft_id}
    await connection.execute(insert(draft_approval).values(values))


async def approvals(
    connection: AsyncConnection, draft_ids: Sequence[int]
) -> dict[int, list[ApprovalRow]]:
    """The approvals of some drafts, oldest first."""
    row = draft_approval.c
    query = select(row.draft_id, row.who, row.at, row.revision).order_by(row.id)
    found: dict[int, list[ApprovalRow]] = {}
    wanted = query.where(row.draft_id.in_(draft_ids))
    for owner, *rest in await connection.execute(wanted):
        found.setdefault(owner, []).append(ApprovalRow(*rest))
    return found


async def authors(connection: AsyncConnection, draft_id: int) -> set[str]:
    """Everybody who made a change that is in the draft."""
    query = select(_change.who).where(in_draft(draft_change, draft_id)).distinct()
    return set((await connection.scalars(query)).all())


async def add_change(
    connection: AsyncConnection,
    draft_id: int,
    op: str,
    *,
    list_name: str,
    digest: bytes,
    stamp: Stamp,
    scope: dict[str, Any] | None = None,
) -> None:
    """Write a change that concerns a whole list."""
    values = stamp._asdict() | {
        "set_id": await current_set(connection, draft_id),
        "op": op,
        "list_name": list_name,
        "digest": digest,
        "key": digest,
        "scope": scope,
    }
    await connection.execute(insert(draft_change).values(values))


async def add_term_changes(
    connection: AsyncConnection,
    draft_id: int,
    op: str,
    rows: Sequence[TermRow],
    stamp: Stamp,
) -> None:
    """Write changes that add or remove these rows."""
    set_id = await current_set(connection, draft_id)
    common = stamp._asdict() | {"set_id": set_id, "op": op}
    for start in range(0, len(rows), WRITE_BATCH):
        values = [
            row._asdict() | {"key": term_key(row.list_name, row.term)} | common
            for row in rows[start : start + WRITE_BATCH]
        ]
        await connection.execute(insert(draft_change), values)


async def change_rows(
    connection: AsyncConnection, draft_id: int, after: int, limit: int
) -> list[ChangeRow]:
    """Changes with an id above `after`, oldest first."""
    query = _changes(draft_id, _change.id > after).order_by(_change.id).limit(limit)
    return [_change_row(row) for row in await connection.execute(query)]


async def find_change(
    connection: AsyncConnection, draft_id: int, *, digest: bytes
) -> ChangeRow | None:
    """The change of a draft that concerns this digest."""
    query = _changes(draft_id, _change.digest == digest)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _change_row(row)


async def list_changes(connection: AsyncConnection, draft_id: int) -> list[ChangeRow]:
    """The changes of a draft that concern whole lists, oldest first."""
    query = _changes(draft_id, _change.term.is_(None))
    return [_change_row(row) for row in await connection.execute(query)]


async def take_back(connection: AsyncConnection, draft_id: int, digest: bytes) -> None:
    """Delete the change that concerns this digest."""
    await _delete(connection, draft_id, _change.digest == digest)


async def take_back_word(
    connection: AsyncConnection, draft_id: int, change_id: int
) -> bool:
    """Delete a change and all others on its word; False when there is none."""
    own = in_draft(draft_change, draft_id) & (_change.id == change_id)
    key = await connection.scalar(select(_change.key).where(own))
    if key is None:
        return False
    await _delete(connection, draft_id, _change.key == key)
    return True


async def take_back_some(connection: AsyncConnection, draft_id: int) -> bool:
    """Delete some changes of a draft; False when none was left."""
    page = select(_change.id).where(in_draft(draft_change, draft_id))
    ids = page.limit(CLEAR_BATCH).subquery()
    return await _delete(connection, draft_id, _change.id.in_(select(ids.c.id))) > 0


async def take_back_list(
    connection: AsyncConnection, draft_id: int, list_name: str
) -> int:
    """Delete all changes on a list and its words; how many there were."""
    return await _delete(connection, draft_id, _change.list_name == list_name)


async def _delete(
    connection: AsyncConnection, draft_id: int, which: ColumnElement[bool]
) -> int:
    own = delete(draft_change).where(in_draft(draft_change, draft_id))
    return (await connection.execute(own.where(which))).rowcount


_TERM = [_change[name] for name in TermRow._fields]
_STAMP = [_change[name] for name in Stamp._fields]


def _changes(draft_id: int, which: ColumnElement[bool]) -> Any:
    head = (_change.id, _change.op, _change.scope)
    own = select(*head, *_TERM, *_STAMP).where(in_draft(draft_change, draft_id))
    return own.where(which)


def _change_row(found: Any) -> ChangeRow:
    """A row of `_changes` taken apart."""
    number, op, scope, *rest = found
    row, stamp = TermRow(*rest[: len(_TERM)]), Stamp(*rest[len(_TERM) :])
    content = row if op in {"add", "remove"} else None
    return ChangeRow(number, op, row.list_name, row.digest, content, scope, stamp)
