"""Tokens and keys at rest: encrypted, each for its app and its column."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from app.push.rules import PushError
from app.trial.cipher import Cipher, SealError


class Vault:
    """Turns secrets into columns and back."""

    def __init__(self, cipher: Cipher) -> None:
        """Encrypt with `cipher`."""
        self._cipher = cipher

    def seal(self, appid: str, given: Mapping[str, str]) -> dict[str, bytes | None]:
        """The columns of the secrets given; None for an empty one."""
        return {
            name: self._cipher.seal(value, _purpose(name, appid)) if value else None
            for name, value in given.items()
        }

    def open(self, row: Row[Any] | None) -> dict[str, str]:
        """The secrets in a row, those that it has.

        Raises:
            PushError: they were encrypted with another key.
        """
        if row is None:
            return {}
        sealed = {"token": row.token, "aes_key": row.aes_key}
        try:
            return {
                name: self._cipher.open(value, _purpose(name, row.appid))
                for name, value in sealed.items()
                if value is not None
            }
        except SealError:
            message = (
                "the push secrets were encrypted with another secret key; take the"
                " push URL of the app away and set it again"
            )
            raise PushError("", message) from None


def _purpose(name: str, appid: str) -> str:
    return f"{name} of {appid}"
