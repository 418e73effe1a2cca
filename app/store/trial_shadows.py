"""Queries on shadows and what they counted."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.dialect import upsert
from app.store.trial_tables import trial_shadow, trial_shadow_count

_shadow = trial_shadow.c
_count = trial_shadow_count.c


class ShadowRow(NamedTuple):
    """One shadow as stored; times are Unix seconds."""

    id: int
    candidate: str
    base: int
    share: float
    scenes: str
    state: str
    started_at: float
    started_by: str
    ended_at: float | None
    ended_by: str | None
    reason: str | None
    dropped: int


class CountKey(NamedTuple):
    """What is counted: a pair of decisions in a scene, or a word's part in one.

    With an empty `kind` the count is of texts, and there is no word.
    """

    shadow: int
    scene: str
    before: str
    after: str
    kind: str
    term_key: bytes
    list_name: str
    term: str


class TermCount(NamedTuple):
    """What one word changed, in all or one scene."""

    scene: str
    before: str
    after: str
    kind: str
    list_name: str
    term: str
    times: int


async def add_shadow(connection: AsyncConnection, **values: Any) -> int | None:
    """Write a new row and return its id; None when one is running already."""
    statement = upsert(connection, trial_shadow).values(values)
    added = statement.on_conflict_do_nothing().returning(_shadow.id)
    found = (await connection.execute(added)).scalar_one_or_none()
    return None if found is None else int(found)


async def running_shadow(connection: AsyncConnection) -> ShadowRow | None:
    """The shadow that runs, None when there is none."""
    query = _rows().where(_shadow.state == "running")
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else ShadowRow(*row)


async def shadow(connection: AsyncConnection, shadow_id: int) -> ShadowRow | None:
    """One shadow, None when there is none of this id."""
    query = _rows().where(_shadow.id == shadow_id)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else ShadowRow(*row)


async def newest_shadow(connection: AsyncConnection) -> ShadowRow | None:
    """The one started last, running or over."""
    query = _rows().order_by(_shadow.id.desc()).limit(1)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else ShadowRow(*row)


async def end_shadow(
    connection: AsyncConnection, shadow_id: int, **values: Any
) -> bool:
    """Close a running shadow; False when it was over before."""
    mine = update(trial_shadow).where(
        _shadow.id == shadow_id, _shadow.state == "running"
    )
    return (await connection.execute(mine.values(values))).rowcount == 1


async def promote_shadow(
    connection: AsyncConnection, shadow_id: int, *, by_itself: str, **values: Any
) -> None:
    """Close a shadow as promoted, even if it had just ended `by_itself`."""
    mine = update(trial_shadow).where(
        _shadow.id == shadow_id,
        or_(_shadow.state == "running", _shadow.ended_by == by_itself),
    )
    await connection.execute(mine.values(state="promoted", **values))


async def add_counts(
    connection: AsyncConnection, added: Mapping[CountKey, int]
) -> None:
    """Add to counts, creating them as needed."""
    if not added:
        return
    # Every process takes the rows in the same order, or two could deadlock.
    rows = [{**key._asdict(), "times": added[key]} for key in sorted(added)]
    statement = upsert(connection, trial_shadow_count)
    merged = statement.on_conflict_do_update(
        index_elements=list(CountKey._fields[:6]),
        set_={"times": _count.times + statement.excluded.times},
    )
    await connection.execute(merged, rows)


async def add_dropped(connection: AsyncConnection, shadow_id: int, count: int) -> None:
    """Count texts that the shadow could not take."""
    mine = update(trial_shadow).where(_shadow.id == shadow_id)
    await connection.execute(mine.values(dropped=_shadow.dropped + count))


async def totals(
    connection: AsyncConnection, shadow_id: int
) -> list[tuple[str, str, str, int]]:
    """Texts by scene, decision before and decision after."""
    query = select(_count.scene, _count.before, _count.after, _count.times)
    query = query.where(_count.shadow == shadow_id, _count.kind == "")
    order = query.order_by(_count.scene, _count.before, _count.after)
    return [tuple(row) for row in await connection.execute(order)]


async def top_terms(
    connection: AsyncConnection, shadow_id: int, *, offset: int, limit: int
) -> list[TermCount]:
    """The words behind the differences, most frequent first."""
    columns = [_count[name] for name in TermCount._fields]
    query = select(*columns).where(_count.shadow == shadow_id, _count.kind != "")
    order = (_count.times.desc(), _count.term_key, *columns[:4])
    query = query.order_by(*order).offset(offset).limit(limit)
    return [TermCount(*row) for row in await connection.execute(query)]


async def count_terms(connection: AsyncConnection, shadow_id: int) -> int:
    """How many rows `top_terms` has in all."""
    query = select(func.count()).where(_count.shadow == shadow_id, _count.kind != "")
    return int(await connection.scalar(query) or 0)


async def forget_ended(connection: AsyncConnection, before: float) -> int:
    """Delete shadows that ended before a time, with their counts."""
    old = delete(trial_shadow).where(_shadow.ended_at < before)
    return (await connection.execute(old)).rowcount


def _rows() -> Any:
    """All columns in the order of `ShadowRow`."""
    return select(*(_shadow[name] for name in ShadowRow._fields))
