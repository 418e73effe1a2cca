"""The other side of the jobs benchmark: a caller, a host of media, a receiver.

They run in the process that measures, so their cost is in no figure.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Final

FILE: Final = bytes(range(256)) * 400
"""100 kB."""
_END: Final = b"\r\n\r\n"
_FETCHED: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (len(FILE), FILE)
)
_TAKEN: Final = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


class Peers:
    """What is fetched from and called back; every callback has a path of its own."""

    def __init__(self) -> None:
        self.port = 0
        self.arrived: dict[str, float] = {}
        """When each callback came first, by its key; of the monotonic clock."""
        self._changed = asyncio.Event()

    def body(self, key: str, appid: str) -> dict[str, str]:
        """A request for a check whose callback has this key."""
        where = f"http://127.0.0.1:{self.port}"
        return {
            "appid": appid,
            "url": f"{where}/media/picture-{key}.jpg",
            "callback_url": f"{where}/callback/{key}",
        }

    async def called_back(self, keys: Collection[str], seconds: float = 60.0) -> None:
        """Wait until all these callbacks have come.

        Raises:
            TimeoutError: some did not.
        """
        async with asyncio.timeout(seconds):
            while not self.arrived.keys() >= set(keys):
                self._changed.clear()
                await self._changed.wait()

    def answer(self, path: str) -> bytes:
        """The file, or that the callback was taken."""
        if not path.startswith("/callback/"):
            return _FETCHED
        self.arrived.setdefault(path.removeprefix("/callback/"), time.monotonic())
        self._changed.set()
        return _TAKEN


class _Line(asyncio.Protocol):
    """One connection, for one request."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, found, body = self._read.partition(_END)
        if found and len(body) >= length(head):
            path = head.split(b" ", 2)[1].decode()
            self._transport.write(self._peers.answer(path))
            self._transport.close()


@asynccontextmanager
async def peers() -> AsyncIterator[Peers]:
    """A host and receiver on a free port of the loopback interface."""
    made = Peers()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Line(made), "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        await server.wait_closed()


class Caller:
    """Asks for checks over one connection that stays open."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._reader = reader
        self._writer = writer

    async def ask(self, body: dict[str, str]) -> None:
        """Send one request; the answer must be 200."""
        content = json.dumps(body).encode()
        self._writer.write(
            b"POST /media HTTP/1.1\r\nHost: service\r\nContent-Type: application/json"
            b"\r\nContent-Length: %d\r\n\r\n%b" % (len(content), content)
        )
        head = await self._reader.readuntil(_END)
        await self._reader.readexactly(length(head))
        assert head.startswith(b"HTTP/1.1 200 "), head


@asynccontextmanager
async def caller(port: int) -> AsyncIterator[Caller]:
    """A connection to the service on this port."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Caller(reader, writer)
    finally:
        writer.close()
        await writer.wait_closed()


def length(head: bytes) -> int:
    """The length of the body that a head announces."""
    for line in head.lower().split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name == b"content-length":
            return int(value)
    return 0
