"""What two versions of the lists differ in, found without reading what they share."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    case,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.dialect import bytewise
from app.store.pictures import PictureRow
from app.store.pictures_tables import picture_entry

_entry = picture_entry.c


class Place(NamedTuple):
    """Where a difference stands among all of them."""

    list_name: str
    hash: bytes


class Differing(NamedTuple):
    """A row that only one side has: the first, or else the second."""

    first: bool
    row: PictureRow

    @property
    def place(self) -> Place:
        """Two rows of one place are a picture that is listed otherwise."""
        return Place(self.row.list_name, self.row.hash)


class DiffCounts(NamedTuple):
    """How many pictures the second side has more, less, and otherwise."""

    added: int
    removed: int
    changed: int


async def count_differences(
    connection: AsyncConnection, first: int, second: int
) -> DiffCounts:
    """Count all differences between two versions; 0 is that before the first."""
    if first == second:
        return DiffCounts(0, 0, 0)
    net = _net(first, second)
    came = func.count().filter(net.c.sign > 0)
    went = func.count().filter(net.c.sign < 0)
    places = select(came.label("came"), went.label("went"))
    place = places.group_by(net.c.list_name, net.c.hash).subquery().c
    both = case((place.came < place.went, place.came), else_=place.went)
    query = select(func.sum(place.came), func.sum(place.went), func.sum(both))
    found = (await connection.execute(query)).one()
    added, removed, changed = (int(number or 0) for number in found)
    return DiffCounts(added - changed, removed - changed, changed)


async def differences(
    connection: AsyncConnection,
    first: int,
    second: int,
    *,
    after: Place | None,
    limit: int,
) -> list[Differing]:
    """At most `limit` rows behind a place, those of one place together."""
    if first == second:
        return []
    net = _net(first, second).c
    place = (bytewise(connection, net.list_name), net.hash)
    query = select(net.sign, *(net[name] for name in PictureRow._fields))
    if after is not None:
        query = query.where(tuple_(*place) > tuple_(*map(literal, after)))
    query = query.order_by(*place, net.sign).limit(limit)
    rows = await connection.execute(query)
    return [Differing(sign < 0, PictureRow._make(rest)) for sign, *rest in rows]


def _net(first: int, second: int) -> CTE:
    """The rows that only one side has: `sign` -1 the first, 1 the second."""
    step = union_all(*_steps(first, second)).cte("step").c
    content = [step[name] for name in PictureRow._fields]
    total = func.sum(step.sign)
    rows = select(*content, total.label("sign")).group_by(*content)
    return rows.having(total != 0).cte("net")


def _steps(first: int, second: int) -> Iterator[Select[Any]]:
    """What comes and goes on the way from one version to the other."""
    low, high = sorted((first, second))
    sign = 1 if first == low else -1
    came = (_entry.added_in > low) & (_entry.added_in <= high)
    stays = or_(_entry.removed_in.is_(None), _entry.removed_in > high)
    yield _rows(came & stays, sign)
    went = (_entry.removed_in > low) & (_entry.removed_in <= high)
    yield _rows(went & (_entry.added_in <= low), -sign)


def _rows(which: ColumnElement[bool], sign: int) -> Select[Any]:
    columns = [_entry[name] for name in PictureRow._fields]
    return select(*columns, literal(sign).label("sign")).where(which)
