"""What time it is for jobs: the database's clock, the same for every process."""

import time
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Double, cast, extract, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

CHANNEL = "seccheck_jobs"
"""Where PostgreSQL tells workers of new work; the message is its kind, or empty."""

CHECK, DELIVERY = "check", "delivery"
"""Kinds of work."""

RING: ColumnElement[Any] = func.pg_notify(CHANNEL, "")
"""Tells them when this transaction is committed."""
RING_CHECK: ColumnElement[Any] = func.pg_notify(CHANNEL, CHECK)
"""The same for what is to be checked."""

_NO = ("enable_sort", "enable_bitmapscan", "enable_seqscan", "jit")
BY_INDEX: tuple[ColumnElement[Any], ...] = tuple(
    func.set_config(name, "off", True) for name in _NO
)
"""For this transaction, read work in the order of its index.

Statistics lag behind a queue: after a rush PostgreSQL believes that few jobs are open,
and would read and sort all of them to find the first.
"""

_NOW = cast(extract("epoch", func.clock_timestamp()), Double)


class Clock(Protocol):
    """Tells the time for one transaction."""

    async def __call__(
        self, connection: AsyncConnection, *also: ColumnElement[Any]
    ) -> float:
        """Unix seconds; `also` is evaluated on the way by PostgreSQL."""
        ...


async def database_time(
    connection: AsyncConnection, *also: ColumnElement[Any]
) -> float:
    """Unix seconds; SQLite lives on this machine, so its clock is ours."""
    if connection.dialect.name == "sqlite":
        return time.time()
    row = (await connection.execute(select(_NOW, *also))).one()
    return float(row[0])
