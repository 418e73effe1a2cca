"""Access tokens: made here, valid on every process."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.access.apps import App, AppSettings
from app.access.beijing import day_number
from app.access.errors import AccessError, Reason
from app.access.hashing import Stretched, digest, new_token
from app.store import Database
from app.store import tokens as queries
from app.store.apps import find_app

CACHE_SECONDS = 5.0
"""How long a process trusts what it knows of a token without asking."""
_CACHE_SIZE = 10_000
REMEMBER_EXPIRED = 7 * 86_400.0
"""How long an old token is told from an unknown one, in seconds."""
FORCED_PER_DAY = 20
FORCED_APART = 30.0


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """An access token and the seconds that it stays valid."""

    token: str
    expires_in: int


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """Seconds: of a token, and of a replaced one beside its successor."""

    ttl: float
    overlap: float

    @property
    def renewal(self) -> float:
        """How long before its end a stable token is replaced."""
        return min(self.overlap, self.ttl / 2)


@dataclass(frozen=True, slots=True)
class Stable:
    """Where the stable token of an app stands; times are Unix seconds."""

    generation: int = 0
    issued_at: float = 0.0
    expires_at: float = 0.0
    forced_at: float = 0.0
    forced_day: int = 0
    forced_count: int = 0

    def forced(self, now: float) -> "Stable":
        """With one more forced refresh on record, or itself when refused."""
        today = day_number(now)
        count = self.forced_count if self.forced_day == today else 0
        if now - self.forced_at < FORCED_APART or count >= FORCED_PER_DAY:
            return self
        return replace(self, forced_at=now, forced_day=today, forced_count=count + 1)

    def renewed(self, now: float, ttl: float) -> "Stable":
        """The next generation."""
        return replace(
            self,
            generation=self.generation + 1,
            issued_at=now,
            expires_at=now + ttl,
        )


def advance(state: Stable, now: float, lives: Lifetimes, *, force: bool) -> Stable:
    """Where the stable token stands after being asked for."""
    if state.expires_at - now < lives.renewal:
        return state.renewed(now, lives.ttl)
    after = state.forced(now) if force else state
    return state if after is state else after.renewed(now, lives.ttl)


class Tokens:
    """Issues tokens and finds the app behind one."""

    def __init__(
        self, db: Database, lives: Lifetimes, clock: Callable[[], float]
    ) -> None:
        self._db = db
        self._lives = lives
        self._clock = clock
        self._cache: dict[str, tuple[App, float, float]] = {}
        self._loading: dict[str, asyncio.Task[App]] = {}

    async def issue(self, appid: str) -> IssuedToken:
        """A new plain token; the former one lives on for the overlap."""
        token, now = new_token(), self._clock()
        async with self._db.write() as connection:
            await find_app(connection, appid, lock=True)
            until = now + self._lives.overlap
            await queries.retire_tokens(connection, appid, kind="plain", at=until)
            await self._add(connection, token, appid, "plain", now + self._lives.ttl)
            await self._purge(connection, appid, now)
        return IssuedToken(token, int(self._lives.ttl))

    async def _purge(self, connection: AsyncConnection, appid: str, now: float) -> None:
        before = now - REMEMBER_EXPIRED
        await queries.purge_tokens(connection, appid, before=before)

    async def _add(
        self,
        connection: AsyncConnection,
        token: str,
        appid: str,
        kind: str,
        expires_at: float,
    ) -> None:
        await queries.add_token(
            connection,
            digest(token),
            appid,
            kind=kind,
            issued_at=self._clock(),
            expires_at=expires_at,
        )

    async def stable(
        self, appid: str, secret: Stretched, *, force: bool
    ) -> IssuedToken:
        """The stable token, renewed when due or when `force` is granted."""
        if not force:
            current = await self._current(appid, secret)
            if current is not None:
                return current
        async with self._db.write() as connection:
            await find_app(connection, appid, lock=True)
            issued = await self._advance(connection, appid, secret, force)
        if force:
            self.forget(appid)
        return issued

    async def _current(self, appid: str, secret: Stretched) -> IssuedToken | None:
        """The usual case, which needs no write."""
        now = self._clock()
        async with self._db.read() as connection:
            state = _stable(await queries.find_stable(connection, appid))
            token = secret.stable_token(appid, state.generation)
            known = await queries.find_token(connection, digest(token))
        if known is None or advance(state, now, self._lives, force=False) != state:
            return None
        return IssuedToken(token, int(state.expires_at - now))

    async def _advance(
        self, connection: AsyncConnection, appid: str, secret: Stretched, force: bool
    ) -> IssuedToken:
        now = self._clock()
        before = _stable(await queries.find_stable(connection, appid))
        state = advance(before, now, self._lives, force=force)
        if state != before:
            await queries.save_stable(connection, appid, asdict(state))
            if state.forced_at != before.forced_at:
                await queries.retire_tokens(connection, appid, kind="stable", at=now)
        token = secret.stable_token(appid, state.generation)
        await self._add(connection, token, appid, "stable", state.expires_at)
        await self._purge(connection, appid, now)
        return IssuedToken(token, int(state.expires_at - now))

    def cached(self, token: str) -> App | None:
        """The app of a token that was resolved a moment ago."""
        entry = self._cache.get(token)
        # The lower bound matters when the clock is set back.
        if entry is None or not entry[1] <= self._clock() < entry[2]:
            return None
        return entry[0]

    async def resolve(self, token: str) -> App:
        """The app of a valid token; callers at the same moment share one query."""
        if not token:
            raise AccessError(Reason.TOKEN_MISSING)
        task = self._loading.get(token)
        if task is None:
            task = asyncio.create_task(self._load(token))
            self._loading[token] = task
            task.add_done_callback(lambda done: self._loaded(token, done))
        # A caller that goes away must not take the others with it.
        return await asyncio.shield(task)

    def _loaded(self, token: str, task: asyncio.Task[App]) -> None:
        self._loading.pop(token, None)
        if not task.cancelled():
            task.exception()  # marks it as seen, should nobody wait any more

    async def _load(self, token: str) -> App:
        self._cache.pop(token, None)
        async with self._db.read() as connection:
            row = await queries.find_token(connection, digest(token))
        now = self._clock()
        if row is None:
            raise AccessError(Reason.TOKEN_UNKNOWN)
        if not row.enabled:
            raise AccessError(Reason.APP_DISABLED)
        if row.expires_at <= now:
            raise AccessError(Reason.TOKEN_EXPIRED)
        found = load_app(row)
        self._make_room(now)
        self._cache[token] = (found, now, min(now + CACHE_SECONDS, row.expires_at))
        return found

    def _make_room(self, now: float) -> None:
        if len(self._cache) < _CACHE_SIZE:
            return
        fresh = {key: entry for key, entry in self._cache.items() if now < entry[2]}
        self._cache = fresh if len(fresh) < _CACHE_SIZE else {}

    def forget(self, appid: str) -> None:
        """Ask the database again for every token of this app."""
        self._cache = {
            token: entry
            for token, entry in self._cache.items()
            if entry[0].appid != appid
        }


def load_app(row: Any) -> App:
    """An app from its row."""
    return App(row.appid, AppSettings.load(row.settings), row.enabled)


def _stable(row: Any) -> Stable:
    if row is None:
        return Stable()
    return Stable(**{name: getattr(row, name) for name in Stable.__slots__})
