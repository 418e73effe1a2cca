"""The HTTP protocol of the service: uvicorn's, with one write for each answer.

uvicorn hands head and body of an answer to the socket one after the other. For an
answer of a hundred bytes the second system call costs as much as checking a text.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class _OneWrite:
    """A transport that keeps the head of an answer until its body follows.

    What is kept goes out at the latest when the loop turns, so that answers
    without a body, or with one that comes later, are not held up.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._kept = b""
        self._loop = asyncio.get_running_loop()

    def write(self, data: bytes) -> None:
        """Send, or keep the head of an answer for a moment."""
        if self._kept:
            kept, self._kept = self._kept, b""
            self._transport.write(kept + data)
        elif data.startswith(b"HTTP/1.1 2"):
            self._kept = data
            self._loop.call_soon(self._flush)
        else:
            self._transport.write(data)

    def close(self) -> None:
        """Send what is kept, then close."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._kept:
            kept, self._kept = self._kept, b""
            self._transport.write(kept)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class OneWriteProtocol(HttpToolsProtocol):
    """`HttpToolsProtocol` over a transport that joins small writes."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn narrows it, too
        """Take a new connection."""
        super().connection_made(_OneWrite(transport))  # type: ignore[arg-type]  # a transport in all that uvicorn uses
