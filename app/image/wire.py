"""How service and worker talk: messages with their length in front.

A message is JSON or the bytes of a file; the order of messages says which. Nothing
is ever unpickled: a worker that has decoded a hostile file may be hostile itself.
"""

import os
import struct
from typing import BinaryIO, Final, Self

_LENGTH: Final = struct.Struct(">I")
HEAD: Final = _LENGTH.size
LONGEST: Final = 8 * 1024 * 1024
"""Bytes of the longest message that a worker may send."""

OUT_OF_MEMORY: Final = 3
"""Exit status of a worker that could not allocate what it needed."""


class WireError(Exception):
    """A worker sent what it must not send."""


def framed(*messages: bytes) -> bytes:
    """Messages as they are sent."""
    return b"".join(_LENGTH.pack(len(body)) + body for body in messages)


def length(head: bytes) -> int:
    """What the first `HEAD` bytes of a worker's message say about the rest.

    Raises:
        WireError: it is too long.
    """
    (said,) = _LENGTH.unpack(head)
    if said > LONGEST:
        raise WireError("a worker sent too long a message")
    return int(said)


class Line:
    """The worker's end."""

    def __init__(self, reader: BinaryIO, writer: BinaryIO) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    def take(cls) -> Self:
        """Own standard input and output; libraries that print reach nobody."""
        line = cls(os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb"))
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nothing, number)
        os.close(nothing)
        return line

    def send(self, *messages: bytes) -> None:
        """Send at once; raises OSError when the service is gone."""
        self._writer.write(framed(*messages))
        self._writer.flush()

    def receive(self) -> bytes | None:
        """The next message; None when the service has closed the line."""
        head = self._reader.read(HEAD)
        if len(head) < HEAD:
            return None
        (size,) = _LENGTH.unpack(head)
        body = self._reader.read(size)
        return body if len(body) == size else None
