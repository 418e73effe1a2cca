"""Fetching pictures: from a real server on loopback, through the guarded client."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.api.fetch import MOST_HOPS, Fetcher, FetchStatusError
from app.outbound import Fault, GuardedClient, OutboundError, Rules
from tests.image.files import png

PICTURE = png()
OPEN = Rules(ports=None, allow_private=True)
Answers = dict[str, bytes]


def reply(body: bytes = b"", status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def moved(where: str, status: str = "302 Found") -> bytes:
    return reply(b"", status, f"location: {where}")


class Site:
    """A web server that says what it is told to, by path; nothing means silence."""

    def __init__(self) -> None:
        self.answers: Answers = {"/a.png": reply(PICTURE)}
        self.asked: list[str] = []
        self.heads: list[str] = []
        self.base = ""

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        path = head.split(" ")[1]
        self.asked.append(path)
        self.heads.append(head)
        try:
            writer.write(self.answers.get(path, b""))
            if path in self.answers:
                await writer.drain()
            else:
                await reader.read()  # until the other side gives up
        finally:
            writer.close()


@asynccontextmanager
async def site() -> AsyncIterator[Site]:
    made = Site()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield made


@asynccontextmanager
async def fetcher(
    rules: Rules | None = OPEN, size: int = 100_000, seconds: float = 60.0
) -> AsyncIterator[Fetcher]:
    client = GuardedClient(rules=rules)
    yield Fetcher(client, size, seconds)
    await client.aclose()


async def fault(url: str, **given: object) -> Fault:
    async with fetcher(**given) as fetch:  # type: ignore[arg-type]
        with pytest.raises(OutboundError) as caught:
            await fetch.get(url)
    assert "SECRET" not in str(caught.value)
    return caught.value.fault


async def test_a_picture_comes_as_it_is() -> None:
    async with site() as web, fetcher() as fetch:
        assert await fetch.get(f"{web.base}/a.png") == PICTURE
    assert "accept: image/*" in web.heads[0].lower()


async def test_loopback_is_closed_unless_it_is_opened() -> None:
    async with site() as web:
        assert await fault(f"{web.base}/a.png", rules=None) is Fault.REFUSED
        closed = Rules(ports=None)
        assert await fault(f"{web.base}/a.png", rules=closed) is Fault.REFUSED
        assert not web.asked


@pytest.mark.parametrize(
    "status", ["301 M", "302 M", "303 M", "307 M", "308 M"], ids=lambda s: s[:3]
)
@pytest.mark.parametrize("where", ["/a.png", "a.png", "{base}/a.png", "//{host}/a.png"])
async def test_redirects_are_followed(status: str, where: str) -> None:
    async with site() as web, fetcher() as fetch:
        host = web.base.removeprefix("http://")
        web.answers["/x"] = moved(where.format(base=web.base, host=host), status)
        assert await fetch.get(f"{web.base}/x") == PICTURE


async def test_a_few_redirects_and_no_more() -> None:
    async with site() as web, fetcher() as fetch:
        for hop in range(MOST_HOPS + 1):
            web.answers[f"/{hop}"] = moved(f"/{hop - 1}" if hop else "/a.png")
        assert await fetch.get(f"{web.base}/{MOST_HOPS - 1}") == PICTURE
        assert await fault(f"{web.base}/{MOST_HOPS}") is Fault.REFUSED
        web.answers["/loop"] = moved("/loop")
        web.asked.clear()
        assert await fault(f"{web.base}/loop") is Fault.REFUSED
        assert web.asked == ["/loop"] * (MOST_HOPS + 1)


@pytest.mark.parametrize(
    "where",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/a",
        "file:///etc/passwd",
        "ftp://example.com/a.png",
        "http://[",
        "http://user:SECRET@example.com/",
        "data:image/png;base64,AAAA",
        "javascript:1",
    ],
)
async def test_redirects_lead_to_no_forbidden_place(where: str) -> None:
    async with site() as web:
        web.answers["/x"] = moved(where)
        port = int(web.base.rpartition(":")[2])
        rules = Rules(ports=frozenset({port}), allow_private=True)
        assert await fault(f"{web.base}/x", rules=rules) is Fault.REFUSED
        assert web.asked == ["/x"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (reply(b"gone", "404 Not Found"), Fault.UNREACHABLE),
        (reply(b"x", "500 Oops"), Fault.UNREACHABLE),
        (reply(PICTURE, "206 Partial Content"), Fault.UNREACHABLE),
        (reply(b"", "302 Found"), Fault.UNREACHABLE),
        (reply(bytes(100_001)), Fault.TOO_LARGE),
        (b"HTTP/1.1 200 OK\r\n\r\n" + bytes(100_001), Fault.TOO_LARGE),
        (reply(PICTURE, "200 OK", "content-encoding: gzip"), Fault.BROKEN),
        (reply(PICTURE)[:-1], Fault.BROKEN),
        (b"HTTP/1.1 nonsense\r\n\r\n", Fault.BROKEN),
        (b"SSH-2.0-SECRET\r\n", Fault.BROKEN),
    ],
)
async def test_what_servers_may_say(answer: bytes, expected: Fault) -> None:
    async with site() as web:
        web.answers["/x"] = answer
        assert await fault(f"{web.base}/x") is expected


async def test_a_file_of_the_largest_size_is_taken() -> None:
    async with site() as web, fetcher(size=len(PICTURE)) as fetch:
        assert await fetch.get(f"{web.base}/a.png") == PICTURE
        assert (
            await fault(f"{web.base}/a.png", size=len(PICTURE) - 1) is Fault.TOO_LARGE
        )


async def test_the_time_is_for_all_redirects_together() -> None:
    async with site() as web:
        web.answers["/x"] = moved("/silent")
        assert await fault(f"{web.base}/x", seconds=0.5) is Fault.TIMEOUT
        assert web.asked[0] == "/x"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.png",
        "/a.png",
        "http://",
        "http:///a.png",
        "https://",
        "http://[",
        "http://a b/",
        "http://a\n/",
        "http://\ud800/",
        "http://example.com/\ud800",
        "http://example.com:99999/",
        "http://example.com:x/",
        "http://例\0子.cn/",
        "http://" + "a" * 3000,
        "http://xn--\x80/",
        "ftp://example.com/",
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://localhost/",
        "http://[::ffff:127.0.0.1]/",
        "http://0.0.0.0/",
        "http://10.0.0.1/",
        "http://169.254.169.254/",
    ],
)
async def test_odd_addresses_are_refused_and_never_fail(url: str) -> None:
    assert await fault(url, rules=None) in {Fault.REFUSED, Fault.UNRESOLVED}


@pytest.mark.parametrize("where", ["/图.png", "/%E5%9B%BE.png#top", "?x", "./图.png"])
async def test_redirects_to_odd_places_are_followed(where: str) -> None:
    async with site() as web, fetcher() as fetch:
        web.answers["/x"] = moved("").replace(
            b"location: ", b"location: " + where.encode()
        )
        web.answers["/%E5%9B%BE.png"] = web.answers["/x?x"] = reply(PICTURE)
        assert await fetch.get(f"{web.base}/x") == PICTURE


@pytest.mark.parametrize(
    ("status", "final"),
    [(404, True), (403, True), (429, False), (408, False), (503, False)],
)
def test_what_is_not_there_will_not_be(status: int, final: bool) -> None:
    assert FetchStatusError(status).final is final
