"""Queries on the push settings of apps."""

from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.dialect import upsert
from app.store.push_tables import app_push


async def find_push(connection: AsyncConnection, appid: str) -> Row[Any] | None:
    """The settings of one app."""
    query = select(app_push).where(app_push.c.appid == appid)
    return (await connection.execute(query)).first()


async def save_push(connection: AsyncConnection, appid: str, **values: Any) -> None:
    """Write settings; columns that are not named keep what they hold."""
    statement = upsert(connection, app_push).values(appid=appid, **values)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["appid"], set_=values)
    )


async def delete_push(connection: AsyncConnection, appid: str) -> None:
    """Forget the settings of one app."""
    await connection.execute(delete(app_push).where(app_push.c.appid == appid))
