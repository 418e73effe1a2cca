"""Speech to text by another machine, in the shape of OpenAI's transcriptions.

Source: OpenAI's API reference, "Create transcription": a form with `file`, `model`
and `response_format`; `verbose_json` answers with `segments` that have times.
"""

import io
import secrets
import wave
from collections.abc import Mapping, Sequence
from typing import Final

from app.media.speech import SpeechError, Spoken
from app.media.transcript import read_answer
from app.outbound import Answer, Caps, GuardedClient, OutboundError, Rules
from app.outbound.target import parse_target
from app.remote import Breaker
from app.remote.answer import LARGEST_ANSWER, AnswerError

LEFT_ALONE: Final = "it failed several times in a row and is left alone for a while"
_ANYWHERE: Final = Rules(ports=None, allow_private=True)
_CONNECT: Final = 5.0
_OF_THE_SOUND: Final = frozenset({400, 413, 415, 422})
"""Answers that may be about this sound alone."""
_UNKNOWN_FORMAT: Final = 400
_SAMPLE: Final = 2
_TIMED, _PLAIN = "verbose_json", "json"


class Transcription:
    """An endpoint whose answers are not trusted.

    Models that do not know the format with times are asked for the plain one.
    """

    def __init__(
        self,
        client: GuardedClient,
        url: str,
        model: str,
        *,
        key: str | None = None,
        language: str | None = None,
        name: str = "speech",
        seconds: float = 60.0,
        longest: float = 30.0,
        breaker: Breaker | None = None,
    ) -> None:
        """Ask by `client`, which is closed with it, below `url`.

        A part of the sound, which lasts at most `longest`, may take `seconds`.

        Raises:
            ValueError: the URL is none.
        """
        try:
            parse_target(url, _ANYWHERE)
        except OutboundError as error:
            raise ValueError(str(error)) from None
        self.name = name
        self.model = model
        self.longest = longest
        self._client = client
        self._url = url.rstrip("/") + "/v1/audio/transcriptions"
        self._key = key
        self._language = language
        self._seconds = seconds
        self._breaker = breaker or Breaker()
        self._format = _TIMED

    @property
    def resting(self) -> bool:
        """Whether it has failed too often and is left alone, or tried carefully."""
        return self._breaker.resting

    @property
    def missing(self) -> str | None:
        """Why it cannot listen at present."""
        return LEFT_ALONE if self.resting else None

    async def recognise(self, pcm: bytes, rate: int) -> Sequence[Spoken]:
        """See `Recogniser`."""
        if not self._breaker.may_ask():
            raise SpeechError(LEFT_ALONE)
        well: bool | None = None
        try:
            answer = await self._ask(pcm, rate)
            well = answer.status == 200 or answer.status in _OF_THE_SOUND
            if answer.status != 200:
                raise SpeechError(f"it answered with status {answer.status}")
            return read_answer(answer.body, len(pcm) / _SAMPLE / rate)
        except (OutboundError, AnswerError) as error:
            well = False
            raise SpeechError(str(error)) from None
        finally:
            self._judge(well)

    async def aclose(self) -> None:
        """Close its connections."""
        await self._client.aclose()

    async def _ask(self, pcm: bytes, rate: int) -> Answer:
        answer = await self._post(pcm, rate, self._format)
        if answer.status == _UNKNOWN_FORMAT and self._format == _TIMED:
            plain = await self._post(pcm, rate, _PLAIN)
            if plain.status == 200:
                self._format = _PLAIN
            return plain
        return answer

    async def _post(self, pcm: bytes, rate: int, shape: str) -> Answer:
        fields = {"model": self.model, "response_format": shape}
        if self._language:
            fields["language"] = self._language
        boundary = secrets.token_hex(16)
        headers = {
            "content-type": f"multipart/form-data; boundary={boundary}",
            "accept": "application/json",
        }
        if self._key:
            headers["authorization"] = f"Bearer {self._key}"
        return await self._client.request(
            "POST",
            self._url,
            content=form(fields, as_wav(pcm, rate), boundary),
            headers=headers,
            caps=self._caps(),
        )

    def _judge(self, well: bool | None) -> None:
        if well is None:
            self._breaker.gave_up()
        elif well:
            self._breaker.succeeded()
        else:
            self._breaker.failed()

    def _caps(self) -> Caps:
        return Caps(
            body=LARGEST_ANSWER,
            total=self._seconds,
            connect=min(_CONNECT, self._seconds),
            idle=self._seconds,
        )


def as_wav(pcm: bytes, rate: int) -> bytes:
    """One channel of 16-bit samples as a file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(_SAMPLE)
        file.setframerate(rate)
        file.writeframes(pcm)
    return out.getvalue()


def form(fields: Mapping[str, str], wav: bytes, boundary: str) -> bytes:
    """The body of a request as multipart/form-data (RFC 7578)."""
    lines = []
    for name, value in fields.items():
        lines += [
            f"--{boundary}",
            f'Content-Disposition: form-data; name="{name}"',
            "",
            value,
        ]
    lines += [
        f"--{boundary}",
        'Content-Disposition: form-data; name="file"; filename="sound.wav"',
        "Content-Type: audio/wav",
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + wav + f"\r\n--{boundary}--\r\n".encode()
