"""Apps, their secrets and tokens, and the keys of operators."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.access.apps import App, AppSettings
from app.access.keys import AdminKey, Scope
from app.store import Database


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """An access token and the seconds that it stays valid."""

    token: str
    expires_in: int


class Access:
    """Who may call, on any number of processes over one database.

    `token_ttl` and `token_overlap` are seconds, `clock` gives Unix time.
    """

    def __init__(
        self,
        db: Database,
        *,
        token_ttl: float = 7200,
        token_overlap: float = 300,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Serve from `db`, which stays the caller's to close."""

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
        raise NotImplementedError

    async def list_apps(self) -> list[App]:
        """Every app, by appid."""
        raise NotImplementedError

    async def get_app(self, appid: str) -> App:
        """One app, enabled or not.

        Raises:
            AccessError: APP_UNKNOWN.
        """
        raise NotImplementedError

    async def rotate(
        self, appid: str, *, secret: str | None = None, grace: float | None = None
    ) -> str:
        """Give the app a new secret and return it.

        The former secret stays valid for `grace` seconds, or until the next
        rotation when None; any older one dies now.

        Raises:
            AccessError: APP_UNKNOWN or SECRET_INVALID.
        """
        raise NotImplementedError

    async def disable(self, appid: str) -> None:
        """Refuse the app everywhere within 5 seconds.

        Raises:
            AccessError: APP_UNKNOWN.
        """
        raise NotImplementedError

    async def enable(self, appid: str) -> None:
        """Let a disabled app in again.

        Raises:
            AccessError: APP_UNKNOWN.
        """
        raise NotImplementedError

    async def update_settings(self, appid: str, settings: AppSettings) -> None:
        """Replace the settings; in force everywhere within 5 seconds.

        Raises:
            AccessError: APP_UNKNOWN.
        """
        raise NotImplementedError

    async def verify_secret(self, appid: str, secret: str) -> App:
        """The enabled app that owns this secret.

        Raises:
            AccessError: APPID_MISSING, SECRET_MISSING, APP_UNKNOWN,
                APP_DISABLED, SECRET_WRONG or THROTTLED.
        """
        raise NotImplementedError

    async def issue_token(self, appid: str, secret: str) -> IssuedToken:
        """A new token; the former one lives on for the overlap.

        Raises:
            AccessError: as `verify_secret`.
        """
        raise NotImplementedError

    async def stable_token(
        self, appid: str, secret: str, *, force_refresh: bool = False
    ) -> IssuedToken:
        """The app's stable token: the same until its last five minutes.

        A forced refresh ends the former one at once; the 21st of a Beijing
        day, or one within 30 seconds of another, gives the current token.

        Raises:
            AccessError: as `verify_secret`.
        """
        raise NotImplementedError

    def cached(self, token: str) -> App | None:
        """The app of a token resolved in the last 5 seconds, without I/O."""
        raise NotImplementedError

    async def resolve(self, token: str) -> App:
        """The enabled app of a valid token, whichever process issued it.

        Raises:
            AccessError: TOKEN_MISSING, TOKEN_UNKNOWN, TOKEN_EXPIRED or
                APP_DISABLED.
        """
        raise NotImplementedError

    async def create_admin_key(
        self, scopes: Iterable[str] | None = None, *, name: str = ""
    ) -> str:
        """Create a key (`sk_…`) and return it, for the only time.

        None grants every scope.

        Raises:
            ValueError: an unknown scope.
        """
        raise NotImplementedError

    async def list_admin_keys(self) -> list[AdminKey]:
        """Every key, oldest first, revoked ones included."""
        raise NotImplementedError

    async def revoke_admin_key(self, key_id: int) -> None:
        """End a key at once.

        Raises:
            AccessError: ADMIN_KEY when there is no such live key.
        """
        raise NotImplementedError

    async def verify_admin_key(self, key: str) -> AdminKey:
        """The live key behind this text.

        Raises:
            AccessError: ADMIN_KEY.
        """
        raise NotImplementedError


__all__ = ["Access", "IssuedToken", "Scope"]
