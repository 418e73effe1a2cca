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
    # Later changes were made in sight of later versions; ids are in the index.
    own = draft_change.alias()
    first = select(func.min(own.c.id)).where(in_draft(own, draft_id)).scalar_subquery()
    found = await connection.scalar(select(_change.seen).where(_change.id == first))
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


async def lists_dropped(
    connection: AsyncConnection, draft_id: int, since: int
) -> list[str]:
    """Lists that the draft gives words or settings, and that later versions dropped."""
    other, own = draft_change.alias(), draft_change.alias()
    later = (
        select(other.c.list_name, draft.c.version)
        .select_from(draft)
        .join(other, in_draft(other, draft.c.id))
        .where(draft.c.version > since)
        .where(other.c.term.is_(None), other.c.op == "drop_list")
    )
    gone = [(row[0], row[1]) for row in await connection.execute(later)]
    gives = in_draft(own, draft_id) & own.c.op.in_(("add", "list"))
    found = set()
    for name, version in gone:
        query = select(own.c.id).where(
            gives, own.c.list_name == name, own.c.seen < version
        )
        if await connection.scalar(query.limit(1)) is not None:
            found.add(name)
    return sorted(found)


async def apply_terms(connection: AsyncConnection, draft_id: int, number: int) -> None:
    """Make the draft's changes of words, but for whole lists, as version `number`."""
    mine = in_draft(draft_change, draft_id)
    alone = select(_change.digest).where(mine, _change.op == "remove")
    live = _term.removed_in.is_(None) & _term.digest.in_(alone)
    end = update(lexicon_term).where(live)
    await connection.execute(end.values(removed_in=number))
    names = [*TermRow._fields, "key"]
    rows = (
        select(*(_change[name] for name in names), literal(number))
        .where(mine, _change.op == "add", ~alive(lexicon_term, _change.digest))
        .order_by(_change.id)
    )
    add = insert(lexicon_term).from_select([*names, "added_in"], rows)
    await connection.execute(add)


async def end_words(connection: AsyncConnection, list_name: str, number: int) -> None:
    """End every live row of a list as of version `number`."""
    live = _term.removed_in.is_(None) & (_term.list_name == list_name)
    end = update(lexicon_term).where(live)
    await connection.execute(end.values(removed_in=number))


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
