"""What two contents differ in, found without reading what they share."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    and_,
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
from app.store.draft_sets import in_draft
from app.store.draft_tables import draft_change
from app.store.lexicon import TermRow
from app.store.lexicon_lives import alive
from app.store.lexicon_tables import lexicon_term

SORTED_BY = 100
"""So many characters of a term decide where it stands among the differences."""

_change = draft_change.c
_term = lexicon_term.c
_NAMES = [*TermRow._fields, "key"]


class Side(NamedTuple):
    """A version, or a draft on top of it, which then is the live one."""

    version: int
    draft_id: int | None = None


class Place(NamedTuple):
    """Where a difference stands among all of them.

    `rank` tells the rows of one word apart.
    """

    list_name: str
    start: str
    key: bytes
    rank: int


class Differing(NamedTuple):
    """A row that only one side has: the first, or else the second."""

    place: Place
    first: bool
    row: TermRow


class DiffCounts(NamedTuple):
    """How many words the second side has more, less, and otherwise."""

    added: int
    removed: int
    changed: int


async def count_differences(
    connection: AsyncConnection, first: Side, second: Side
) -> DiffCounts:
    """Count all differences."""
    net = await _net(connection, first, second)
    if net is None:
        return DiffCounts(0, 0, 0)
    came = func.count().filter(net.c.sign > 0)
    went = func.count().filter(net.c.sign < 0)
    words = select(came.label("came"), went.label("went")).group_by(net.c.key)
    word = words.subquery().c
    both = case((word.came < word.went, word.came), else_=word.went)
    query = select(func.sum(word.came), func.sum(word.went), func.sum(both))
    found = (await connection.execute(query)).one()
    added, removed, changed = (int(number or 0) for number in found)
    return DiffCounts(added - changed, removed - changed, changed)


async def differences(
    connection: AsyncConnection,
    first: Side,
    second: Side,
    *,
    after: Place | None,
    limit: int,
) -> list[Differing]:
    """At most `limit` rows behind a place, those of one place together."""
    net = await _net(connection, first, second)
    if net is None:
        return []
    rank = func.row_number().over(
        partition_by=(net.c.key, net.c.sign), order_by=net.c.digest
    )
    start = func.substr(net.c.term, 1, SORTED_BY).label("start")
    row = select(net, start, rank.label("rank")).subquery().c
    place = (
        bytewise(connection, row.list_name),
        bytewise(connection, row.start),
        row.key,
        row.rank,
    )
    head = (row.start, row.key, row.rank, row.sign)
    query = select(*head, *(row[name] for name in TermRow._fields))
    if after is not None:
        query = query.where(tuple_(*place) > tuple_(*map(literal, after)))
    query = query.order_by(*place, row.sign).limit(limit)
    return [_differing(found) for found in await connection.execute(query)]


def _differing(found: Any) -> Differing:
    """A row of the query in `differences` taken apart."""
    start, key, rank, sign, *rest = found
    row = TermRow(*rest)
    return Differing(Place(row.list_name, start, key, rank), sign < 0, row)


async def _net(connection: AsyncConnection, first: Side, second: Side) -> CTE | None:
    """The rows that only one side has: `sign` -1 the first, 1 the second.

    The way leads from the first side to the live version and on to the second;
    what comes and goes on it does not count.
    """
    steps = [
        *await _drafted(connection, first, -1),
        *_between(first, second),
        *await _drafted(connection, second, 1),
    ]
    if not steps:
        return None
    step = union_all(*steps).cte("step").c
    # A digest stands for all the content of its row.
    own = [step.digest, step.key]
    rest = [name for name in TermRow._fields if name != "digest"]
    same = [func.max(step[name]).label(name) for name in rest]
    total = func.sum(step.sign)
    rows = select(*own, *same, total.label("sign"))
    return rows.group_by(*own).having(total != 0).cte("net")


def _between(first: Side, second: Side) -> Iterator[Select[Any]]:
    """What comes and goes from one version to another."""
    low, high = sorted((first.version, second.version))
    if low == high:
        return
    sign = 1 if first.version == low else -1
    came = (_term.added_in > low) & (_term.added_in <= high)
    stays = or_(_term.removed_in.is_(None), _term.removed_in > high)
    yield _rows(_term, came & stays, sign)
    went = (_term.removed_in > low) & (_term.removed_in <= high)
    yield _rows(_term, and_(went, _term.added_in <= low), -sign)


async def _drafted(
    connection: AsyncConnection, side: Side, sign: int
) -> Sequence[Select[Any]]:
    """What a draft brings and takes away."""
    if side.draft_id is None:
        return []
    own = in_draft(draft_change, side.draft_id)
    lists = select(_change.list_name).where(own, _change.term.is_(None))
    # Asked for first: PostgreSQL would go through all words to find none.
    found = await connection.scalars(lists.where(_change.op == "drop_list"))
    dropped = found.all()
    known = alive(lexicon_term, _change.digest)
    alone = own & (_change.op == "remove") & _change.list_name.not_in(dropped)
    steps = [
        _rows(_change, own & (_change.op == "add") & ~known, sign),
        _rows(_change, alone & known, -sign),
    ]
    if dropped:
        whole = _term.removed_in.is_(None) & _term.list_name.in_(dropped)
        steps.append(_rows(_term, whole, -sign))
    return steps


def _rows(row: Any, which: ColumnElement[bool], sign: int) -> Select[Any]:
    columns = [row[name] for name in _NAMES]
    return select(*columns, literal(sign).label("sign")).where(which)
