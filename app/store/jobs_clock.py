"""What time it is for jobs: the database's clock, the same for every process."""

import time

from sqlalchemy import Double, cast, extract, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

_NOW = select(cast(extract("epoch", func.clock_timestamp()), Double))


async def database_time(connection: AsyncConnection) -> float:
    """Unix seconds; SQLite lives on this machine, so its clock is ours."""
    if connection.dialect.name == "sqlite":
        return time.time()
    return float((await connection.execute(_NOW)).scalar_one())
