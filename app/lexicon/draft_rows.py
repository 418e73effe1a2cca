"""Stored drafts: found, guarded by their revision, and handed out."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy.ext.asyncio import AsyncConnection

from app.lexicon.errors import LexiconError, NotFoundError, StaleError
from app.lexicon.lists import unpack_scope
from app.lexicon.records import Approval, Change, Draft, Op, Origin, State
from app.lexicon.versions import MAX_WHO_LENGTH
from app.store import draft as store
from app.store.draft import ApprovalRow, ChangeRow, DraftRow, Stamp
from app.store.lexicon import live_number

_LAST_ID = 2**31 - 1


async def begin_draft(
    connection: AsyncConnection, title: str, *, who: str, origin: Origin, now: float
) -> int:
    """Write an empty draft on the live version; its id."""
    base = await live_number(connection) or 0
    who = who[:MAX_WHO_LENGTH]
    row = DraftRow(0, title, origin, "open", 1, base, now, who, 0, None)
    return await store.add_draft(connection, row)


async def found_draft(
    connection: AsyncConnection, draft_id: int, *, lock: bool = False
) -> DraftRow:
    """A draft, in whatever state.

    Raises:
        NotFoundError: there is none of this id.
    """
    row = None
    if 0 < draft_id <= _LAST_ID:
        row = await store.draft_row(connection, draft_id, lock=lock)
    if row is None:
        raise NotFoundError(f"there is no draft {draft_id}")
    return row


async def open_draft(
    connection: AsyncConnection,
    draft_id: int,
    revision: int | None,
    *,
    lock: bool = True,
) -> DraftRow:
    """A draft that can be changed, kept from other editors until the end.

    Raises:
        NotFoundError: there is none of this id.
        LexiconError: it was published or discarded.
        StaleError: it is at another revision; None asks for none.
    """
    row = await found_draft(connection, draft_id, lock=lock)
    if row.state == "published":
        raise LexiconError(f"draft {draft_id} is published as version {row.version}")
    if row.state != "open":
        raise LexiconError(f"draft {draft_id} was discarded")
    if revision is not None and revision != row.revision:
        raise StaleError(draft_id, row.revision)
    return row


async def make_stamp(
    connection: AsyncConnection, who: str, why: str, now: float
) -> Stamp:
    """What each change made now carries."""
    seen = await live_number(connection) or 0
    return Stamp(seen, who[:MAX_WHO_LENGTH], now, why)


def to_draft(row: DraftRow, given: Sequence[ApprovalRow]) -> Draft:
    """A stored draft with its approvals."""
    return Draft(
        id=row.id,
        title=row.title,
        origin=cast(Origin, row.origin),
        state=cast(State, row.state),
        revision=row.revision,
        base=row.base,
        created_at=row.created_at,
        created_by=row.created_by,
        changes=row.changes,
        version=row.version,
        approvals=tuple(Approval(*one) for one in given),
    )


def to_change(row: ChangeRow) -> Change:
    """A stored change."""
    packed = row.scope
    return Change(
        id=row.id,
        op=cast(Op, row.op),
        list_name=row.list_name,
        row=row.row,
        scope=None if packed is None else unpack_scope(row.list_name, packed),
        who=row.stamp.who,
        at=row.stamp.at,
        why=row.stamp.why,
    )
