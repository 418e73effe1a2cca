"""Queries that tell an operator how the live words do."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.lexicon import TermRow
from app.store.lexicon_tables import lexicon_term, lexicon_version
from app.store.vitals import chunks
from app.store.vitals_tables import vitals_day

Order = Literal["hits", "users", "last_hit", "dead", "overturned"]

_term = lexicon_term.c
_day = vitals_day.c


class CountRow(NamedTuple):
    """A live word and what it did in a span of days.

    `published` is when the word came and `last_hit` the last hit in the span (Unix
    seconds), `user_days` adds up the users of each day.
    """

    key: bytes
    list_name: str
    term: str
    published: float
    hits: int
    last_hit: float | None
    user_days: int
    overturned: int
    upheld: int


async def count_rows(
    connection: AsyncConnection,
    *,
    since: int,
    list_name: str | None,
    order: Order,
    after: int,
    limit: int,
) -> list[CountRow]:
    """Live words in this order, counted from day `since` on; `after` are skipped."""
    live, done = _live(list_name), _done(since)
    zero = {name: func.coalesce(done.c[name], 0) for name in _SUMS}
    query = (
        select(
            live.c.key,
            live.c.list_name,
            live.c.term,
            live.c.published,
            zero["hits"],
            done.c.last_hit,
            zero["user_days"],
            zero["overturned"],
            zero["upheld"],
        )
        .select_from(live.outerjoin(done, done.c.term_key == live.c.key))
        .order_by(*_ordering(order, live, done), live.c.list_name, live.c.term)
        .offset(after)
        .limit(limit)
    )
    return [CountRow(*row) for row in await connection.execute(query)]


_SUMS = ("hits", "user_days", "overturned", "upheld")


def _live(list_name: str | None) -> Subquery:
    """Every live word that can hit, once."""
    query = (
        select(
            _term.key,
            func.min(_term.list_name).label("list_name"),
            func.min(_term.term).label("term"),
            func.min(lexicon_version.c.created_at).label("published"),
        )
        .join(lexicon_version, lexicon_version.c.number == _term.added_in)
        .where(_term.removed_in.is_(None), _term.label.is_not(None))
        .group_by(_term.key)
    )
    if list_name is not None:
        query = query.where(_term.list_name == list_name)
    return query.subquery("live")


def _done(since: int) -> Subquery:
    """What each word did from a day on: all that lies before is not looked at."""

    def total(column: ColumnElement[int], name: str) -> ColumnElement[int]:
        return func.sum(column).label(name)

    query: Select[tuple[bytes, int]] = (
        select(
            _day.term_key,
            total(_day.hits, "hits"),
            func.max(_day.last_hit).label("last_hit"),
            total(_day.user_count, "user_days"),
            total(_day.overturned, "overturned"),
            total(_day.upheld, "upheld"),
        )
        .where(_day.day >= since)
        .group_by(_day.term_key)
    )
    return query.subquery("done")


def _ordering(
    order: Order, live: Subquery, done: Subquery
) -> Sequence[ColumnElement[Any]]:
    """The most telling words first; NULL counts as nothing on both databases."""
    hits = func.coalesce(done.c.hits, 0)
    last = func.coalesce(done.c.last_hit, 0)
    if order == "users":
        return (func.coalesce(done.c.user_days, 0).desc(), hits.desc())
    if order == "last_hit":
        return (last.desc(),)
    if order == "dead":
        # Dead or not depends on the age, too: the oldest of those without hits.
        return (case((hits == 0, 0), else_=1), live.c.published, last)
    if order == "overturned":
        judged = done.c.overturned + done.c.upheld
        share = done.c.overturned * 1.0 / func.nullif(judged, 0)
        return (func.coalesce(share, -1).desc(), judged.desc(), hits.desc())
    return (hits.desc(), last.desc())


async def last_hits(
    connection: AsyncConnection, keys: Sequence[bytes], days: Sequence[int]
) -> dict[bytes, float]:
    """When each of these words last hit on these days (Unix seconds)."""
    found: dict[bytes, float] = {}
    for some in chunks(keys):
        # Days by name, not as a range: each pair is then one step into the index.
        query = (
            select(_day.term_key, func.max(_day.last_hit))
            .where(_day.day.in_(days), _day.term_key.in_(some), _day.hits > 0)
            .group_by(_day.term_key)
        )
        found.update((key, last) for key, last in await connection.execute(query))
    return found


async def user_sketches(
    connection: AsyncConnection, keys: Sequence[bytes], days: Sequence[int]
) -> dict[bytes, list[bytes]]:
    """The sketches of these words on these days."""
    found: dict[bytes, list[bytes]] = defaultdict(list)
    for some in chunks(keys):
        query = select(_day.term_key, _day.users).where(
            _day.day.in_(days), _day.term_key.in_(some), _day.user_count > 0
        )
        for key, users in await connection.execute(query):
            found[key].append(users)
    return found


async def live_rows_by_key(
    connection: AsyncConnection, keys: Sequence[bytes]
) -> list[TermRow]:
    """The live rows of these words."""
    rows: list[TermRow] = []
    columns = [_term[name] for name in TermRow._fields]
    for some in chunks(keys):
        query = select(*columns).where(_term.key.in_(some), _term.removed_in.is_(None))
        rows += [TermRow(*row) for row in await connection.execute(query)]
    return rows


async def live_rows_by_term(
    connection: AsyncConnection, terms: Sequence[str]
) -> list[TermRow]:
    """The live rows, exempt phrases apart, that are written like one of these."""
    rows: list[TermRow] = []
    columns = [_term[name] for name in TermRow._fields]
    for start in range(0, len(terms), _TERMS):
        query = select(*columns).where(
            _term.term.in_(terms[start : start + _TERMS]),
            _term.removed_in.is_(None),
            _term.label.is_not(None),
        )
        rows += [TermRow(*row) for row in await connection.execute(query)]
    return rows


_TERMS = 5000
"""Terms per query; each query looks at every live row once."""
