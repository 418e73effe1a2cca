"""`python -m benchmarks.drip URL BODIES RATE SECONDS`: a steady load, open loop.

Every request has its moment, whatever became of those before; its latency counts
from that moment, so that a pause of the server shows in all requests that fell
into it. Ends when standard input does, or after so many seconds, and prints JSON:
`answers` as [moment of the monotonic clock, seconds, whether it was right], and
`late`, the seconds that this process itself was behind at the worst.
"""

import asyncio
import gc
import json
import sys
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Final
from urllib.parse import urlsplit

_RIGHT: Final = b'{"errcode":0,'
_HEAD_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length:"
_TICK: Final = 0.001
_PATIENCE: Final = 10.0
"""Seconds after the last request in which answers may still come."""


@dataclass
class Load:
    """The requests of one run, and what became of them."""

    port: int
    requests: list[bytes]
    answers: list[tuple[float, float, bool]] = field(default_factory=list)
    idle: "deque[Line]" = field(default_factory=deque)
    waiting: int = 0
    late: float = 0.0

    def answered(self, due: float, *, right: bool) -> None:
        """Note one answer, or that none came."""
        self.waiting -= 1
        self.answers.append((due, monotonic() - due, right))

    async def send(self, number: int, due: float) -> None:
        """Send one request over a free connection, or over a new one."""
        self.waiting += 1
        self.late = max(self.late, monotonic() - due)
        request = self.requests[number % len(self.requests)]
        if self.idle:
            self.idle.popleft().ask(request, due)
            return
        try:
            loop = asyncio.get_running_loop()
            _, line = await loop.create_connection(
                lambda: Line(self), "127.0.0.1", self.port
            )
        except OSError:
            self.answered(due, right=False)
        else:
            line.ask(request, due)


class Line(asyncio.Protocol):
    """One connection, with one request under way at most."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._transport: asyncio.Transport | None = None
        self._due: float | None = None
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what is written to."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def ask(self, request: bytes, due: float) -> None:
        """Send a request that was due at this moment."""
        self._due = due
        if self._transport is None or self._transport.is_closing():
            self.connection_lost(None)
            return
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Collect one answer."""
        self._read += data
        head, found, body = self._read.partition(_HEAD_END)
        if not found or len(body) < _length(head):
            return
        self._read = b""
        if self._due is not None:
            right = head.startswith(b"HTTP/1.1 200 ") and body.startswith(_RIGHT)
            self._load.answered(self._due, right=right)
            self._due = None
            self._load.idle.append(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """An answer that is still owed will not come."""
        if self in self._load.idle:
            self._load.idle.remove(self)
        if self._due is not None:
            self._load.answered(self._due, right=False)
            self._due = None


def _length(head: bytes) -> int:
    """The length of the body that a head announces."""
    for line in head.lower().split(b"\r\n"):
        if line.startswith(_LENGTH):
            return int(line[len(_LENGTH) :])
    return 0


def _request(target: str, host: str, body: str) -> bytes:
    payload = body.encode()
    head = (
        f"POST {target} HTTP/1.1\r\nHost: {host}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(payload)}\r\n\r\n"
    )
    return head.encode() + payload


async def _run(load: Load, rate: float, seconds: float) -> None:
    over = _end_of_input()
    began, number = monotonic(), 0
    pending = set[asyncio.Task[None]]()
    while monotonic() - began < seconds and not over.is_set():
        while (due := began + number / rate) <= monotonic():
            task = asyncio.ensure_future(load.send(number, due))
            pending.add(task)
            task.add_done_callback(pending.discard)
            number += 1
        await asyncio.sleep(_TICK)
    for _ in range(int(_PATIENCE / _TICK)):
        if not load.waiting:
            return
        await asyncio.sleep(_TICK)


def _end_of_input() -> Event:
    """Set when standard input ends; a thread that nobody waits for reads it."""
    over = Event()

    def wait() -> None:
        sys.stdin.read()
        over.set()

    Thread(target=wait, daemon=True).start()
    return over


def main(url: str, bodies: str, rate: str, seconds: str) -> None:
    """Send, then print what became of it."""
    parts = urlsplit(url)
    lines = Path(bodies).read_text("utf-8").split("\n")
    target = f"{parts.path}?{parts.query}"
    requests = [_request(target, parts.netloc, body) for body in lines if body]
    load = Load(parts.port or 80, requests)
    gc.disable()  # the pauses looked for are those of the other side
    asyncio.run(_run(load, float(rate), float(seconds)))
    unanswered = [(monotonic(), _PATIENCE, False)] * load.waiting
    json.dump({"answers": load.answers + unanswered, "late": load.late}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
