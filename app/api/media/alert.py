"""The alert that a receiver of callbacks was switched off: a signed webhook."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import orjson

from app.jobs.upkeep import log_switched
from app.outbound import Caps, OutboundError, Signer

if TYPE_CHECKING:
    from app.jobs import Switched
    from app.outbound import GuardedClient

EVENT: Final = "media.receiver_disabled"
PAUSES: Final = (1.0, 5.0, 0.0)
"""Seconds after each try that failed; the last is not repeated."""
_CAPS: Final = Caps(body=64 * 1024, total=20.0)

_log = logging.getLogger(__name__)


class ReceiverAlerts:
    """Tells the operators' alert URL, if there is one; the log is told in any case."""

    def __init__(
        self,
        client: "GuardedClient",
        url: str | None,
        secrets: Sequence[str],
        *,
        clock: Callable[[], float] = time.time,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        """Sign with `secrets`, newest first; `clock` gives Unix seconds."""
        self._client = client
        self._url = url
        self._signer = Signer(secrets) if url else None
        self._clock = clock
        self._pauses = tuple(pauses)

    async def __call__(self, switched: "Switched") -> None:
        """Tell of one receiver; what cannot be sent stays in the log and in metrics."""
        await log_switched(switched)
        if self._url is None or self._signer is None:
            return
        body = message(switched, self._clock())
        key = (
            f"receiver_{switched.appid}_{switched.endpoint}_{int(switched.since or 0)}"
        )
        for pause in self._pauses:
            if await self._sent(key, body):
                return
            await asyncio.sleep(pause)
        _log.warning("an alert about a receiver could not be delivered")

    async def _sent(self, key: str, body: bytes) -> bool:
        assert self._signer is not None and self._url is not None  # noqa: S101, PT018
        headers = self._signer.headers(key, int(self._clock()), body)
        headers["content-type"] = "application/json"
        try:
            answer = await self._client.request(
                "POST", self._url, content=body, headers=headers, caps=_CAPS
            )
        except OutboundError:
            return False
        return 200 <= answer.status < 300


def message(switched: "Switched", now: float) -> bytes:
    """The body: which receiver of which app, since when it failed, and why."""
    return orjson.dumps(
        {
            "type": EVENT,
            "timestamp": _moment(now),
            "data": {
                "appid": switched.appid,
                "endpoint": switched.endpoint,
                "failing_since": None
                if switched.since is None
                else _moment(switched.since),
                "reason": switched.reason,
            },
        }
    )


def _moment(at: float) -> str:
    moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
    return moment.replace("+00:00", "Z")
