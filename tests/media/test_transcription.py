"""A transcription endpoint on loopback, one that answers well and many that do not."""

import asyncio
import io
import json
import wave
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

import pytest

from app.media.speech import LONGEST_SPOKEN, MOST_SPOKEN, SpeechError, Spoken
from app.media.transcription import LEFT_ALONE, Transcription
from app.outbound import Caps, GuardedClient, Rules
from app.remote import Breaker
from app.remote.answer import LARGEST_ANSWER
from tests.media import made
from tests.media.rooms import samples_of
from tests.outbound.faulty import Exchange, Faulty, Script, answer, raw, serving
from tests.remote.servers import Clock, never

PCM = samples_of(made.tone(2.0)).tobytes()
SECRET = "sk-very-secret"
PROPER: Mapping[str, Any] = {
    "text": "大家好 hello",
    "segments": [
        {"start": 0.0, "end": 1.0, "text": "大家好"},
        {"start": 1.0, "end": 1.9, "text": " hello"},
    ],
}


@dataclass
class There:
    recogniser: Transcription
    server: Faulty
    clock: Clock = field(default_factory=Clock)

    async def error(self) -> str:
        with pytest.raises(SpeechError) as caught:
            await self.recogniser.recognise(PCM, 16000)
        return str(caught.value)


@asynccontextmanager
async def there(
    script: Script, *, rules: Rules | None = None, **given: Any
) -> AsyncIterator[There]:
    clock = Clock()
    rules = rules or Rules(ports=None, allow_private=True)
    async with serving(script) as server:
        recogniser = Transcription(
            GuardedClient(rules=rules, caps=Caps()),
            f"http://127.0.0.1:{server.port}",
            "whisper-1",
            breaker=Breaker(failures=2, seconds=30, clock=clock),
            **given,
        )
        try:
            yield There(recogniser, server, clock)
        finally:
            await recogniser.aclose()


def says(body: object) -> Script:
    return answer(json.dumps(body).encode())


def fields(exchange: Exchange) -> dict[str, bytes]:
    """The parts of a form, read by somebody else's parser."""
    kind = exchange.header("content-type")
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + exchange.body)
    parts = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        parts[str(name)] = payload
    return parts


async def test_the_parts_of_an_answer_have_times() -> None:
    async with there(says(PROPER), key=SECRET, language="zh") as far:
        spoken = await far.recogniser.recognise(PCM, 16000)
    assert spoken == [Spoken("大家好", 0.0, 1.0), Spoken(" hello", 1.0, 1.9)]
    (exchange,) = far.server.seen
    assert exchange.head.startswith(b"POST /v1/audio/transcriptions ")
    assert exchange.header("authorization") == f"Bearer {SECRET}"
    sent = fields(exchange)
    assert sent["model"] == b"whisper-1"
    assert sent["response_format"] == b"verbose_json"
    assert sent["language"] == b"zh"
    with wave.open(io.BytesIO(sent["file"])) as file:
        assert (file.getframerate(), file.getnchannels()) == (16000, 1)
        assert file.readframes(file.getnframes()) == PCM


async def test_a_model_without_times_is_asked_again_and_remembered() -> None:
    async def script(exchange: Exchange) -> None:
        if fields(exchange)["response_format"] == b"verbose_json":
            await answer(b"{}", "400 Bad Request")(exchange)
        else:
            await says({"text": "你好"})(exchange)

    async with there(script) as far:
        for _ in range(2):
            spoken = await far.recogniser.recognise(PCM, 16000)
            assert spoken == [Spoken("你好", 0.0, 2.0)]
        assert len(far.server.seen) == 3


async def test_silence_is_no_error() -> None:
    for body in ({"text": ""}, {"text": " ", "segments": []}):
        async with there(says(body)) as far:
            assert await far.recogniser.recognise(PCM, 16000) == []


async def test_what_no_part_has_is_still_told() -> None:
    body = {"text": "大家好 and more", "segments": PROPER["segments"][:1]}
    async with there(says(body)) as far:
        spoken = await far.recogniser.recognise(PCM, 16000)
    assert spoken[-1] == Spoken("大家好 and more", 0.0, 2.0)


async def test_times_outside_of_the_sound_are_put_inside() -> None:
    segment = {"start": -5, "end": 1e9, "text": "好"}
    async with there(says({"text": "好", "segments": [segment]})) as far:
        assert await far.recogniser.recognise(PCM, 16000) == [Spoken("好", 0.0, 2.0)]


def part(**changed: object) -> object:
    segment = {"start": 0, "end": 1, "text": "好", **changed}
    return {"text": "好", "segments": [segment]}


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (answer(b""), "is not JSON"),
        (answer(b"[]"), "lacks an object"),
        (says({}), "lacks a text"),
        (says({"text": 5}), "lacks a text"),
        (says({"text": "x" * (LONGEST_SPOKEN + 1)}), "too long a text"),
        (says({"text": "", "segments": "no"}), "lacks a list"),
        (says({"text": "", "segments": [1]}), "lacks an object"),
        (says({"text": "", "segments": [{}] * (MOST_SPOKEN + 1)}), "lacks a list"),
        (says(part(start="0")), "lacks a number"),
        (says(part(end=True)), "lacks a number"),
        (says(part(end=10**400)), "is not JSON"),
        (answer(b'{"text": "", "segments": [{"start": NaN}]}'), "is not JSON"),
        (says(part(text=None)), "lacks a text"),
        (says(part(text="y" * (LONGEST_SPOKEN + 1))), "too long a text"),
        (answer(b"x" * (LARGEST_ANSWER + 1)), "larger than"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), "cut short"),
        (answer(b"{}", "500 Server Error"), "status 500"),
        (answer(b"{}", "302 Found", ["Location: http://127.0.0.1/"]), "status 302"),
        (answer(b"{}", "401 Unauthorized"), "status 401"),
    ],
)
async def test_every_other_answer_is_an_error_that_tells_nothing(
    script: Script, said: str
) -> None:
    async with there(script, key=SECRET) as far:
        error = await far.error()
    assert said in error
    assert SECRET not in error
    assert "好" not in error


async def test_who_does_not_answer_is_not_waited_for() -> None:
    async with there(never, seconds=0.2) as far:
        assert await far.error()


async def test_who_keeps_failing_is_left_alone_for_a_while() -> None:
    async with there(answer(b"{}", "500 Server Error")) as far:
        await far.error()
        await far.error()
        assert far.recogniser.resting
        assert await far.error() == far.recogniser.missing == LEFT_ALONE
        assert len(far.server.seen) == 2
        far.clock.now = 31
        assert "status 500" in await far.error()


async def test_sound_that_is_refused_is_nobodys_illness() -> None:
    async with there(answer(b"{}", "422 Unprocessable")) as far:
        for _ in range(4):
            assert "status 422" in await far.error()
        assert not far.recogniser.resting


async def test_a_caller_who_goes_away_does_not_count() -> None:
    async with there(never) as far:
        task = asyncio.create_task(far.recogniser.recognise(PCM, 16000))
        async with asyncio.timeout(30):
            while not far.server.seen:
                await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not far.recogniser.resting


async def test_private_addresses_need_leave() -> None:
    async with there(says(PROPER), rules=Rules(ports=None)) as far:
        assert await far.error()
        assert far.server.seen == []


@pytest.mark.parametrize("url", ["", "speech", "ftp://example.com", "http://"])
def test_a_url_must_be_one(url: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Transcription(GuardedClient(), url, "m")
