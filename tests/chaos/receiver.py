"""A receiver of callbacks on the loopback that can fail, hang up, and be away."""

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\nsuccess"
_BROKEN = b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass
class Receiver:
    """What was taken: each body by the id of its callback, as often as it came."""

    fails: float = 0.0
    """The part of all callbacks that gets status 500, or no answer at all."""
    rng: Random = field(default_factory=lambda: Random(0))
    taken: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    port: int = 0
    _server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/callback"

    @property
    def traces(self) -> dict[str, list[bytes]]:
        """The same by trace_id."""
        found: dict[str, list[bytes]] = defaultdict(list)
        for bodies in self.taken.values():
            for body in bodies:
                found[json.loads(body)["trace_id"]].append(body)
        return found

    async def open(self) -> None:
        """Listen, on the same port as before."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Be away."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ValueError):
            body = await _body(reader)
            if self.rng.random() >= self.fails:
                self.taken[json.loads(body)["id"]].append(body)
                writer.write(_OK)
            elif self.rng.random() < 0.5:
                writer.write(_BROKEN)
            await writer.drain()
        writer.close()


async def _body(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name == b"content-length":
            return await reader.readexactly(int(value))
    return b""


@asynccontextmanager
async def receiving(fails: float = 0.0, seed: int = 0) -> AsyncIterator[Receiver]:
    """A receiver that listens."""
    receiver = Receiver(fails, Random(seed))
    await receiver.open()
    try:
        yield receiver
    finally:
        await receiver.close()
