"""Sets of changes: that of a draft, and those that files are being read into."""

from collections.abc import Iterator, Sequence

from sqlalchemy import (
    ColumnElement,
    FromClause,
    ScalarSelect,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.draft_tables import draft_change, draft_set

GIVEN_UP = -1.0
"""In place of a time: nobody works on this set any more."""

WINDOW = 10_000
"""So many neighbouring ids are looked at in one short transaction."""

_set = draft_set.c


def set_of(draft_id: int | ColumnElement[int]) -> ScalarSelect[int]:
    """The set of a draft, for use in a statement."""
    current = (_set.draft_id == draft_id) & _set.touched_at.is_(None)
    return select(_set.id).where(current).scalar_subquery()


def in_draft(
    changes: FromClause, draft_id: int | ColumnElement[int]
) -> ColumnElement[bool]:
    """Whether a change is one of those that a draft has."""
    column: ColumnElement[int] = changes.c.set_id
    return column == set_of(draft_id)


async def add_set(
    connection: AsyncConnection, draft_id: int, touched_at: float | None = None
) -> int:
    """A new, empty set: that of a new draft, or one to be worked on."""
    values = {"draft_id": draft_id, "touched_at": touched_at}
    done = await connection.execute(insert(draft_set).values(values))
    (number,) = done.inserted_primary_key or (0,)
    return int(number)


async def current_set(connection: AsyncConnection, draft_id: int) -> int:
    """The set of a draft."""
    return int(await connection.scalar(select(set_of(draft_id))) or 0)


async def touch(connection: AsyncConnection, set_id: int, now: float) -> bool:
    """Say that somebody works on a set; False when it was given up.

    Until the transaction ends nobody else can give it up.
    """
    mine = update(draft_set).where(_set.id == set_id, _set.touched_at >= 0)
    return (await connection.execute(mine.values(touched_at=now))).rowcount > 0


async def give_up(connection: AsyncConnection, set_id: int) -> bool:
    """Let nobody work on a set any more; False for the set of a draft."""
    mine = update(draft_set).where(_set.id == set_id, _set.touched_at.is_not(None))
    return (await connection.execute(mine.values(touched_at=GIVEN_UP))).rowcount > 0


async def switch(connection: AsyncConnection, draft_id: int, set_id: int) -> None:
    """Give a draft another set; the one that it had is given up."""
    old = update(draft_set).where(_set.draft_id == draft_id, _set.touched_at.is_(None))
    await connection.execute(old.values(touched_at=GIVEN_UP))
    new = update(draft_set).where(_set.id == set_id)
    await connection.execute(new.values(touched_at=None))


async def forget(connection: AsyncConnection, set_id: int) -> None:
    """Delete a set that has no rows any more."""
    await connection.execute(delete(draft_set).where(_set.id == set_id))


async def other_sets(connection: AsyncConnection, draft_id: int) -> list[int]:
    """The sets beside that of a draft: files being read, and remains."""
    query = select(_set.id).where(
        _set.draft_id == draft_id, _set.touched_at.is_not(None)
    )
    return list((await connection.scalars(query)).all())


async def dead_sets(connection: AsyncConnection, before: float) -> list[int]:
    """Sets that nobody has worked on since `before`."""
    query = select(_set.id).where(_set.touched_at < before)
    return list((await connection.scalars(query)).all())


async def windows(
    connection: AsyncConnection, rows: FromClause, which: ColumnElement[bool]
) -> Sequence[ColumnElement[bool]]:
    """Conditions that together cover some rows, a stretch of ids each."""
    query = select(func.min(rows.c.id), func.max(rows.c.id)).where(which)
    low, high = (await connection.execute(query)).one()
    return [] if low is None else list(_stretches(rows.c.id, low, high))


def _stretches(
    column: ColumnElement[int], low: int, high: int
) -> Iterator[ColumnElement[bool]]:
    for start in range(low, high + 1, WINDOW):
        yield (column >= start) & (column < start + WINDOW)


def in_set(changes: FromClause, set_id: int) -> ColumnElement[bool]:
    """Whether a change is in a set, for use together with a stretch of ids."""
    # The sum keeps both databases from going through the whole set each time.
    column: ColumnElement[int] = changes.c.set_id
    return (column + 0) == set_id


async def set_windows(
    connection: AsyncConnection, set_id: int
) -> Sequence[ColumnElement[bool]]:
    """Stretches of a set."""
    return await windows(connection, draft_change, draft_change.c.set_id == set_id)


async def clear_stretch(
    connection: AsyncConnection, set_id: int, stretch: ColumnElement[bool]
) -> None:
    """Delete the rows of a set in a stretch of ids."""
    rows = delete(draft_change).where(in_set(draft_change, set_id), stretch)
    await connection.execute(rows)
