"""Queries on the counts of calls that all processes share."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.dialect import upsert
from app.store.tables import quota_clear, quota_use


class Bucket(NamedTuple):
    """One count: calls of an app to an API in minute or day `number`."""

    appid: str
    api: str
    period: str
    number: int


_KEY = tuple(quota_use.c[name] for name in Bucket._fields)
_CHUNK = 200
"""Keys per query: SQLite limits the variables of one statement."""


async def add_uses(connection: AsyncConnection, added: Mapping[Bucket, int]) -> None:
    """Add to counts, creating them as needed."""
    if not added:
        return
    # Every process takes the rows in the same order, or two could deadlock.
    rows = [{**key._asdict(), "used": added[key]} for key in sorted(added)]
    statement = upsert(connection, quota_use)
    statement = statement.on_conflict_do_update(
        index_elements=list(Bucket._fields),
        set_={"used": quota_use.c.used + statement.excluded.used},
    )
    await connection.execute(statement, rows)


async def read_uses(
    connection: AsyncConnection, keys: Iterable[Bucket]
) -> dict[Bucket, int]:
    """The counts of these buckets; absent ones are missing from the answer."""
    wanted, found = list(keys), {}
    for start in range(0, len(wanted), _CHUNK):
        some = [tuple(key) for key in wanted[start : start + _CHUNK]]
        query = select(*_KEY, quota_use.c.used).where(tuple_(*_KEY).in_(some))
        for *key, used in (await connection.execute(query)).all():
            found[Bucket(*key)] = used
    return found


async def drop_uses(connection: AsyncConnection, appid: str) -> None:
    """Start all counts of an app anew."""
    query = select(*_KEY).where(quota_use.c.appid == appid)
    found = [Bucket(*row) for row in (await connection.execute(query)).all()]
    # One by one, in the same order in which `add_uses` takes them.
    for bucket in sorted(found):
        same = [quota_use.c[name] == value for name, value in bucket._asdict().items()]
        await connection.execute(delete(quota_use).where(*same))


async def purge_uses(connection: AsyncConnection, period: str, before: int) -> None:
    """Forget the minutes or days that came before number `before`."""
    statement = delete(quota_use).where(
        quota_use.c.period == period, quota_use.c.number < before
    )
    await connection.execute(statement)


async def count_clear(connection: AsyncConnection, appid: str, month: int) -> int:
    """Count one more clearing in this month and return how many there are."""
    statement = upsert(connection, quota_clear).values(appid=appid, month=month, used=1)
    counted = statement.on_conflict_do_update(
        index_elements=["appid", "month"], set_={"used": quota_clear.c.used + 1}
    ).returning(quota_clear.c.used)
    return int((await connection.execute(counted)).scalar_one())
