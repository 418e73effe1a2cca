import asyncio
import gzip
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx
import pytest

from app.outbound import Caps, Fault, GuardedClient, OutboundError, Rules
from app.outbound.resolve import Resolver
from tests.outbound.faulty import Exchange, Names, Script, answer, raw, serving

OPEN = Rules(ports=None)
HOME = Rules(ports=None, allow_private=True)
SMALL = Caps(body=1000, total=5.0)


@asynccontextmanager
async def client(
    rules: Rules = HOME, caps: Caps = SMALL, resolver: Resolver | None = None
) -> AsyncIterator[GuardedClient]:
    names = resolver or Names(a=[["127.0.0.1"]])
    opened = GuardedClient(rules=rules, caps=caps, resolver=names)
    try:
        yield opened
    finally:
        await opened.aclose()


async def fault(script: Script, caps: Caps = SMALL) -> Fault:
    async with serving(script) as server, client(caps=caps) as guarded:
        with pytest.raises(OutboundError) as caught:
            await guarded.request("GET", f"http://a.test:{server.port}/")
    return caught.value.fault


async def test_an_answer_comes_whole() -> None:
    script = answer(b"hello", "201 Created", ["X-Thing: 1"])
    async with serving(script) as server, client() as guarded:
        url = f"http://a.test:{server.port}/path?q=1"
        got = await guarded.request("POST", url, content=b"body", headers={"x-a": "b"})
    assert (got.status, got.body, got.headers["x-thing"]) == (201, b"hello", "1")
    seen = server.seen[0]
    assert seen.head.startswith(b"POST /path?q=1 HTTP/1.1\r\n")
    assert seen.body == b"body"
    assert seen.header("host") == f"a.test:{server.port}"
    assert seen.header("x-a") == "b"
    assert seen.header("accept-encoding") == "identity"


@pytest.mark.parametrize("name", ["Host", "accept-encoding", "Connection"])
async def test_our_own_headers_cannot_be_set(name: str) -> None:
    async with client() as guarded:
        with pytest.raises(ValueError, match="sets the header"):
            await guarded.request("GET", "http://a.test/", headers={name: "x"})


@pytest.mark.parametrize("value", ["a\r\nX-Other: 1", "a\nb", "a\x00b"])
async def test_headers_cannot_be_smuggled(value: str) -> None:
    async with serving(answer()) as server, client() as guarded:
        with pytest.raises(OutboundError):
            await guarded.request(
                "GET", f"http://a.test:{server.port}/", headers={"x-a": value}
            )
    assert server.seen == []


async def test_loopback_is_refused_without_a_connection() -> None:
    names = Names(a=[["127.0.0.1"]], b=[["::1", "1.1.1.1"]])
    async with serving(answer()) as server, client(OPEN, resolver=names) as guarded:
        for host in ("a.test", "b.test"):
            with pytest.raises(OutboundError) as caught:
                await guarded.request("GET", f"http://{host}:{server.port}/")
            assert caught.value.fault is Fault.REFUSED
    assert server.seen == []


@pytest.mark.parametrize("spelling", ["127.0.0.1", "0x7f.1", "2130706433", "127.1"])
async def test_spellings_of_loopback_with_the_real_resolver(spelling: str) -> None:
    async with serving(answer()) as server:
        guarded = GuardedClient(rules=Rules(ports=None), caps=SMALL)
        try:
            with pytest.raises(OutboundError) as caught:
                await guarded.request("GET", f"http://{spelling}:{server.port}/")
        finally:
            await guarded.aclose()
    assert caught.value.fault is Fault.REFUSED
    assert server.seen == []


async def test_a_name_that_changes_its_address_is_asked_once_only() -> None:
    # The second answer is the trap: whoever looks up again connects to it.
    trap = Names(a=[["127.0.0.1"], ["169.254.169.254"]])
    async with serving(answer()) as server, client(resolver=trap) as guarded:
        url = f"http://a.test:{server.port}/"
        assert (await guarded.request("GET", url)).status == 200
        assert trap.asked == ["a.test"]
        with pytest.raises(OutboundError) as caught:
            await guarded.request("GET", url)
    assert caught.value.fault is Fault.REFUSED
    assert len(server.seen) == 1


async def test_the_system_does_not_look_up_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []
    loop = asyncio.get_running_loop()
    real = loop.getaddrinfo

    async def watched(host: object, *rest: object, **options: object) -> object:
        asked.append(host)
        return await real(host, *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(loop, "getaddrinfo", watched)
    async with serving(answer()) as server:
        asked.clear()
        async with client() as guarded:
            await guarded.request("GET", f"http://a.test:{server.port}/")
    assert set(asked) <= {"127.0.0.1"}


async def test_the_next_address_is_tried_when_one_does_not_connect() -> None:
    names = Names(a=[["127.0.0.2", "127.0.0.1"]])  # nobody listens on the first
    async with serving(answer()) as server, client(resolver=names) as guarded:
        url = f"http://a.test:{server.port}/"
        assert (await guarded.request("GET", url)).status == 200


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 P"])
async def test_redirects_are_answers_and_not_followed(status: str) -> None:
    script = answer(b"", status, ["Location: http://169.254.169.254/latest/"])
    async with serving(script) as server, client() as guarded:
        got = await guarded.request("GET", f"http://a.test:{server.port}/")
    assert got.status == int(status[:3])
    assert len(server.seen) == 1


async def test_cookies_are_forgotten_and_connections_not_used_twice() -> None:
    script = answer(b"", headers=["Set-Cookie: a=b", "Connection: keep-alive"])
    async with serving(script) as server, client() as guarded:
        for _ in range(2):
            await guarded.request("GET", f"http://a.test:{server.port}/")
    assert len(server.seen) == 2
    assert server.seen[0].writer is not server.seen[1].writer
    assert server.seen[1].header("cookie") is None


async def test_proxies_of_the_environment_are_ignored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with serving(answer(b"proxy")) as proxy, serving(answer(b"me")) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        async with client() as guarded:
            got = await guarded.request("GET", f"http://a.test:{server.port}/")
    assert got.body == b"me"
    assert proxy.seen == []


async def test_an_announced_size_is_refused_unread() -> None:
    script = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n")
    assert await fault(script) is Fault.TOO_LARGE


async def endless(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        await exchange.send(b"64\r\n" + b"x" * 100 + b"\r\n")


async def test_endless_chunks_are_cut_off() -> None:
    assert await fault(endless) is Fault.TOO_LARGE


async def test_exactly_the_cap_is_fine() -> None:
    async with serving(answer(b"x" * 1000)) as server, client() as guarded:
        got = await guarded.request("GET", f"http://a.test:{server.port}/")
    assert len(got.body) == 1000


async def test_a_cap_can_be_set_for_one_request() -> None:
    async with serving(answer(b"x" * 1001)) as server, client() as guarded:
        url = f"http://a.test:{server.port}/"
        got = await guarded.request("GET", url, caps=Caps(body=2000))
        assert len(got.body) == 1001
        with pytest.raises(OutboundError):
            await guarded.request("GET", url)


async def test_a_short_body_is_broken() -> None:
    script = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
    assert await fault(script) is Fault.BROKEN


async def test_what_follows_the_announced_length_is_not_read() -> None:
    script = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 500\r\n\r\n")
    async with serving(script) as server, client() as guarded:
        got = await guarded.request("GET", f"http://a.test:{server.port}/")
    assert got.body == b"ok"


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000,
    ],
)
async def test_what_is_not_http_is_broken(data: bytes) -> None:
    assert await fault(raw(data)) is Fault.BROKEN


@pytest.mark.parametrize("coding", ["gzip", "br", "GZIP", "deflate, gzip", "x-unknown"])
async def test_compression_is_refused_whatever_is_inside(coding: str) -> None:
    bomb = gzip.compress(b"\0" * 500_000)
    assert len(bomb) < SMALL.body
    script = answer(bomb, headers=[f"Content-Encoding: {coding}"])
    assert await fault(script) is Fault.BROKEN


async def test_a_body_that_merely_is_a_gzip_file_stays_one() -> None:
    packed = gzip.compress(b"\0" * 500_000)
    async with serving(answer(packed)) as server, client() as guarded:
        got = await guarded.request("GET", f"http://a.test:{server.port}/")
    assert got.body == packed


async def drip(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n")
    while True:
        await exchange.send(b"x")
        await asyncio.sleep(0.01)


async def drip_header(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        await exchange.send(b"x")
        await asyncio.sleep(0.01)


async def silence(exchange: Exchange) -> None:
    await exchange.writer.drain()
    await asyncio.Event().wait()


@pytest.mark.parametrize("script", [drip, drip_header])
async def test_a_slow_drip_ends_at_the_total_time(script: Script) -> None:
    # Every byte comes in time; only the sum is too much.
    caps = Caps(total=0.2, idle=5.0)
    async with asyncio.timeout(5):
        assert await fault(script, caps) is Fault.TIMEOUT


async def test_silence_ends_at_the_idle_time() -> None:
    async with serving(silence) as server, client() as guarded:
        with pytest.raises(OutboundError) as caught:
            await guarded.request(
                "GET", f"http://a.test:{server.port}/", caps=Caps(idle=0.05)
            )
        assert caught.value.fault is Fault.TIMEOUT


async def test_a_lookup_that_hangs_counts_against_the_total() -> None:
    async def never(host: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    async with client(caps=Caps(total=0.05), resolver=never) as guarded:
        with pytest.raises(OutboundError) as caught:
            await guarded.request("GET", "http://a.test/")
    assert caught.value.fault is Fault.TIMEOUT


async def test_a_reset_connection_is_unreachable() -> None:
    async def reset(exchange: Exchange) -> None:
        exchange.writer.transport.abort()

    assert await fault(reset) in {Fault.UNREACHABLE, Fault.BROKEN}


async def test_nobody_there_is_unreachable() -> None:
    async with serving(answer()) as server:
        port = server.port
    async with client() as guarded:
        with pytest.raises(OutboundError) as caught:
            await guarded.request("GET", f"http://a.test:{port}/secret")
    assert caught.value.fault is Fault.UNREACHABLE
    assert not caught.value.final
    assert "secret" not in str(caught.value)
    assert "127.0" not in str(caught.value)


async def test_a_stream_hands_over_the_status_before_the_body() -> None:
    async with serving(endless) as server, client() as guarded:
        url = f"http://a.test:{server.port}/"
        async with guarded.stream("GET", url) as incoming:
            assert incoming.status == 200
            assert await anext(incoming.chunks())


async def test_errors_of_the_reader_stay_its_own() -> None:
    async with serving(answer()) as server, client() as guarded:
        url = f"http://a.test:{server.port}/"
        for error in (TimeoutError("mine"), httpx.ReadError("mine"), KeyError("mine")):
            with pytest.raises(type(error), match="mine"):
                async with guarded.stream("GET", url):
                    raise error


async def test_cancelling_is_no_timeout() -> None:
    async with serving(silence) as server, client() as guarded:
        url = f"http://a.test:{server.port}/"
        task = asyncio.create_task(guarded.request("GET", url))
        while not server.seen:
            await asyncio.sleep(0.005)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.mark.parametrize("cap", ["body", "total", "connect", "idle"])
def test_caps_must_let_something_through(cap: str) -> None:
    values: Mapping[str, float] = {cap: 0}
    with pytest.raises(ValueError, match="above zero"):
        Caps(**values)  # type: ignore[arg-type]
