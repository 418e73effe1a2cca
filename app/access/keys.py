"""Admin keys, what they allow, and the door where they are shown."""

import hmac
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

from app.access.errors import AccessError, Reason

WRONG_KEYS = 20
"""Wrong keys from one address and process before the door stays shut for a while."""
WRONG_KEYS_WINDOW = 300.0
"""Seconds after which wrong keys are forgotten."""
_REMEMBERED = 1000
_K = TypeVar("_K")
_V = TypeVar("_V")
_FORM = re.compile(r"sk_[A-Za-z0-9_-]{20,100}")


class Scope(StrEnum):
    """One right of an admin key; what is not granted is denied."""

    WORDS_READ = "words:read"
    WORDS_WRITE = "words:write"
    WORDS_PUBLISH = "words:publish"
    REVIEW_DECIDE = "review:decide"
    SAMPLES_READ = "samples:read"
    """See texts of real traffic, of apps that opted into keeping some."""
    PICTURES_READ = "pictures:read"
    PICTURES_WRITE = "pictures:write"
    """Change the lists of known pictures; each change is served at once."""
    JOBS_READ = "jobs:read"
    JOBS_WRITE = "jobs:write"
    """Cancel checks of media, send callbacks again, switch receivers off and on."""
    AUDIT_READ = "audit:read"
    APPS_ADMIN = "apps:admin"


@dataclass(frozen=True, slots=True)
class AdminKey:
    """A key that was created before; the key itself is never kept.

    `created_at` is Unix time in seconds, `revoked` final.
    """

    key_id: int
    name: str
    scopes: frozenset[Scope]
    created_at: float
    revoked: bool = False

    def require(self, scope: Scope) -> None:
        """Pass silently when the scope was granted.

        Raises:
            AccessError: FORBIDDEN.
        """
        if scope not in self.scopes:
            raise AccessError(Reason.FORBIDDEN)


@dataclass(frozen=True, slots=True)
class Operator:
    """Who acts: `who` names one key for good, as names alone may repeat.

    `key_id` is None for somebody on the machine itself.
    """

    who: str
    scopes: frozenset[Scope]
    key_id: int | None = None

    @classmethod
    def of(cls, key: AdminKey) -> "Operator":
        """The holder of a key, such as `alice#3`."""
        return cls(f"{key.name or 'key'}#{key.key_id}", key.scopes, key.key_id)


class KeyKeeper(Protocol):
    """Who knows the keys; `Access` does."""

    async def verify_admin_key(self, key: str) -> AdminKey:
        """The live key behind this text, else AccessError ADMIN_KEY."""
        ...


class KeyDoor:
    """Admits holders of keys, and is slow to those who try many.

    Keys are compared by their SHA-256 digests, in the database or here in constant
    time. A key that was right before is let past the count of wrong ones, so that
    nobody can lock out the others behind a shared address.
    """

    def __init__(
        self, keeper: KeyKeeper, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Ask `keeper` each time: a revoked key is refused at once."""
        self._keeper = keeper
        self._clock = clock
        self._mark_key = secrets.token_bytes(32)
        self._right: OrderedDict[bytes, None] = OrderedDict()
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()

    async def admit(self, key: str, address: str) -> AdminKey:
        """The live key behind this text, shown by somebody at `address`.

        Raises:
            AccessError: ADMIN_KEY, or THROTTLED after too many wrong ones.
        """
        mark = hmac.digest(self._mark_key, key.encode("utf-8", "replace"), "sha256")
        if mark not in self._right:
            self._throttle(address)
        try:
            if _FORM.fullmatch(key) is None:
                raise AccessError(Reason.ADMIN_KEY)
            found = await self._keeper.verify_admin_key(key)
        except AccessError:
            self._right.pop(mark, None)
            self._count_wrong(address)
            raise
        _remember(self._right, mark, None)
        return found

    def _throttle(self, address: str) -> None:
        count, since = self._wrong.get(address, (0, 0.0))
        left = since + WRONG_KEYS_WINDOW - self._clock()
        if count >= WRONG_KEYS and left > 0:
            raise AccessError(Reason.THROTTLED, retry_after=left)

    def _count_wrong(self, address: str) -> None:
        now = self._clock()
        count, since = self._wrong.get(address, (0, now))
        over = now - since >= WRONG_KEYS_WINDOW
        _remember(self._wrong, address, (1, now) if over else (count + 1, since))


def _remember(known: "OrderedDict[_K, _V]", key: _K, value: _V) -> None:
    """Keep the newest; memory stays bounded whoever knocks."""
    known[key] = value
    known.move_to_end(key)
    if len(known) > _REMEMBERED:
        known.popitem(last=False)
