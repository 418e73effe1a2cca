"""Queries on apps, their secrets, and the keys of operators."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.dialect import upsert
from app.store.tables import admin_key, app, app_secret


async def insert_app(
    connection: AsyncConnection, appid: str, settings: dict[str, Any], now: float
) -> bool:
    """Add an enabled app; False when the appid is taken."""
    values = {
        "appid": appid,
        "enabled": True,
        "settings": settings,
        "created_at": now,
    }
    statement = upsert(connection, app).values(values).on_conflict_do_nothing()
    return (await connection.execute(statement)).rowcount == 1


async def lock_apps(connection: AsyncConnection) -> None:
    """Keep other writers off the apps until the transaction ends."""
    # On SQLite the transaction holds the only write lock from its start.
    if connection.dialect.name == "postgresql":
        statement = text("LOCK TABLE app IN SHARE ROW EXCLUSIVE MODE")
        await connection.execute(statement)


async def find_app(
    connection: AsyncConnection, appid: str, *, lock: bool = False
) -> Row[Any] | None:
    """One app; `lock` keeps other writers off it until the transaction ends."""
    query = select(app).where(app.c.appid == appid)
    # SQLite has no row locks and needs none: its writers already take turns.
    return (
        await connection.execute(query.with_for_update() if lock else query)
    ).first()


async def all_apps(connection: AsyncConnection) -> Sequence[Row[Any]]:
    """Every app, by appid."""
    return (await connection.execute(select(app).order_by(app.c.appid))).all()


async def update_app(connection: AsyncConnection, appid: str, **values: Any) -> bool:
    """Change columns of an app; False when there is none."""
    statement = update(app).where(app.c.appid == appid).values(**values)
    return (await connection.execute(statement)).rowcount == 1


async def live_secrets(
    connection: AsyncConnection, appid: str, now: float
) -> Sequence[Row[Any]]:
    """The secrets that still open the door, newest first."""
    alive = or_(app_secret.c.expires_at.is_(None), app_secret.c.expires_at > now)
    query = (
        select(app_secret)
        .where(app_secret.c.appid == appid, alive)
        .order_by(app_secret.c.id.desc())
    )
    return (await connection.execute(query)).all()


async def add_secret(
    connection: AsyncConnection, appid: str, salt: bytes, digest: bytes, now: float
) -> None:
    """Add a secret that does not expire by itself."""
    values = {"appid": appid, "salt": salt, "digest": digest, "created_at": now}
    await connection.execute(insert(app_secret).values(values))


async def retire_secrets(
    connection: AsyncConnection, appid: str, expires_at: float | None
) -> None:
    """Keep only the newest secret, and that until `expires_at`."""
    own = app_secret.c.appid == appid
    query = select(app_secret.c.id).where(own).order_by(app_secret.c.id.desc())
    newest = await connection.scalar(query.limit(1))
    older = delete(app_secret).where(own, app_secret.c.id != newest)
    await connection.execute(older)
    if expires_at is not None:
        last = update(app_secret).where(app_secret.c.id == newest)
        await connection.execute(last.values(expires_at=expires_at))


async def add_admin_key(
    connection: AsyncConnection,
    digest: bytes,
    *,
    name: str,
    scopes: list[str],
    now: float,
) -> None:
    """Add a live key."""
    values = {"digest": digest, "name": name, "scopes": scopes, "created_at": now}
    await connection.execute(insert(admin_key).values(values))


async def all_admin_keys(connection: AsyncConnection) -> Sequence[Row[Any]]:
    """Every key, oldest first."""
    query = select(admin_key).order_by(admin_key.c.id)
    return (await connection.execute(query)).all()


async def find_admin_key(connection: AsyncConnection, digest: bytes) -> Row[Any] | None:
    """The live key with this digest."""
    query = select(admin_key).where(
        admin_key.c.digest == digest, admin_key.c.revoked_at.is_(None)
    )
    return (await connection.execute(query)).first()


async def revoke_admin_key(
    connection: AsyncConnection, key_id: int, now: float
) -> bool:
    """End a live key; False when there is none."""
    statement = (
        update(admin_key)
        .where(admin_key.c.id == key_id, admin_key.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    return (await connection.execute(statement)).rowcount == 1
