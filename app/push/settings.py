"""What an app sets about its pushes, without its secrets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from app.outbound import Rules
from app.push.rules import (
    PushError,
    check_aes_key,
    check_hosts,
    check_to_user,
    check_token,
    check_url,
)
from app.push.target import Format, Mode


@dataclass(frozen=True, slots=True)
class PushSettings:
    """What an app has set; of its secrets only whether they are there.

    `verified_at` is when the receiver passed the URL check, in Unix seconds; None if
    it was not asked about this URL and token.
    """

    url: str | None = field(default=None, repr=False)
    format: Format = Format.XML
    mode: Mode = Mode.PLAIN
    to_user: str = ""
    callback_hosts: tuple[str, ...] = ()
    token_set: bool = False
    aes_key_set: bool = False
    verified_at: float | None = None
    changed_at: float | None = None


@dataclass(frozen=True, slots=True)
class PushChange:
    """Settings to be put in place of the former ones.

    A secret that is None stays as it is; `aes_key` "" takes the key away. Without
    `url` nothing is pushed, and both secrets are forgotten.
    """

    url: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    aes_key: str | None = field(default=None, repr=False)
    format: Format = Format.XML
    mode: Mode = Mode.PLAIN
    to_user: str = ""
    callback_hosts: tuple[str, ...] = ()

    def secrets(self) -> dict[str, str]:
        """The secrets that change, by their columns; "" for one that goes."""
        if self.url is None:
            return {"token": "", "aes_key": ""}
        given = {"token": self.token, "aes_key": self.aes_key}
        return {name: value for name, value in given.items() if value is not None}

    def columns(self, known: Mapping[str, str], rules: Rules) -> dict[str, Any]:
        """The columns that hold no secret; `known` are the secrets after the change.

        Raises:
            PushError: a value is wrong, or one is missing.
        """
        self._check(rules)
        self._check_secrets(known)
        return {
            "url": self.url,
            "format": self.format.value,
            "mode": self.mode.value,
            "to_user": self.to_user,
            "callback_hosts": list(check_hosts(self.callback_hosts)),
        }

    def _check(self, rules: Rules) -> None:
        check_to_user(self.to_user)
        if self.url is not None:
            check_url(self.url, rules)
        if self.token is not None:
            check_token(self.token)
        if self.aes_key:
            check_aes_key(self.aes_key)

    def _check_secrets(self, known: Mapping[str, str]) -> None:
        """Refuse a URL without the secrets that its mode needs."""
        if self.url is None:
            return
        if "token" not in known:
            raise PushError("token", "a push URL needs a token")
        if self.mode is not Mode.PLAIN and "aes_key" not in known:
            message = f"the mode {self.mode.value} needs an EncodingAESKey"
            raise PushError("aes_key", message)


def settings_of(row: Row[Any] | None) -> PushSettings:
    """What a row says; the defaults when there is none."""
    if row is None:
        return PushSettings()
    return PushSettings(
        url=row.url,
        format=Format(row.format),
        mode=Mode(row.mode),
        to_user=row.to_user,
        callback_hosts=tuple(row.callback_hosts),
        token_set=row.token is not None,
        aes_key_set=row.aes_key is not None,
        verified_at=row.verified_at,
        changed_at=row.changed_at,
    )
