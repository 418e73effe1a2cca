"""Queries on the ring of recent texts; content is bytes that only we can read."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.tables import app
from app.store.trial_tables import trial_sample

_sample = trial_sample.c


class SampleRow(NamedTuple):
    """One kept text; `at` is Unix time in seconds."""

    id: int
    appid: str
    scene: str
    at: float
    content: bytes


class Ring(NamedTuple):
    """What is kept of one app: how many texts and bytes, and when the oldest came."""

    appid: str
    texts: int
    size: int
    oldest: float


async def app_settings(connection: AsyncConnection) -> dict[str, dict[str, object]]:
    """The stored settings of every app."""
    query = select(app.c.appid, app.c.settings)
    return {row.appid: row.settings for row in await connection.execute(query)}


async def add_samples(
    connection: AsyncConnection, rows: Sequence[Mapping[str, object]]
) -> None:
    """Keep these texts: `appid`, `scene`, `at` and `content` of each."""
    if rows:
        await connection.execute(trial_sample.insert(), list(rows))


async def samples_before(
    connection: AsyncConnection,
    appid: str,
    *,
    since: float,
    below: int | None,
    limit: int,
) -> list[SampleRow]:
    """Texts of one app newer than `since`, newest first, with ids under `below`."""
    query = select(*(_sample[name] for name in SampleRow._fields))
    query = query.where(_sample.appid == appid, _sample.at > since)
    if below is not None:
        query = query.where(_sample.id < below)
    query = query.order_by(_sample.id.desc()).limit(limit)
    return [SampleRow(*row) for row in await connection.execute(query)]


async def samples_by_id(
    connection: AsyncConnection, ids: Collection[int]
) -> list[SampleRow]:
    """Those of these texts that are still kept."""
    query = select(*(_sample[name] for name in SampleRow._fields))
    query = query.where(_sample.id.in_(list(ids)))
    return [SampleRow(*row) for row in await connection.execute(query)]


async def sampled_apps(connection: AsyncConnection) -> list[str]:
    """The apps of which any text is kept."""
    return list((await connection.scalars(select(_sample.appid).distinct())).all())


async def drop_before(connection: AsyncConnection, appid: str, before: float) -> int:
    """Forget what an app sent before a time; how many texts that were."""
    aged = delete(trial_sample).where(_sample.appid == appid, _sample.at <= before)
    return (await connection.execute(aged)).rowcount


async def drop_surplus(
    connection: AsyncConnection, appid: str, *, keep: int, size: int
) -> int:
    """Forget all but the newest of an app: `keep` texts of `size` bytes in all.

    How many that were.
    """
    own = _sample.appid == appid
    newest = _sample.id.desc()
    place = func.row_number().over(order_by=newest).label("place")
    total = func.sum(func.length(_sample.content)).over(order_by=newest).label("total")
    counted = select(_sample.id, place, total).where(own).subquery()
    beyond = or_(counted.c.place > keep, counted.c.total > size)
    edge = await connection.scalar(select(func.max(counted.c.id)).where(beyond))
    if edge is None:
        return 0
    surplus = delete(trial_sample).where(own, _sample.id <= edge)
    return (await connection.execute(surplus)).rowcount


async def drop_app(connection: AsyncConnection, appid: str) -> int:
    """Forget all texts of an app; how many that were."""
    everything = delete(trial_sample).where(_sample.appid == appid)
    return (await connection.execute(everything)).rowcount


async def rings(connection: AsyncConnection) -> list[Ring]:
    """What is kept of each app of which anything is, by appid."""
    size = func.sum(func.length(_sample.content))
    query = select(_sample.appid, func.count(), size, func.min(_sample.at))
    query = query.group_by(_sample.appid).order_by(_sample.appid)
    return [
        Ring(appid, texts, int(kept), oldest)
        for appid, texts, kept, oldest in await connection.execute(query)
    ]
