"""Admin keys and what they allow."""

from dataclasses import dataclass
from enum import StrEnum

from app.access.errors import AccessError, Reason


class Scope(StrEnum):
    """One right of an admin key; what is not granted is denied."""

    WORDS_READ = "words:read"
    WORDS_WRITE = "words:write"
    WORDS_PUBLISH = "words:publish"
    REVIEW_DECIDE = "review:decide"
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
