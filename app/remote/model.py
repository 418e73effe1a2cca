"""A classifier on another machine, whatever protocol it speaks."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.outbound import Caps, GuardedClient, OutboundError
from app.plugins.door import Facts, Reading, Shot
from app.remote.answer import LARGEST_ANSWER, AnswerError, Told, highest
from app.remote.breaker import Breaker
from app.remote.dialect import Dialect

LEFT_ALONE: Final = "it failed several times in a row and is left alone for a while"
TOO_SLOW: Final = "it took longer than allowed"

_CONNECT: Final = 5.0
_OF_THE_PICTURE: Final = frozenset({400, 413, 415, 422})
"""Answers that may be about this picture alone: others may well be looked at."""
_HINTS: Final[Mapping[int, str]] = {
    301: "redirects are not followed",
    302: "redirects are not followed",
    307: "redirects are not followed",
    308: "redirects are not followed",
    401: "is the key right?",
    403: "is the key right?",
    404: "are its URL and model right?",
    429: "it is asked too often",
}


@dataclass(slots=True)
class _Seen:
    """What has come back so far; `ill` when the endpoint itself is at fault."""

    rows: list[Mapping[str, float]] = field(default_factory=list)
    model: str | None = None
    error: str | None = None
    ill: bool = False

    def note(self, told: Told) -> None:
        self.rows.append(told.scores)
        self.model = told.model

    def fail(self, why: str, *, ill: bool) -> None:
        self.error = self.error or why
        self.ill = self.ill or ill


class RemoteModel:
    """Gives each class the highest score over the frames of a picture.

    It never raises for what the endpoint does, and no error tells anything of a
    picture, an answer or the key. With an error the scores are of those frames
    that were looked at.
    """

    def __init__(
        self,
        name: str,
        dialect: Dialect,
        client: GuardedClient,
        *,
        seconds: float = 10.0,
        key: str | None = None,
        breaker: Breaker | None = None,
    ) -> None:
        """Ask by `client`, which is closed with it, for at most so many seconds."""
        self.name = name
        self._dialect = dialect
        self._client = client
        self.seconds = seconds
        self._headers = _headers(key)
        self._breaker = breaker or Breaker()
        self._model = dialect.model

    @property
    def model(self) -> str:
        """Name and version as the endpoint told them last."""
        return self._model

    @property
    def resting(self) -> bool:
        """Whether it has failed too often and is left alone, or tried carefully."""
        return self._breaker.resting

    async def classify(self, shots: Sequence[Shot], facts: Facts) -> Reading:
        """Have the frames looked at; see `RemoteClassifier`."""
        if not self._breaker.may_ask():
            return Reading(self.name, self.model, error=LEFT_ALONE)
        seen: _Seen | None = None
        try:
            seen = await self._look([shot.jpeg for shot in shots])
        finally:
            self._judge(seen)
        self._model = seen.model or self._model
        return Reading(
            self.name, self.model, scores=highest(seen.rows), error=seen.error
        )

    async def ready(self) -> str | None:
        """Why the endpoint is not ready, in one sentence; None if it is, or mute."""
        url = self._dialect.ready_url
        if url is None:
            return None
        try:
            answer = await self._client.request(
                "GET", url, headers=self._headers, caps=self._caps()
            )
        except OutboundError as error:
            return str(error)
        return None if answer.status == 200 else _of_status(answer.status)

    async def aclose(self) -> None:
        """Close its connections."""
        await self._client.aclose()

    async def _look(self, jpegs: Sequence[bytes]) -> _Seen:
        seen, size = _Seen(), self._dialect.pictures
        parts = [jpegs[at : at + size] for at in range(0, len(jpegs), size)]
        try:
            async with asyncio.timeout(self.seconds), asyncio.TaskGroup() as group:
                for part in parts:
                    group.create_task(self._ask(part, seen))
        except TimeoutError:
            seen.fail(TOO_SLOW, ill=True)
        return seen

    async def _ask(self, jpegs: Sequence[bytes], seen: _Seen) -> None:
        try:
            answer = await self._client.request(
                "POST",
                self._dialect.url,
                content=self._dialect.ask(jpegs),
                headers=self._headers,
                caps=self._caps(),
            )
            if answer.status == 200:
                seen.note(self._dialect.read(answer.body, len(jpegs)))
            else:
                ill = answer.status not in _OF_THE_PICTURE
                seen.fail(_of_status(answer.status), ill=ill)
        except (OutboundError, AnswerError) as error:
            seen.fail(str(error), ill=True)

    def _judge(self, seen: _Seen | None) -> None:
        if seen is None:
            self._breaker.gave_up()
        elif seen.ill:
            self._breaker.failed()
        else:
            self._breaker.succeeded()

    def _caps(self) -> Caps:
        return Caps(
            body=LARGEST_ANSWER,
            total=self.seconds,
            connect=min(_CONNECT, self.seconds),
            idle=self.seconds,
        )


def _headers(key: str | None) -> Mapping[str, str]:
    headers = {"content-type": "application/json", "accept": "application/json"}
    return headers | ({"authorization": f"Bearer {key}"} if key else {})


def _of_status(status: int) -> str:
    hint = _HINTS.get(status)
    return f"it answered with status {status}" + (f": {hint}" if hint else "")
