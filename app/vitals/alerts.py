"""Tells somebody outside when the breaker holds a word: a signed webhook."""

import json
import logging
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from app.access.ticker import every
from app.outbound import Answer, Caps, OutboundError, Requests, Signer
from app.store import Database
from app.store import vitals_alerts as store
from app.store.vitals_holds import HoldRow

TICK_SECONDS = 2.0
EVENT = "wordlist.term_held"
DELAYS = (5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 28_800)
"""Seconds after each failed attempt; when they are used up, about a day has passed."""

_CAPS = Caps(body=64 * 1024, total=20.0)
_LEASE = 60.0
"""Seconds that an attempt belongs to one process: well above the time it may take."""
_AT_ONCE = 20
_NO_URL = "not configured"
_GONE = 410
_BUSY = frozenset({429, 503})
_LONGEST_WAIT = 6 * 3600.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AlertFigures:
    """Counts of this process: attempts that arrived or failed, and alerts given up."""

    delivered: int = 0
    failed: int = 0
    given_up: int = 0


class Alerts:
    """Sends each alert at least once, by whichever process takes it first.

    The receiver tells repetitions by the `webhook-id`, which stays the same.
    """

    def __init__(
        self,
        db: Database,
        client: Requests,
        url: str | None,
        secrets: Sequence[str],
        *,
        clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Send to `url`, signed with every one of `secrets`; nowhere without a URL.

        `clock` gives Unix seconds, `chance` numbers from 0 to 1 (exclusive).

        Raises:
            SecretError: there is a URL, but no usable secret.
        """
        self._db = db
        self._client = client
        self._url = url or None
        self._signer = Signer(secrets) if self._url else None
        self._clock = clock
        self._chance = chance
        self._figures = AlertFigures()

    def figures(self) -> AlertFigures:
        """How it went in this process."""
        return self._figures

    async def run(self) -> None:
        """Send what is due until cancelled."""
        await every(TICK_SECONDS, self.send_due, what="sending alerts")

    async def send_due(self) -> None:
        """Try every alert that is due once."""
        async with self._db.read() as connection:
            keys = await store.due_alerts(connection, self._clock(), _AT_ONCE)
        for key in keys:
            await self._attempt(key)

    async def _attempt(self, key: bytes) -> None:
        now = self._clock()
        async with self._db.write() as connection:
            row = await store.claim_alert(connection, key, now=now, until=now + _LEASE)
        if row is None:
            return  # another process was quicker
        if self._url is None or self._signer is None:
            await self._settle(row, None, _NO_URL)  # there was the line in the log
            return
        await self._send(row, self._url, self._signer)

    async def _send(self, row: HoldRow, url: str, signer: Signer) -> None:
        body = payload(row)
        headers = signer.headers(message_id(row), int(self._clock()), body)
        headers["content-type"] = "application/json"
        try:
            answer = await self._client.request(
                "POST", url, content=body, headers=headers, caps=_CAPS
            )
        except OutboundError as error:
            await self._failed(row, error.fault.value, final=error.final)
            return
        if 200 <= answer.status < 300:
            await self._settle(row, None, "delivered")
            self._figures = replace(
                self._figures, delivered=self._figures.delivered + 1
            )
            return
        wait = _asked_to_wait(answer)
        await self._failed(
            row, f"status {answer.status}", final=answer.status == _GONE, wait=wait
        )

    async def _failed(
        self, row: HoldRow, result: str, *, final: bool, wait: float = 0.0
    ) -> None:
        over = final or row.alert_attempts > len(DELAYS)
        self._figures = replace(
            self._figures,
            failed=self._figures.failed + 1,
            given_up=self._figures.given_up + over,
        )
        if over:
            _log.error("gave up the alert about %r: %s", row.term, result)
            await self._settle(row, None, result)
            return
        # Up to a tenth later, so that not all alerts of an outage come at once.
        delay = DELAYS[row.alert_attempts - 1] * (1 + self._chance() / 10)
        _log.warning("the alert about %r failed, trying again: %s", row.term, result)
        await self._settle(row, self._clock() + max(delay, wait), result)

    async def _settle(self, row: HoldRow, due: float | None, result: str) -> None:
        async with self._db.write() as connection:
            await store.settle_alert(connection, row, due=due, result=result)


def _asked_to_wait(answer: Answer) -> float:
    """How long the receiver wants to be left alone, in seconds."""
    asked = answer.headers.get("retry-after", "").strip()
    if answer.status not in _BUSY or not (asked.isascii() and asked.isdecimal()):
        return 0.0
    return min(float(asked[:9]), _LONGEST_WAIT)


def message_id(row: HoldRow) -> str:
    """The same for every attempt, another when the word trips again."""
    return f"hold_{row.term_key.hex()}_{int(row.tripped_at * 1000)}"


def payload(row: HoldRow) -> bytes:
    """The message; nothing in it changes from one attempt to the next."""
    at = datetime.fromtimestamp(row.tripped_at, UTC)
    moment = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    data = {
        "key": row.term_key.hex(),
        "list": row.list_name,
        "term": row.term,
        "reason": row.reason,
        "hits": row.hits,
        "texts": row.texts,
        "minutes": row.minutes,
        "usual_share": row.usual_share,
        "tripped_at": moment,
    }
    message = {"type": EVENT, "timestamp": moment, "data": data}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
