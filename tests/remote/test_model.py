"""Endpoints that fail in every way: an error that tells nothing, and no exception."""

import asyncio
import socket
from collections.abc import Mapping

import pytest

from app.outbound import Caps, GuardedClient, Rules
from app.remote import KServe, Moderation, RemoteModel
from app.remote.answer import LARGEST_ANSWER
from app.remote.model import LEFT_ALONE, TOO_SLOW
from tests.outbound.faulty import Exchange, Script, answer, raw
from tests.remote.servers import (
    BLACK,
    FACTS,
    GREEN,
    RED,
    Far,
    body,
    far,
    kserve,
    kserve_manifest,
    moderation,
    moderation_manifest,
    never,
)

KINDS = ["kserve", "openai"]
SECRET = "sk-very-secret"
GOOD: Mapping[str, Script] = {"kserve": kserve(), "openai": moderation()}


async def asked(there: Far) -> str | None:
    return (await there.model.classify([RED], FACTS)).error


async def dripping(exchange: Exchange) -> None:
    """A byte at a time, as slowly as is allowed, for ever."""
    await exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        await exchange.send(b" ")
        await asyncio.sleep(0.02)


HUGE = b'{"a": "' + b"x" * LARGEST_ANSWER + b'"}'


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("script", "said"),
    [
        (body(b""), "its answer is not JSON"),
        (body(b"<html>"), "its answer is not JSON"),
        (body(b"\xff\xfe"), "its answer is not JSON"),
        (body(b"[" * 100_000), "its answer is not JSON"),
        (body(b'{"outputs": ' + b"[" * 900 + b"]" * 900 + b"}"), "its answer"),
        (body(HUGE), "is larger than"),
        (raw(b"HTTP/1.1 200 OK\r\n\r\n" + HUGE), "is larger than"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), "cut short"),
        (raw(b"garbage\r\n\r\n"), "not proper HTTP"),
        (raw(b""), "not proper HTTP"),
        (answer(b"{}", headers=["Content-Encoding: gzip"]), "compressed"),
        (answer(b"oops", "500 Internal Server Error"), "it answered with status 500"),
        (answer(b"", "503 Busy"), "it answered with status 503"),
        (answer(b"", "401 No"), "it answered with status 401: is the key right?"),
        (answer(b"", "404 No"), "status 404: are its URL and model right?"),
        (answer(b"", "429 No"), "it is asked too often"),
        (answer(b"", "204 Nothing"), "it answered with status 204"),
        (
            answer(b"", "302 Found", ["Location: http://127.0.0.1:1/"]),
            "redirects are not followed",
        ),
    ],
)
async def test_what_it_answers_becomes_an_error(
    kind: str, script: Script, said: str
) -> None:
    async with far(kind, script, key=SECRET) as there:
        reading = await there.model.classify([RED], FACTS)
    assert said in (reading.error or "none")
    assert len(reading.error or "") <= 200
    assert not reading.scores
    assert (reading.classifier, reading.model) == ("far", "colours")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("script", [never, dripping])
async def test_slow_answers_end_in_time(kind: str, script: Script) -> None:
    async with far(kind, script, seconds=0.2) as there:
        assert await asked(there) in {TOO_SLOW, "the host took too long"}


@pytest.mark.parametrize("kind", KINDS)
async def test_nobody_there(kind: str) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))  # bound, and nobody listens
        port = listener.getsockname()[1]
        read = kserve_manifest(port)
        client = GuardedClient(rules=read.rules)
        model = RemoteModel("far", KServe(read), client)
        reading = await model.classify([RED], FACTS)
        assert reading.error == "no connection to the host, or it broke"
        assert await model.ready() == reading.error
        await model.aclose()


@pytest.mark.parametrize("kind", KINDS)
async def test_a_private_address_needs_to_be_allowed(kind: str) -> None:
    async with far(kind, GOOD[kind], rules=Rules(ports=None)) as there:
        assert await asked(there) is not None
    assert there.server.seen == []


@pytest.mark.parametrize("kind", KINDS)
async def test_the_key_goes_to_the_endpoint_and_nowhere_else(kind: str) -> None:
    async with far(kind, GOOD[kind], key=SECRET) as there:
        assert await asked(there) is None
        assert there.server.seen[0].header("authorization") == f"Bearer {SECRET}"
        assert SECRET not in repr(there.model) + str(there.model)


@pytest.mark.parametrize("kind", KINDS)
async def test_errors_quote_no_answer(kind: str) -> None:
    for content in (b'{"secret": 1}', b"secret", b'{"results": [{"secret": 1}]}'):
        async with far(kind, body(content)) as there:
            assert "secret" not in (await asked(there) or "secret")


async def test_frames_that_were_looked_at_count_beside_an_error() -> None:
    """One answer is good, and the other one never comes."""
    answers = iter([moderation(), never])

    async def script(exchange: Exchange) -> None:
        await next(answers)(exchange)

    async with far("openai", script, seconds=0.5) as there:
        reading = await there.model.classify([RED, RED], FACTS)
    assert reading.error is not None
    assert reading.scores["red"] == pytest.approx(1, abs=0.02)


async def test_pictures_at_the_same_time_do_not_mix() -> None:
    async with far("kserve", kserve()) as there:
        shots = [RED, GREEN, BLACK] * 4
        readings = await asyncio.gather(
            *(there.model.classify([each], FACTS) for each in shots)
        )
    for shot, reading in zip(shots, readings, strict=True):
        assert reading.scores["red"] == pytest.approx(float(shot is RED), abs=0.02)


@pytest.mark.parametrize("kind", KINDS)
async def test_an_endpoint_that_keeps_failing_is_left_alone(kind: str) -> None:
    current: list[Script] = [answer(b"", "500 Oops")]

    async def script(exchange: Exchange) -> None:
        await current[0](exchange)

    async with far(kind, script) as there:
        for _ in range(2):
            assert await asked(there) == "it answered with status 500"
        assert there.model.resting
        assert await asked(there) == LEFT_ALONE
        assert len(there.server.seen) == 2

        there.clock.now = 30  # one tries, and it fails again
        assert await asked(there) == "it answered with status 500"
        assert await asked(there) == LEFT_ALONE

        current[0] = GOOD[kind]
        there.clock.now = 60
        assert await asked(there) is None
        assert await asked(there) is None
        assert not there.model.resting


@pytest.mark.parametrize("status", ["400 No", "413 No", "415 No", "422 No"])
async def test_refused_pictures_do_not_trip_the_breaker(status: str) -> None:
    """Otherwise whoever sends bad pictures could switch a classifier off."""
    async with far("kserve", answer(b"", status)) as there:
        for _ in range(5):
            assert await asked(there) == f"it answered with status {status[:3]}"
    assert len(there.server.seen) == 5


async def test_a_caller_who_goes_away_leaves_the_trial_to_the_next() -> None:
    current: list[Script] = [answer(b"", "500 Oops")]

    async def script(exchange: Exchange) -> None:
        await current[0](exchange)

    async with far("kserve", script) as there:
        await asked(there)
        await asked(there)
        there.clock.now, current[0] = 30, never
        trial = asyncio.create_task(asked(there))
        while len(there.server.seen) < 3:
            await asyncio.sleep(0.01)
        assert await asked(there) == LEFT_ALONE
        trial.cancel()
        await asyncio.gather(trial, return_exceptions=True)
        current[0] = kserve()
        assert await asked(there) is None


async def test_readiness_is_asked_for_where_there_is_such_a_thing() -> None:
    async with far("kserve", kserve(), key=SECRET) as there:
        assert await there.model.ready() is None
        (exchange,) = there.server.seen
        assert exchange.head.startswith(b"GET /v2/health/ready HTTP/1.1\r\n")
        assert exchange.header("authorization") == f"Bearer {SECRET}"
    async with far("kserve", answer(b"", "503 Loading")) as there:
        assert await there.model.ready() == "it answered with status 503"
    async with far("openai", moderation()) as there:
        assert await there.model.ready() is None
        assert there.server.seen == []


async def test_a_fault_of_ours_does_not_hold_the_trial() -> None:
    read = moderation_manifest()

    class Broken(Moderation):
        def ask(self, jpegs: object) -> bytes:
            raise RuntimeError

    client = GuardedClient(rules=read.rules, caps=Caps())
    model = RemoteModel("far", Broken(read), client)
    for _ in range(2):
        with pytest.raises(ExceptionGroup):
            await model.classify([RED], FACTS)
    assert not model.resting
    await model.aclose()
