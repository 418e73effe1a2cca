"""Apps, their secrets and tokens, and the keys of operators."""

import re
import time
from collections.abc import Callable, Iterable
from typing import Any

from app.access.apps import App, AppSettings
from app.access.errors import AccessError, Reason
from app.access.hashing import (
    SecretChecker,
    Stretched,
    digest,
    new_admin_key,
    new_secret,
    stretch_aside,
    usable_secret,
)
from app.access.keys import AdminKey, Scope
from app.access.tokens import IssuedToken, Lifetimes, Tokens, load_app
from app.store import Database
from app.store import apps as queries

# No colon: HTTP Basic ends the appid at the first one.
_APPID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_MAX_ID = 2**31


class Access:
    """Who may call, on any number of processes over one database.

    `token_ttl` and `token_overlap` are seconds, `clock` gives Unix time. The
    database stays the caller's to close.
    """

    def __init__(
        self,
        db: Database,
        *,
        token_ttl: float = 7200,
        token_overlap: float = 300,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._db = db
        self._clock = clock
        self._secrets = SecretChecker(clock)
        self._tokens = Tokens(db, Lifetimes(token_ttl, token_overlap), clock)

    async def create_app(
        self,
        appid: str,
        *,
        secret: str | None = None,
        settings: AppSettings | None = None,
    ) -> str:
        """Register an app and return its secret, for the only time.

        Raises:
            AccessError: APPID_INVALID, SECRET_INVALID or APP_EXISTS.
        """
        if not _APPID.fullmatch(appid):
            raise AccessError(Reason.APPID_INVALID)
        secret, hashed = await _prepare(secret)
        now, stored = self._clock(), (settings or AppSettings()).dump()
        async with self._db.write() as connection:
            if not await queries.insert_app(connection, appid, stored, now):
                raise AccessError(Reason.APP_EXISTS)
            await queries.add_secret(connection, appid, hashed.salt, hashed.stored, now)
        return secret

    async def create_first_app(self, appid: str) -> str | None:
        """Register an app unless there is one already; its secret, or None.

        Of all processes that try this at once, one succeeds.
        """
        if await self.list_apps():
            return None
        secret, hashed = await _prepare(None)
        now = self._clock()
        async with self._db.write() as connection:
            await queries.lock_apps(connection)
            if await queries.all_apps(connection):
                return None
            await queries.insert_app(connection, appid, {}, now)
            await queries.add_secret(connection, appid, hashed.salt, hashed.stored, now)
        return secret

    async def list_apps(self) -> list[App]:
        """Every app, by appid."""
        async with self._db.read() as connection:
            return [load_app(row) for row in await queries.all_apps(connection)]

    async def get_app(self, appid: str) -> App:
        """One app, enabled or not.

        Raises:
            AccessError: APP_UNKNOWN.
        """
        _check_form(appid)
        async with self._db.read() as connection:
            row = await queries.find_app(connection, appid)
        if row is None:
            raise AccessError(Reason.APP_UNKNOWN)
        return load_app(row)

    async def rotate(
        self, appid: str, *, secret: str | None = None, grace: float | None = None
    ) -> str:
        """Give the app a new secret and return it.

        The former secret stays valid for `grace` seconds, or until the next
        rotation when None; any older one dies now.

        Raises:
            AccessError: APP_UNKNOWN or SECRET_INVALID.
        """
        _check_form(appid)
        secret, hashed = await _prepare(secret)
        now = self._clock()
        async with self._db.write() as connection:
            if await queries.find_app(connection, appid, lock=True) is None:
                raise AccessError(Reason.APP_UNKNOWN)
            until = None if grace is None else now + grace
            await queries.retire_secrets(connection, appid, until)
            await queries.add_secret(connection, appid, hashed.salt, hashed.stored, now)
        return secret

    async def disable(self, appid: str) -> None:
        """Refuse the app everywhere within 5 seconds.

        Raises:
            AccessError: APP_UNKNOWN.
        """
        await self._update(appid, enabled=False)

    async def enable(self, appid: str) -> None:
        """Let a disabled app in again.

        Raises:
            AccessError: APP_UNKNOWN.
        """
        await self._update(appid, enabled=True)

    async def update_settings(self, appid: str, settings: AppSettings) -> None:
        """Replace the settings; in force everywhere within 5 seconds.

        Raises:
            AccessError: APP_UNKNOWN.
        """
        await self._update(appid, settings=settings.dump())

    async def _update(self, appid: str, **values: Any) -> None:
        _check_form(appid)
        async with self._db.write() as connection:
            if not await queries.update_app(connection, appid, **values):
                raise AccessError(Reason.APP_UNKNOWN)
        self._tokens.forget(appid)

    async def verify_secret(self, appid: str, secret: str) -> App:
        """The enabled app that owns this secret.

        Raises:
            AccessError: APPID_MISSING, SECRET_MISSING, APP_UNKNOWN,
                APP_DISABLED, SECRET_WRONG or THROTTLED.
        """
        return (await self._verify(appid, secret))[0]

    async def _verify(self, appid: str, secret: str) -> tuple[App, Stretched]:
        if not appid:
            raise AccessError(Reason.APPID_MISSING)
        if not secret:
            raise AccessError(Reason.SECRET_MISSING)
        _check_form(appid)
        async with self._db.read() as connection:
            row = await queries.find_app(connection, appid)
            rows = await queries.live_secrets(connection, appid, self._clock())
        if row is None:
            raise AccessError(Reason.APP_UNKNOWN)
        hashed = await self._secrets.check(appid, secret, rows)
        # Only to who knows the secret: whether an app is disabled is its business.
        if not row.enabled:
            raise AccessError(Reason.APP_DISABLED)
        return load_app(row), hashed

    async def issue_token(self, appid: str, secret: str) -> IssuedToken:
        """A new token; the former one lives on for the overlap.

        Raises:
            AccessError: as `verify_secret`.
        """
        await self._verify(appid, secret)
        return await self._tokens.issue(appid)

    async def stable_token(
        self, appid: str, secret: str, *, force_refresh: bool = False
    ) -> IssuedToken:
        """The app's stable token: the same until its last five minutes.

        While two secrets are alive each has its own. A forced refresh ends
        the former ones, here at once and on other processes within 5 seconds;
        the 21st of a Beijing day, or one within 30 seconds of another, gives
        the current token.

        Raises:
            AccessError: as `verify_secret`.
        """
        _, secret_hashed = await self._verify(appid, secret)
        return await self._tokens.stable(appid, secret_hashed, force=force_refresh)

    def cached(self, token: str) -> App | None:
        """The app of a token resolved in the last 5 seconds, without I/O."""
        return self._tokens.cached(token)

    async def resolve(self, token: str) -> App:
        """The enabled app of a valid token, whichever process issued it.

        Raises:
            AccessError: TOKEN_MISSING, TOKEN_UNKNOWN, TOKEN_EXPIRED or
                APP_DISABLED.
        """
        return await self._tokens.resolve(token)

    async def create_admin_key(
        self, scopes: Iterable[str] | None = None, *, name: str = ""
    ) -> str:
        """Create a key (`sk_…`) and return it, for the only time.

        None grants every scope; `name` is cut after 100 characters.

        Raises:
            ValueError: an unknown scope.
        """
        granted = sorted(
            Scope(one).value for one in (Scope if scopes is None else scopes)
        )
        key = new_admin_key()
        async with self._db.write() as connection:
            await queries.add_admin_key(
                connection,
                digest(key),
                name=name[:100],
                scopes=granted,
                now=self._clock(),
            )
        return key

    async def list_admin_keys(self) -> list[AdminKey]:
        """Every key, oldest first, revoked ones included."""
        async with self._db.read() as connection:
            return [_key(row) for row in await queries.all_admin_keys(connection)]

    async def revoke_admin_key(self, key_id: int) -> None:
        """End a key at once.

        Raises:
            AccessError: ADMIN_KEY when there is no such live key.
        """
        if not 0 < key_id < _MAX_ID:
            raise AccessError(Reason.ADMIN_KEY)
        async with self._db.write() as connection:
            done = await queries.revoke_admin_key(connection, key_id, self._clock())
        if not done:
            raise AccessError(Reason.ADMIN_KEY)

    async def verify_admin_key(self, key: str) -> AdminKey:
        """The live key behind this text.

        Raises:
            AccessError: ADMIN_KEY.
        """
        async with self._db.read() as connection:
            row = await queries.find_admin_key(connection, digest(key))
        if row is None:
            raise AccessError(Reason.ADMIN_KEY)
        return _key(row)


def _check_form(appid: str) -> None:
    # Also keeps text out of the queries that a database could not take.
    if not _APPID.fullmatch(appid):
        raise AccessError(Reason.APP_UNKNOWN)


async def _prepare(secret: str | None) -> tuple[str, Stretched]:
    secret = new_secret() if secret is None else secret
    if not usable_secret(secret):
        raise AccessError(Reason.SECRET_INVALID)
    return secret, await stretch_aside(secret)


def _key(row: Any) -> AdminKey:
    known = {scope.value for scope in Scope}
    return AdminKey(
        key_id=row.id,
        name=row.name,
        # A newer release may have granted scopes that we do not know.
        scopes=frozenset(Scope(one) for one in row.scopes if one in known),
        created_at=row.created_at,
        revoked=row.revoked_at is not None,
    )
