"""The figures of live words, as an operator reads them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from app.store import Database
from app.store.vitals_stats import (
    CountRow,
    Order,
    count_rows,
    last_hits,
    live_rows_by_key,
    live_rows_by_term,
    user_sketches,
)
from app.vitals.cover import covering, pieces
from app.vitals.sketch import union

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class TermStat:
    """One live word in a span of days.

    `hits` counts texts, `users` different users (about 3 % off, 0 where callers named
    none). `share_overturned` is what part of the reviewed hits was found wrong, 0 to
    1, None when nobody looked. `last_hit` is Unix time and may be before the span.
    `dead`: published for the whole span without a hit. `covered_by` is another live
    term that hits wherever this one does.
    """

    list_name: str
    term: str
    hits: int
    users: int
    share_overturned: float | None
    last_hit: float | None
    dead: bool
    covered_by: str | None
    key: bytes


async def term_stats(
    db: Database,
    list_name: str | None,
    order: Order,
    *,
    today: int,
    days: int,
    kept: int,
    after: int,
    limit: int,
) -> list[TermStat]:
    """A page of words in this order; `today` is the number of a day since 1970.

    `kept` is the days of which there are counts, for the last hit of a word.

    By users means: by the users of each day, added up. The database cannot tell which
    of them were the same, and asking the sketches of every word would take too long.
    """
    span = range(today - days + 1, today + 1)
    async with db.read() as connection:
        rows = await count_rows(
            connection,
            since=span.start,
            list_name=list_name,
            order=order,
            after=after,
            limit=limit,
        )
        quiet = [row.key for row in rows if row.last_hit is None]
        before = await last_hits(connection, quiet, range(today - kept, span.start))
        keys = [row.key for row in rows if row.user_days]
        sketches = await user_sketches(connection, keys, span)
        users = await asyncio.to_thread(_unions, sketches)
        own = await live_rows_by_key(connection, [row.key for row in rows])
        inside = await asyncio.to_thread(pieces, own)
        others = await live_rows_by_term(connection, inside)
    covers = await asyncio.to_thread(covering, own, others)
    return [_stat(row, before, users, covers, span.start * _DAY) for row in rows]


def _unions(sketches: Mapping[bytes, list[bytes]]) -> dict[bytes, int]:
    return {key: union(stored) for key, stored in sketches.items()}


def _stat(
    row: CountRow,
    before: Mapping[bytes, float],
    users: Mapping[bytes, int],
    covers: Mapping[bytes, str],
    since: float,
) -> TermStat:
    reviewed = row.overturned + row.upheld
    return TermStat(
        list_name=row.list_name,
        term=row.term,
        hits=row.hits,
        users=users.get(row.key, 0),
        share_overturned=row.overturned / reviewed if reviewed else None,
        last_hit=before.get(row.key) if row.last_hit is None else row.last_hit,
        dead=row.hits == 0 and row.published < since,
        covered_by=covers.get(row.key),
        key=row.key,
    )
