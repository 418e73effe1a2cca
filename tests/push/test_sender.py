"""What becomes of one attempt, with receivers on loopback that answer anything."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import parse_qs

import pytest

from app.outbound import Caps, GuardedClient, Rules
from app.push import LONGER, Outcome, Pusher, Sent, next_try, sender
from app.push.signature import signature
from app.push.target import Mode
from tests.outbound.faulty import Exchange, Script, answer, raw, serving
from tests.push.helpers import NOW, TOKEN, counted, event, from_xml, target

PATH = "/hook/s3cret?key=s3cret"


@pytest.fixture
async def pusher() -> AsyncIterator[Pusher]:
    """Loopback is a private address: only tests may go there."""
    client = GuardedClient(rules=Rules(ports=None, allow_private=True))
    yield Pusher(client, clock=lambda: NOW + 0.9, nonce=counted())
    await client.aclose()


def asked(exchange: Exchange) -> dict[str, str]:
    line = exchange.head.split(b"\r\n", 1)[0].decode()
    found = parse_qs(line.split()[1].partition("?")[2])
    return {name: values[0] for name, values in found.items()}


async def deliver(pusher: Pusher, script: Script, mode: Mode = Mode.PLAIN) -> Outcome:
    async with serving(script) as server:
        url = f"http://127.0.0.1:{server.port}{PATH}"
        return await pusher.deliver(target(url=url, mode=mode), event())


async def verify(pusher: Pusher, script: Script) -> Outcome:
    async with serving(script) as server:
        url = f"http://127.0.0.1:{server.port}{PATH}"
        return await pusher.verify(target(url=url))


@pytest.mark.parametrize("status", ["200 OK", "204 No Content", "201 Created"])
async def test_any_2xx_is_taken(pusher: Pusher, status: str) -> None:
    outcome = await deliver(pusher, answer(b"", status))
    assert outcome == Outcome(Sent.TAKEN, "", int(status[:3]))


async def test_an_odd_body_is_remarked(pusher: Pusher) -> None:
    assert (await deliver(pusher, answer(b"success"))).why == ""
    outcome = await deliver(pusher, answer(b"<html>"), Mode.SAFE)
    assert outcome.sent is Sent.TAKEN
    assert outcome.why == "it answered something else than `success`"


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("500 Oops", "the receiver answered with status 500"),
        ("404 Gone", "the receiver answered with status 404"),
        ("410 Gone", "the receiver answered with status 410"),
    ],
)
async def test_other_statuses_are_tried_again(
    pusher: Pusher, status: str, why: str
) -> None:
    outcome = await deliver(pusher, answer(b"success", status))
    assert outcome == Outcome(Sent.RETRY, why, int(status[:3]))


async def test_redirects_are_not_followed(pusher: Pusher) -> None:
    outcome = await deliver(
        pusher, answer(b"", "302 Found", ["Location: http://127.0.0.1:1/"])
    )
    assert outcome.sent is Sent.RETRY
    assert outcome.status == 302
    assert outcome.why.endswith("redirects are not followed")


async def test_a_broken_answer(pusher: Pusher) -> None:
    outcome = await deliver(pusher, raw(b"no HTTP\r\n\r\n"))
    assert (outcome.sent, outcome.status) == (Sent.RETRY, None)


async def test_nobody_listens(pusher: Pusher) -> None:
    async with serving(answer()) as server:
        url = f"http://127.0.0.1:{server.port}{PATH}"
    outcome = await pusher.deliver(target(url=url), event())
    assert outcome.sent is Sent.RETRY
    assert "s3cret" not in outcome.why


async def test_the_receiver_has_5_seconds(
    pusher: Pusher, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sender._CAPS.total == 5.0
    monkeypatch.setattr(sender, "_CAPS", Caps(total=0.05, connect=0.05, idle=0.05))

    async def silent(_: Exchange) -> None:
        await asyncio.sleep(60)

    outcome = await deliver(pusher, silent)
    assert outcome == Outcome(Sent.RETRY, "the host took too long")


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:9/s3cret", "http://169.254.169.254/s3cret", "ftp://x/s3cret"],
)
async def test_what_the_rules_forbid_is_refused(url: str) -> None:
    client = GuardedClient(rules=Rules(ports=None))
    for outcome in (
        await Pusher(client).deliver(target(url=url), event()),
        await Pusher(client).verify(target(url=url)),
    ):
        assert outcome.sent is Sent.REFUSED
        assert "s3cret" not in outcome.why
    await client.aclose()


async def test_each_attempt_is_signed_anew_and_says_the_same(pusher: Pusher) -> None:
    async with serving(answer(b"success")) as server:
        where = target(url=f"http://127.0.0.1:{server.port}/", mode=Mode.SAFE)
        for _ in range(2):
            await pusher.deliver(where, event())
    first, second = server.seen
    assert asked(first)["nonce"] != asked(second)["nonce"]
    for exchange in (first, second):
        query = asked(exchange)
        assert query["timestamp"] == str(NOW)
        assert query["signature"] == signature(TOKEN, str(NOW), query["nonce"])
    sealed = [from_xml(exchange.body)["Encrypt"] for exchange in (first, second)]
    assert sealed[0] != sealed[1]
    read = [where.cipher().decrypt(one) for one in sealed]
    assert read[0] == read[1]


def echo(before: bytes = b"", after: bytes = b"") -> Script:
    async def script(exchange: Exchange) -> None:
        echostr = asked(exchange)["echostr"].encode()
        await answer(before + echostr + after)(exchange)

    return script


async def test_the_url_check(pusher: Pusher) -> None:
    assert await verify(pusher, echo()) == Outcome(Sent.TAKEN, "", 200)
    for script in (echo(b"\xef\xbb\xbf"), echo(b'"', b'"'), echo(after=b"\n")):
        outcome = await verify(pusher, script)
        assert outcome.sent is Sent.RETRY
        assert outcome.why == (
            "the receiver answered the echostr with something around it"
        )
    for body in (b"", b"success", b"ok"):
        outcome = await verify(pusher, answer(body))
        assert outcome.sent is Sent.RETRY
        assert outcome.why == "the receiver did not answer the echostr"
    assert (await verify(pusher, answer(b"", "403 No"))).status == 403


def test_wechat_repeats_three_times() -> None:
    assert [next_try(attempt) for attempt in range(1, 6)] == [5, 5, 5, None, None]
    with pytest.raises(ValueError, match="number 1"):
        next_try(0)


def test_a_longer_schedule_goes_on_from_there() -> None:
    waits = [next_try(attempt, LONGER) for attempt in range(1, 9)]
    assert waits == [5, 5, 5, 60, 300, 1800, 7200, None]
