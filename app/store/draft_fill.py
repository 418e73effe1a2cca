"""A file into a draft: what it changes in numbers, and the changes by the set."""

from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.dialect import upsert
from app.store.draft import Stamp
from app.store.draft_content import changed
from app.store.draft_tables import draft_change, draft_stage
from app.store.lexicon import TermRow
from app.store.lexicon_lives import absent, alive
from app.store.lexicon_tables import lexicon_term

_change = draft_change.c
_stage = draft_stage.c
_term = lexicon_term.c
_CONTENT = [*TermRow._fields, "key"]


class Fill(NamedTuple):
    """A complete file in the stage: where it goes, and how it is meant.

    With `whole` the list becomes the file; otherwise given words take the place of
    what the list has for them.
    """

    fill_id: int
    draft_id: int
    list_name: str
    whole: bool


class FillCounts(NamedTuple):
    """What a file changes, in rows: see `LoadReport`."""

    added: int
    changed: int
    removed: int
    unchanged: int


async def count_fill(connection: AsyncConnection, fill: Fill) -> FillCounts:
    """Compare a file with the list as the draft leaves it."""
    total = same = worded = 0
    for rows, own in _present(fill):
        query = select(
            func.count(),
            func.count().filter(rows.c.digest.in_(_given(fill, "digest"))),
            func.count().filter(rows.c.key.in_(_given(fill, "key"))),
        ).where(own)
        one = (await connection.execute(query)).one()
        total, same, worded = total + one[0], same + one[1], worded + one[2]
    given = select(func.count(_stage.digest.distinct())).where(_own(fill))
    new = int(await connection.scalar(given) or 0) - same
    known = await _count_known(connection, fill) if total and new else 0
    others = total - worded
    removed, kept = (others, 0) if fill.whole else (0, others)
    return FillCounts(new - known, known, removed, same + kept)


async def apply_fill(connection: AsyncConnection, fill: Fill, stamp: Stamp) -> bool:
    """Make the file part of the draft; whether that changed the draft."""
    done = 0
    for statement in (
        _forget_additions(connection, fill),
        _forget_removals(fill),
        _remove(connection, fill, stamp),
        _add(connection, fill, stamp),
    ):
        done += (await connection.execute(statement)).rowcount
    return done > 0


def _own(fill: Fill) -> ColumnElement[bool]:
    return _stage.fill_id == fill.fill_id


def _given(fill: Fill, column: str) -> Select[Any]:
    """The digests or keys of the file."""
    return select(_stage[column]).where(_own(fill))


def _here(fill: Fill) -> ColumnElement[bool]:
    """Live rows of the list."""
    return (_term.list_name == fill.list_name) & _term.removed_in.is_(None)


def _mine(fill: Fill, op: str) -> ColumnElement[bool]:
    """Changes of the draft on the list."""
    own = (_change.draft_id == fill.draft_id) & (_change.list_name == fill.list_name)
    return own & (_change.op == op)


def _present(fill: Fill) -> tuple[tuple[FromClause, ColumnElement[bool]], ...]:
    """The rows that the list has in the draft: live ones that stay, and new ones."""
    gone = changed(fill.draft_id, "remove", "digest", _term.digest)
    stays = _here(fill) & ~gone
    return (lexicon_term, stays), (draft_change, _mine(fill, "add"))


async def _count_known(connection: AsyncConnection, fill: Fill) -> int:
    """Rows of the file that are new, of words that are not."""
    same, worded = [], []
    for rows, own in _present(fill):
        one = select(literal(1)).where(own)
        same.append(exists(one.where(rows.c.digest == _stage.digest)))
        worded.append(exists(one.where(rows.c.key == _stage.key)))
    query = select(func.count(_stage.digest.distinct()))
    found = await connection.scalar(query.where(_own(fill), ~or_(*same), or_(*worded)))
    return int(found or 0)


def _superseded(
    connection: AsyncConnection, fill: Fill, rows: FromClause
) -> ColumnElement[bool]:
    """Whether a row of the list must make way for the file."""
    other = absent(connection, rows.c.digest, _given(fill, "digest"))
    return other if fill.whole else rows.c.key.in_(_given(fill, "key")) & other


def _forget_additions(connection: AsyncConnection, fill: Fill) -> Any:
    """The draft no longer adds what the file does not have."""
    gone = _superseded(connection, fill, draft_change)
    return delete(draft_change).where(_mine(fill, "add"), gone)


def _forget_removals(fill: Fill) -> Any:
    """The draft no longer removes what the file has."""
    back = _change.digest.in_(_given(fill, "digest"))
    return delete(draft_change).where(_mine(fill, "remove"), back)


def _remove(connection: AsyncConnection, fill: Fill, stamp: Stamp) -> Any:
    """The draft removes live rows that make way."""
    gone = changed(fill.draft_id, "remove", "digest", _term.digest)
    rows = select(*(_term[name] for name in _CONTENT), *_fixed(fill, "remove", stamp))
    which = rows.where(_here(fill), _superseded(connection, fill, lexicon_term), ~gone)
    return _insert(connection, which.order_by(_term.id))


def _add(connection: AsyncConnection, fill: Fill, stamp: Stamp) -> Any:
    """The draft adds rows that are not live."""
    rows = select(*(_stage[name] for name in _CONTENT), *_fixed(fill, "add", stamp))
    new = rows.where(_own(fill), ~alive(lexicon_term, _stage.digest))
    return _insert(connection, new.order_by(_stage.id))


def _fixed(fill: Fill, op: str, stamp: Stamp) -> list[ColumnElement[Any]]:
    """What all changes of the file share."""
    return [literal(value) for value in (fill.draft_id, op, *stamp)]


def _insert(connection: AsyncConnection, rows: Select[Any]) -> Any:
    """Write changes; what the draft has already, or the file twice, counts once."""
    names = [*_CONTENT, "draft_id", "op", *Stamp._fields]
    return (
        upsert(connection, draft_change)
        .from_select(names, rows)
        .on_conflict_do_nothing()
    )
