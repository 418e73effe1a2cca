"""Secrets, tokens and keys: how they are made, stored and compared."""

import asyncio
import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from app.access.errors import AccessError, Reason

WRONG_LIMIT = 10
"""Wrong secrets per app and process before it stops looking."""
WRONG_WINDOW = 300.0
"""Seconds after which wrong secrets are forgotten."""
MAX_SECRET = 256
_REMEMBERED = 10_000


def new_secret() -> str:
    """128 random bits in WeChat's form: 32 lower-case hex digits."""
    return secrets.token_hex(16)


def new_token() -> str:
    """256 random bits, safe in a query string."""
    return secrets.token_urlsafe(32)


def new_admin_key() -> str:
    """256 random bits with a prefix that secret scanners can look for."""
    return "sk_" + secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What is stored of a token or key.

    A plain hash is enough: nobody can guess 256 random bits.
    """
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def usable_secret(secret: str) -> bool:
    """Whether the text can be a secret at all."""
    return 0 < len(secret) <= MAX_SECRET and secret.isascii() and secret.isprintable()


@dataclass(frozen=True, slots=True)
class Stretched:
    """A secret after scrypt: one half is stored, the other never is."""

    salt: bytes
    stored: bytes
    token_key: bytes

    def stable_token(self, appid: str, generation: int) -> str:
        """The token of this generation; only who knows the secret can derive it."""
        message = f"stable\0{appid}\0{generation}".encode()
        mac = hmac.digest(self.token_key, message, "sha256")
        return urlsafe_b64encode(mac).rstrip(b"=").decode()


def stretch(secret: str, salt: bytes | None = None) -> Stretched:
    """Hash a secret slowly: some 50 ms and 16 MiB; call it in a thread."""
    salt = salt or secrets.token_bytes(16)
    key = hashlib.scrypt(secret.encode(), salt=salt, n=2**14, r=8, p=1, dklen=64)
    return Stretched(salt, key[:32], key[32:])


async def stretch_aside(secret: str) -> Stretched:
    """`stretch` for a new secret, without holding up the event loop."""
    return await asyncio.to_thread(stretch, secret)


class SecretChecker:
    """Compares secrets with stored ones, quickly for those seen before."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._wrong: dict[str, tuple[int, float]] = {}
        # By salt, which is never used again, so that nothing here goes stale.
        self._seen: OrderedDict[bytes, tuple[bytes, Stretched]] = OrderedDict()
        self._key = secrets.token_bytes(32)
        # Bounds memory and threads when many secrets arrive at once.
        self._slots = asyncio.Semaphore(2)

    async def check(self, appid: str, secret: str, rows: Iterable[Any]) -> Stretched:
        """The stored secret (a row with `salt` and `digest`) that this one is.

        Raises:
            AccessError: SECRET_WRONG, or THROTTLED after too many wrong ones.
                A secret that was right before is never throttled.
        """
        stored = list(rows)
        known = self._known(secret, stored)
        if known is not None:
            return known
        async with self._slots:
            self._throttle(appid)
            found = await self._search(secret, stored)
            if found is None:
                self._count_wrong(appid)
                raise AccessError(Reason.SECRET_WRONG)
        return found

    def _known(self, secret: str, rows: list[Any]) -> Stretched | None:
        mark = self._mark(secret)
        for row in rows:
            seen = self._seen.get(row.salt)
            if seen is not None and hmac.compare_digest(seen[0], mark):
                return seen[1]
        return None

    async def _search(self, secret: str, rows: list[Any]) -> Stretched | None:
        if not usable_secret(secret):
            return None
        for row in rows:
            made = await asyncio.to_thread(stretch, secret, row.salt)
            if hmac.compare_digest(made.stored, row.digest):
                self._remember(secret, made)
                return made
        return None

    def _remember(self, secret: str, made: Stretched) -> None:
        self._seen[made.salt] = (self._mark(secret), made)
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)

    def _mark(self, secret: str) -> bytes:
        message = secret.encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, message, "sha256")

    def _throttle(self, appid: str) -> None:
        count, since = self._wrong.get(appid, (0, 0.0))
        left = since + WRONG_WINDOW - self._clock()
        if count >= WRONG_LIMIT and left > 0:
            raise AccessError(Reason.THROTTLED, retry_after=left)

    def _count_wrong(self, appid: str) -> None:
        # Only apps that exist come this far, so this cannot be made to grow.
        now = self._clock()
        count, since = self._wrong.get(appid, (0, now))
        fresh = now - since >= WRONG_WINDOW
        self._wrong[appid] = (1, now) if fresh else (count + 1, since)
