"""Sends one event to one receiver, once; whoever calls keeps it until it is taken."""

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.outbound import Answer, Caps, OutboundError, Requests
from app.push.answer import remark
from app.push.envelope import PushRequest, Stamp, check_request, event_request
from app.push.events import MediaEvent
from app.push.target import PushTarget

SECONDS = 5.0
"""WeChat's own patience with a receiver (contract section 5.3)."""

REPEATS = (5.0, 5.0, 5.0)
"""WeChat sends three times more. What lies between is not documented beyond the 5
seconds that it waits for an answer."""

LONGER = (60.0, 300.0, 1800.0, 7200.0)
"""What this service adds, so that a receiver may be away for two hours and a half."""

_CAPS = Caps(body=64 * 1024, total=SECONDS, connect=SECONDS, idle=SECONDS)


class Sent(StrEnum):
    """What became of a request."""

    TAKEN = "taken"
    """The receiver has it."""
    RETRY = "retry"
    """Not this time; another try may do."""
    REFUSED = "refused"
    """Our own rules forbid the URL; another try is pointless."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request, with the HTTP status when there was one.

    `why` is a short sentence without the path and query of the URL; with `taken` it
    is a remark about an odd answer, mostly "".
    """

    sent: Sent
    why: str = ""
    status: int | None = None


def next_try(attempt: int, longer: Sequence[float] = ()) -> float | None:
    """Seconds from a failed attempt (the first is 1) to the next, None for no more.

    Without `longer` it is WeChat's own rule: three repetitions. `longer` are further
    waits after these.

    Raises:
        ValueError: there is no such attempt.
    """
    if attempt < 1:
        message = "the first attempt is number 1"
        raise ValueError(message)
    waits = (*REPEATS, *longer)
    return waits[attempt - 1] if attempt <= len(waits) else None


class Pusher:
    """Delivers events; safe to use from many tasks of one event loop."""

    def __init__(
        self,
        client: Requests,
        *,
        clock: Callable[[], float] = time.time,
        nonce: Callable[[], str] = lambda: str(secrets.randbelow(10**10)),
    ) -> None:
        """Send through `client`; `clock` gives Unix seconds, `nonce` digits."""
        self._client = client
        self._clock = clock
        self._nonce = nonce

    async def deliver(self, target: PushTarget, event: MediaEvent) -> Outcome:
        """Send an event once; any answer with status 2xx means that it was taken."""
        answer = await self._answer(event_request(target, event, self._stamp()))
        if isinstance(answer, Outcome):
            return answer
        return Outcome(Sent.TAKEN, remark(target, answer.body), answer.status)

    async def verify(self, target: PushTarget) -> Outcome:
        """Ask the receiver to answer a random `echostr`, as WeChat does."""
        echostr = str(10**18 + secrets.randbelow(9 * 10**18))
        answer = await self._answer(check_request(target, echostr, self._stamp()))
        if isinstance(answer, Outcome):
            return answer
        why = _echo_fault(answer.body, echostr.encode())
        sent = Sent.RETRY if why else Sent.TAKEN
        return Outcome(sent, why, answer.status)

    def _stamp(self) -> Stamp:
        return Stamp(int(self._clock()), self._nonce())

    async def _answer(self, request: PushRequest) -> Answer | Outcome:
        """The answer with status 2xx, or what became of the request instead."""
        try:
            answer = await self._client.request(
                request.method,
                request.url,
                content=request.body,
                headers=request.headers,
                caps=_CAPS,
            )
        except OutboundError as error:
            return Outcome(Sent.REFUSED if error.final else Sent.RETRY, str(error))
        if 200 <= answer.status < 300:
            return answer
        return Outcome(Sent.RETRY, _status_fault(answer.status), answer.status)


def _status_fault(status: int) -> str:
    said = f"the receiver answered with status {status}"
    return f"{said}, and redirects are not followed" if 300 <= status < 400 else said


def _echo_fault(body: bytes, echostr: bytes) -> str:
    if body == echostr:
        return ""
    if echostr in body:
        return "the receiver answered the echostr with something around it"
    return "the receiver did not answer the echostr"
