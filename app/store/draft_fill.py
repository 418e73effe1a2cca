"""A file into a draft: a set of changes that grows beside that of the draft.

First come the changes that the draft has, then the rows of the file, then what has
to make way for them. Each step is short; nobody sees the set before it is complete.
All of it is about one version, which stays as it is whatever goes live meanwhile.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    literal_column,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.dialect import upsert
from app.store.draft import Stamp
from app.store.draft_content import has_row
from app.store.draft_sets import in_set, windows
from app.store.draft_tables import draft_change
from app.store.lexicon import WRITE_BATCH, TermRow, belongs
from app.store.lexicon_keys import term_key
from app.store.lexicon_tables import lexicon_term

KEPT = "kept"
"""The operation of rows that the draft added before the file, as long as the set grows;
those of the file itself are "add"."""

_change = draft_change.c
_term = lexicon_term.c
_CONTENT = [*TermRow._fields, "key"]
_FREE = [column.name for column in _change if column.name not in {"id", "set_id"}]


class Fill(NamedTuple):
    """A file on its way: from the changes of a draft to its next ones.

    With `whole` the list becomes the file; otherwise given words take the place of
    what the list has for them.
    """

    old_set: int
    new_set: int
    list_name: str
    whole: bool
    stamp: Stamp


class FillCounts(NamedTuple):
    """What a file changes, in rows: see `LoadReport`."""

    added: int
    changed: int
    removed: int
    unchanged: int


Windows = Sequence[ColumnElement[bool]]
Values = tuple[Any, ...]


async def old_windows(connection: AsyncConnection, fill: Fill) -> Windows:
    """Stretches of the changes that the draft has."""
    return await windows(connection, draft_change, _change.set_id == fill.old_set)


async def copy_old(
    connection: AsyncConnection, fill: Fill, window: ColumnElement[bool]
) -> None:
    """Begin with what the draft changes already, in the same order."""
    here = (_change.op == "add") & (_change.list_name == fill.list_name)
    op = case((here, KEPT), else_=_change.op).label("op")
    columns = [op if name == "op" else _change[name] for name in _FREE]
    rows = select(literal(fill.new_set), *columns).order_by(_change.id)
    rows = rows.where(in_set(draft_change, fill.old_set), window)
    await connection.execute(insert(draft_change).from_select(["set_id", *_FREE], rows))


def given_values(fill: Fill, rows: Iterable[TermRow]) -> list[Values]:
    """Rows of the file for `add_given`, in the order of the table's columns."""
    number, stamp = fill.new_set, fill.stamp
    return [
        (number, name, digest, term_key(name, term), term, *rest, *stamp)
        for name, digest, term, *rest in rows
    ]


async def add_given(connection: AsyncConnection, values: list[Values]) -> None:
    """Write rows of the file; what is there already, also a removal, becomes one."""
    names = ["set_id", *TermRow._fields, "key", *Stamp._fields]
    places: dict[str, Any] = {name: bindparam(name) for name in names}
    places["op"] = literal_column("'add'")
    add = upsert(connection, draft_change).values(places)
    again = add.on_conflict_do_update(
        index_elements=["set_id", "digest"], set_={"op": add.excluded.op}
    )
    # Handing the rows to the driver as they are saves most of the time.
    statement = str(again.inline().compile(dialect=connection.dialect))
    for start in range(0, len(values), WRITE_BATCH):
        await connection.exec_driver_sql(statement, values[start : start + WRITE_BATCH])


async def count_fill(connection: AsyncConnection, fill: Fill) -> FillCounts:
    """Compare a file with the list as the draft leaves it."""
    given = await _count_given(connection, fill)
    word = _words(fill)
    same, total, of_file = word.c.same, word.c.total, word.c.given
    gone = total - same
    if not fill.whole:
        gone = case((of_file > 0, gone), else_=0)
    new = of_file - same
    changed = case((new < gone, new), else_=gone)
    sums = select(*(func.sum(number) for number in (total, same, gone, changed)))
    found = (await connection.execute(sums)).one()
    present, kept, went, both = (int(number or 0) for number in found)
    return FillCounts(given - kept - both, both, went - both, present - went)


async def version_windows(connection: AsyncConnection, fill: Fill) -> Windows:
    """Stretches of the rows that the version has in the list."""
    return await windows(connection, lexicon_term, _versioned(fill))


async def new_windows(connection: AsyncConnection, fill: Fill) -> Windows:
    """Stretches of the new set."""
    return await windows(connection, draft_change, _change.set_id == fill.new_set)


async def remove_others(
    connection: AsyncConnection, fill: Fill, window: ColumnElement[bool]
) -> None:
    """Remove rows of the version that the file does not have."""
    await _remove(connection, fill, _versioned(fill), window)


async def remove_replaced(
    connection: AsyncConnection, fill: Fill, window: ColumnElement[bool]
) -> None:
    """Remove other rows of the version for the words of the file."""
    given = _given(draft_change, fill, direct=False) & window
    keys = select(_change.key).where(given)
    await _remove(connection, fill, _versioned(fill), _term.key.in_(keys))


async def drop_replaced(
    connection: AsyncConnection, fill: Fill, window: ColumnElement[bool]
) -> None:
    """No longer add what the draft added for the words of the file, or the list."""
    own = in_set(draft_change, fill.new_set) & (_change.op == KEPT) & window
    if not fill.whole:
        other = draft_change.alias()
        own &= exists(
            select(literal(1)).where(_given(other, fill), other.c.key == _change.key)
        )
    await connection.execute(delete(draft_change).where(own))


async def drop_present(
    connection: AsyncConnection, fill: Fill, window: ColumnElement[bool]
) -> None:
    """Do not add what the version has."""
    given = _given(draft_change, fill, direct=False) & window
    present = has_row(draft_change, fill.stamp.seen)
    await connection.execute(delete(draft_change).where(given, present))


async def keep_rest(
    connection: AsyncConnection, fill: Fill, window: ColumnElement[bool]
) -> None:
    """Go on adding what the draft added before, and the file leaves alone."""
    own = in_set(draft_change, fill.new_set) & (_change.op == KEPT) & window
    await connection.execute(update(draft_change).where(own).values(op="add"))


async def settle(connection: AsyncConnection) -> None:
    """Let PostgreSQL know how many rows came, or it plans for a handful."""
    if connection.dialect.name != "sqlite":
        await connection.exec_driver_sql("ANALYZE draft_change")


async def _count_given(connection: AsyncConnection, fill: Fill) -> int:
    """The rows of the file, each counted once."""
    ids = select(func.min(_change.id), func.max(_change.id))
    low, high = (
        await connection.execute(ids.where(_change.set_id == fill.new_set))
    ).one()
    own = _given(draft_change, fill, direct=False) & _change.id.between(low, high)
    return int(await connection.scalar(select(func.count()).where(own)) or 0)


def _given(
    changes: FromClause, fill: Fill, *, direct: bool = True
) -> ColumnElement[bool]:
    """Whether a change is a row of the file; `direct` through the index of the set."""
    own = changes.c.set_id == fill.new_set if direct else in_set(changes, fill.new_set)
    return own & (changes.c.op == "add") & (changes.c.list_name == fill.list_name)


def _versioned(fill: Fill) -> ColumnElement[bool]:
    """Rows of the list in the version."""
    return (_term.list_name == fill.list_name) & belongs(lexicon_term, fill.stamp.seen)


def _present(fill: Fill) -> Select[Any]:
    """Digests and keys of the rows that the list has in the draft before the file."""
    other = draft_change.alias()
    gone = exists(
        select(literal(1)).where(
            other.c.set_id == fill.old_set,
            other.c.digest == _term.digest,
            other.c.op == "remove",
        )
    )
    stay = select(_term.digest, _term.key).where(_versioned(fill), ~gone)
    mine = (_change.set_id == fill.old_set) & (_change.op == "add")
    new = mine & (_change.list_name == fill.list_name)
    fresh = ~has_row(draft_change, fill.stamp.seen)
    more = select(_change.digest, _change.key).where(new, fresh)
    return select(union_all(stay, more).subquery())


def _words(fill: Fill) -> FromClause:
    """For each word that the list has: its rows, those that stay, those of the file."""
    present = _present(fill).subquery()
    file = draft_change.alias()
    same = exists(
        select(literal(1)).where(_given(file, fill), file.c.digest == present.c.digest)
    )
    number = case((same, 1), else_=0)
    counts = (func.count().label("total"), func.sum(number).label("same"))
    word = select(present.c.key, *counts).group_by(present.c.key).subquery()
    of_file = select(func.count()).where(_given(file, fill), file.c.key == word.c.key)
    return select(word, of_file.scalar_subquery().label("given")).subquery()


async def _remove(
    connection: AsyncConnection, fill: Fill, *which: ColumnElement[bool]
) -> None:
    """Write removals of rows that the file does not have."""
    given = draft_change.alias()
    known = exists(
        select(literal(1)).where(_given(given, fill), given.c.digest == _term.digest)
    )
    fixed = [literal(value) for value in (fill.new_set, "remove", *fill.stamp)]
    rows = select(*(_term[name] for name in _CONTENT), *fixed).where(*which, ~known)
    names = [*_CONTENT, "set_id", "op", *Stamp._fields]
    insertion = upsert(connection, draft_change).from_select(
        names, rows.order_by(_term.id)
    )
    # What the draft removes already keeps its author.
    await connection.execute(insertion.on_conflict_do_nothing())
