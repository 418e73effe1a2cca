"""Queries on access tokens, which are known by their SHA-256 only."""

from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.dialect import upsert
from app.store.tables import access_token, app, stable_token


async def find_token(connection: AsyncConnection, digest: bytes) -> Row[Any] | None:
    """A token, valid or not, with the app that owns it."""
    query = (
        select(access_token.c.expires_at, app)
        .join(app, app.c.appid == access_token.c.appid)
        .where(access_token.c.digest == digest)
    )
    return (await connection.execute(query)).first()


async def retire_tokens(
    connection: AsyncConnection, appid: str, *, kind: str, at: float
) -> None:
    """Let no token of this kind outlive `at`."""
    statement = (
        update(access_token)
        .where(
            access_token.c.appid == appid,
            access_token.c.kind == kind,
            access_token.c.expires_at > at,
        )
        .values(expires_at=at)
    )
    await connection.execute(statement)


async def add_token(
    connection: AsyncConnection,
    digest: bytes,
    appid: str,
    *,
    kind: str,
    issued_at: float,
    expires_at: float,
) -> None:
    """Make a token valid; adding the same one again changes nothing."""
    values = {
        "digest": digest,
        "appid": appid,
        "kind": kind,
        "issued_at": issued_at,
        "expires_at": expires_at,
    }
    statement = upsert(connection, access_token).values(values)
    await connection.execute(statement.on_conflict_do_nothing())


async def purge_tokens(
    connection: AsyncConnection, appid: str, *, before: float
) -> None:
    """Forget the app's tokens that expired earlier than `before`."""
    own, old = access_token.c.appid == appid, access_token.c.expires_at < before
    await connection.execute(delete(access_token).where(own, old))


async def find_stable(connection: AsyncConnection, appid: str) -> Row[Any] | None:
    """Where the app's stable token stands."""
    query = select(stable_token).where(stable_token.c.appid == appid)
    return (await connection.execute(query)).first()


async def save_stable(
    connection: AsyncConnection, appid: str, values: dict[str, Any]
) -> None:
    """Set every column of the app's stable token."""
    statement = upsert(connection, stable_token).values(appid=appid, **values)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["appid"], set_=values)
    )
