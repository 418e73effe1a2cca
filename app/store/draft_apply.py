"""From draft to version: conflicts, and the changes by the set."""

from sqlalchemy import (
    ColumnElement,
    FromClause,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.draft_content import changed
from app.store.draft_sets import in_draft
from app.store.draft_tables import draft, draft_change
from app.store.lexicon import TermRow
from app.store.lexicon_lives import alive
from app.store.lexicon_tables import lexicon_list, lexicon_term

_change = draft_change.c
_term = lexicon_term.c


async def oldest_sight(connection: AsyncConnection, draft_id: int) -> int | None:
    """The earliest version that the author of a change looked at."""
    query = select(func.min(_change.seen)).where(in_draft(draft_change, draft_id))
    found = await connection.scalar(query)
    return None if found is None else int(found)


async def conflicts(
    connection: AsyncConnection, draft_id: int, since: int, limit: int
) -> list[tuple[str, str]]:
    """Words of the draft that versions after `since` made otherwise, as list and term.

    A word is in conflict when its live rows are neither those that the author of
    the change saw nor those that the draft leads to.
    """
    own = draft_change.alias()
    query = (
        select(_term.list_name, _term.term)
        .where(_same_word(own, draft_id, since))
        .where(or_(_came(own, draft_id), _went(own, draft_id)))
        .distinct()
        .order_by(_term.list_name, _term.term)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in await connection.execute(query)]


async def list_touched(
    connection: AsyncConnection, name: str, since: int, *, words: bool
) -> bool:
    """Whether later versions changed a list's settings, or brought it new words."""
    row = lexicon_list.c
    later = or_(row.added_in > since, row.removed_in > since)
    settings = select(row.id).where(row.list_name == name, later).limit(1)
    if await connection.scalar(settings) is not None:
        return True
    if not words:
        return False
    new = select(_term.id).where(
        _term.added_in > since, _term.list_name == name, _term.removed_in.is_(None)
    )
    return await connection.scalar(new.limit(1)) is not None


async def lists_dropped(connection: AsyncConnection, draft_id: int) -> list[str]:
    """Lists that the draft gives words or settings, and that later versions dropped."""
    own, other = draft_change.alias(), draft_change.alias()
    seen = (
        select(own.c.list_name, func.min(own.c.seen).label("seen"))
        .where(in_draft(own, draft_id), own.c.op.in_(("add", "list")))
        .group_by(own.c.list_name)
        .subquery()
    )
    query = (
        select(seen.c.list_name)
        .join(draft, draft.c.version > seen.c.seen)
        .join(other, in_draft(other, draft.c.id))
        .where(other.c.op == "drop_list", other.c.list_name == seen.c.list_name)
        .distinct()
    )
    return list((await connection.scalars(query)).all())


async def apply_terms(
    connection: AsyncConnection, draft_id: int, number: int
) -> tuple[int, int]:
    """Make the draft's changes of words as version `number`; how many came, went."""
    mine = in_draft(draft_change, draft_id)
    live = update(lexicon_term).where(_term.removed_in.is_(None))
    alone = select(_change.digest).where(mine, _change.op == "remove")
    dropped = select(_change.list_name).where(mine, _change.op == "drop_list")
    gone = 0
    for which in (_term.digest.in_(alone), _term.list_name.in_(dropped)):
        end = live.where(which).values(removed_in=number)
        gone += (await connection.execute(end)).rowcount
    names = [*TermRow._fields, "key"]
    rows = (
        select(*(_change[name] for name in names), literal(number))
        .where(mine, _change.op == "add", ~alive(lexicon_term, _change.digest))
        .order_by(_change.id)
    )
    add = insert(lexicon_term).from_select([*names, "added_in"], rows)
    return (await connection.execute(add)).rowcount, gone


def came(own: FromClause, draft_id: int, since: int) -> ColumnElement[bool]:
    """Join changes of the draft with live rows that later versions gave their words."""
    return _same_word(own, draft_id, since) & _came(own, draft_id)


def _same_word(own: FromClause, draft_id: int, since: int) -> ColumnElement[bool]:
    """Join changes of the draft with rows of their words that lately came or went."""
    lately = or_(_term.added_in > since, _term.removed_in > since)
    mine = in_draft(own, draft_id) & own.c.op.in_(("add", "remove"))
    return lately & mine & (own.c.key == _term.key)


def _came(own: FromClause, draft_id: int) -> ColumnElement[bool]:
    """Whether a live row is neither the author's own nor one that the author saw."""
    old = lexicon_term.alias()
    seen = exists(
        select(literal(1)).where(
            old.c.key == _term.key,
            old.c.digest == _term.digest,
            old.c.added_in <= own.c.seen,
            old.c.removed_in > own.c.seen,
        )
    )
    new = (_term.added_in > own.c.seen) & _term.removed_in.is_(None)
    # Whoever takes it away in the same draft has seen it, too.
    known = [changed(draft_id, op, "digest", _term.digest) for op in ("add", "remove")]
    return new & ~or_(*known) & ~seen


def _went(own: FromClause, draft_id: int) -> ColumnElement[bool]:
    """Whether a row that the author saw was taken away, unless both agree on that."""
    gone = (_term.added_in <= own.c.seen) & (_term.removed_in > own.c.seen)
    other = draft_change.alias()
    # Taking it away and putting something else in its place is not the same.
    waiting = exists(
        select(literal(1)).where(
            in_draft(other, draft_id),
            other.c.key == _term.key,
            other.c.op == "add",
            ~alive(lexicon_term, other.c.digest),
        )
    )
    agreed = changed(draft_id, "remove", "digest", _term.digest) & ~waiting
    return gone & ~alive(lexicon_term, _term.digest) & ~agreed
