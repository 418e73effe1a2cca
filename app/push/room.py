"""The push settings of apps: kept, checked with the receiver, tried out."""

import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Row

from app.outbound import Rules
from app.push.events import (
    Element,
    MediaEvent,
    MediaVerdict,
    Result,
    account_name,
    sender_name,
)
from app.push.rules import (
    PushError,
    check_aes_key,
    check_hosts,
    check_to_user,
    check_token,
    check_url,
)
from app.push.sender import Outcome, Pusher, Sent
from app.push.target import Format, Mode, PushTarget
from app.store import Database
from app.store import push as queries
from app.trial.cipher import Cipher, SealError

_CLEAN = MediaVerdict(
    Result("pass", 100), (Element("content_model", 0, "pass", 100, 100),)
)


@dataclass(frozen=True, slots=True)
class PushSettings:
    """What an app has set; of its secrets only whether they are there."""

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


@dataclass(frozen=True, slots=True)
class Tried:
    """A test event: what it was, and what became of it."""

    event: MediaEvent
    outcome: Outcome


class PushRoom:
    """Push settings in the database, on any number of processes."""

    def __init__(
        self,
        db: Database,
        cipher: Cipher,
        rules: Rules,
        pusher: Callable[[], AbstractAsyncContextManager[Pusher]],
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Keep secrets with `cipher`; `rules` say where a push may go.

        `pusher` is opened for each check and each test event: they are rare, and
        nothing has to be closed when the room is.
        """
        self._db = db
        self._cipher = cipher
        self._rules = rules
        self._pusher = pusher
        self._clock = clock

    async def settings(self, appid: str) -> PushSettings:
        """What an app has set, or the defaults."""
        return _settings(await self._row(appid))

    async def target(self, appid: str) -> PushTarget | None:
        """Where the events of an app go; None when nothing is pushed.

        Raises:
            PushError: the secrets were encrypted with another key.
        """
        row = await self._row(appid)
        if row is None or row.url is None:
            return None
        return self._target(appid, row._asdict(), self._opened(appid, row))

    async def put(
        self, appid: str, change: PushChange, *, verify: bool = True
    ) -> PushSettings:
        """Replace the settings of an app that exists.

        With `verify` its receiver must pass the URL check first.

        Raises:
            PushError: a value is wrong, or the check failed; nothing has changed.
        """
        known: Mapping[str, str] = {}
        if change.url is not None:
            known = self._opened(appid, await self._row(appid))
        values = self._checked(change, known)
        if change.url is not None and verify:
            await self._verify(self._target(appid, values, _merged(change, known)))
            values["verified_at"] = self._clock()
        values |= self._sealed(appid, change)
        async with self._db.write() as connection:
            await queries.save_push(connection, appid, **values)
        return await self.settings(appid)

    async def remove(self, appid: str) -> None:
        """Forget everything that an app has set."""
        async with self._db.write() as connection:
            await queries.delete_push(connection, appid)

    async def test(self, appid: str, version: Literal[1, 2] = 2) -> Tried:
        """Push an event about a check that never was, with a clean verdict.

        Raises:
            PushError: the app has no push URL, or its secrets cannot be read.
        """
        target = await self.target(appid)
        if target is None:
            raise PushError("", "the app has no push URL")
        event = _test_event(target, version, int(self._clock()))
        async with self._pusher() as pusher:
            return Tried(event, await pusher.deliver(target, event))

    async def _row(self, appid: str) -> Row[Any] | None:
        async with self._db.read() as connection:
            return await queries.find_push(connection, appid)

    async def _verify(self, target: PushTarget) -> None:
        async with self._pusher() as pusher:
            outcome = await pusher.verify(target)
        if outcome.sent is not Sent.TAKEN:
            raise PushError("url", f"the URL check failed: {outcome.why}")

    def _checked(self, change: PushChange, known: Mapping[str, str]) -> dict[str, Any]:
        """The columns that hold no secret, every value of the change checked."""
        check_to_user(change.to_user)
        if change.url is not None:
            check_url(change.url, self._rules)
        if change.token is not None:
            check_token(change.token)
        if change.aes_key:
            check_aes_key(change.aes_key)
        _check_secrets(change, _merged(change, known))
        return {
            "url": change.url,
            "format": change.format.value,
            "mode": change.mode.value,
            "to_user": change.to_user,
            "callback_hosts": list(check_hosts(change.callback_hosts)),
            "verified_at": None,
            "changed_at": self._clock(),
        }

    def _sealed(self, appid: str, change: PushChange) -> dict[str, bytes | None]:
        """The columns of those secrets that change."""
        given = {"token": change.token, "aes_key": change.aes_key}
        if change.url is None:
            given = {"token": "", "aes_key": ""}
        return {
            name: self._cipher.seal(value, _purpose(name, appid)) if value else None
            for name, value in given.items()
            if value is not None
        }

    def _opened(self, appid: str, row: Row[Any] | None) -> dict[str, str]:
        """The secrets that an app has."""
        sealed = {"token": row.token, "aes_key": row.aes_key} if row else {}
        try:
            return {
                name: self._cipher.open(value, _purpose(name, appid))
                for name, value in sealed.items()
                if value is not None
            }
        except SealError:
            message = (
                "the push secrets were encrypted with another secret key; take the"
                " push URL of the app away and set it again"
            )
            raise PushError("", message) from None

    def _target(
        self, appid: str, values: Mapping[str, Any], known: Mapping[str, str]
    ) -> PushTarget:
        return PushTarget(
            appid=appid,
            url=values["url"],
            token=known["token"],
            aes_key=known.get("aes_key", ""),
            to_user=values["to_user"] or account_name(appid),
            format=Format(values["format"]),
            mode=Mode(values["mode"]),
        )


def _purpose(name: str, appid: str) -> str:
    return f"{name} of {appid}"


def _merged(change: PushChange, known: Mapping[str, str]) -> dict[str, str]:
    """The secrets as they will be."""
    given = {"token": change.token, "aes_key": change.aes_key}
    both = {**known, **{k: v for k, v in given.items() if v is not None}}
    return {name: value for name, value in both.items() if value}


def _check_secrets(change: PushChange, secrets_then: Mapping[str, str]) -> None:
    """Refuse a URL without the secrets that its mode needs."""
    if change.url is None:
        return
    if "token" not in secrets_then:
        raise PushError("token", "a push URL needs a token")
    if change.mode is not Mode.PLAIN and "aes_key" not in secrets_then:
        message = f"the mode {change.mode.value} needs an EncodingAESKey"
        raise PushError("aes_key", message)


def _settings(row: Row[Any] | None) -> PushSettings:
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


def _test_event(target: PushTarget, version: Literal[1, 2], now: int) -> MediaEvent:
    groups = (now, secrets.randbits(32), secrets.randbits(32))
    trace_id = "-".join(f"{group:08x}" for group in groups)
    if version == 1:
        trace_id = secrets.token_hex(16)
    return MediaEvent(
        appid=target.appid,
        trace_id=trace_id,
        version=version,
        created=now,
        to_user=target.to_user,
        from_user=sender_name(trace_id),
        verdict=_CLEAN,
    )
