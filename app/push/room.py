"""The push settings of apps: kept, checked with the receiver, tried out."""

import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
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
from app.push.rules import PushError
from app.push.sender import Outcome, Pusher, Sent
from app.push.settings import PushChange, PushSettings, settings_of
from app.push.target import Format, Mode, PushTarget
from app.push.vault import Vault
from app.store import Database
from app.store import push as queries

_CLEAN = MediaVerdict(
    Result("pass", 100), (Element("content_model", 0, "pass", 100, 100),)
)


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
        vault: Vault,
        rules: Rules,
        pusher: Callable[[], AbstractAsyncContextManager[Pusher]],
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Keep secrets in `vault`; `rules` say where a push may go.

        `pusher` is opened for each check and each test event: they are rare, and
        nothing has to be closed when the room is.
        """
        self._db = db
        self._vault = vault
        self._rules = rules
        self._pusher = pusher
        self._clock = clock

    async def settings(self, appid: str) -> PushSettings:
        """What an app has set, or the defaults."""
        return settings_of(await self._row(appid))

    async def target(self, appid: str) -> PushTarget | None:
        """Where the events of an app go; None when nothing is pushed.

        Raises:
            PushError: the secrets were encrypted with another key.
        """
        row = await self._row(appid)
        if row is None or row.url is None:
            return None
        return _target(appid, row._asdict(), self._vault.open(row))

    async def put(
        self, appid: str, change: PushChange, *, verify: bool | None = None
    ) -> PushSettings:
        """Replace the settings of an app that exists.

        Its receiver must pass the URL check first: with `verify` always, without it
        never, and with None when the URL changes or a token is given.

        Raises:
            PushError: a value is wrong, or the check failed; nothing has changed.
        """
        row = await self._row(appid)
        known = {} if change.url is None else self._vault.open(row)
        known = {k: v for k, v in {**known, **change.secrets()}.items() if v}
        values = change.columns(known, self._rules)
        fresh = row is None or row.url != change.url or change.token is not None
        values["verified_at"] = None if row is None or fresh else row.verified_at
        if change.url is not None and (fresh if verify is None else verify):
            await self._verify(_target(appid, values, known))
            values["verified_at"] = self._clock()
        values |= self._vault.seal(appid, change.secrets())
        async with self._db.write() as connection:
            await queries.save_push(
                connection, appid, changed_at=self._clock(), **values
            )
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


def _target(
    appid: str, values: Mapping[str, Any], known: Mapping[str, str]
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
