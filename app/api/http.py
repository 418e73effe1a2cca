"""Bytes in, bytes out: the few ASGI steps that every raw endpoint shares.

The check endpoints are plain ASGI functions: at a comment's length the web layer
costs more than the matching, so nothing here allocates what it does not need.
"""

from functools import partial
from types import coroutine
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from app.api.patience import OutOfPatienceError, Patience

if TYPE_CHECKING:
    from collections.abc import Coroutine, Generator, Sequence

    from starlette.types import Message, Receive, Scope, Send

TYPE_JSON = b"application/json; charset=utf-8"
BODY_SECONDS = 30.0
"""How long a body may trickle in before the request is given up."""
_PATIENCE = Patience()
_DRAIN_FACTOR = 8
_CLOSE = (b"connection", b"close")


class BodyTooLargeError(Exception):
    """The body is longer than the limit; what was read of it is discarded."""


class BodyTimeoutError(Exception):
    """The body did not arrive completely within `BODY_SECONDS`."""


class DisconnectedError(Exception):
    """The client left before the request was complete; nobody is listening."""


async def read_body(receive: "Receive", limit: int) -> bytes:
    """Read the whole body, counting bytes whatever Content-Length claims.

    Raises:
        BodyTooLargeError: more than `limit` bytes arrived.
        BodyTimeoutError: the client was too slow.
        DisconnectedError: the client went away.
    """
    reading = _read_all(receive, limit)
    try:
        awaited = reading.send(None)
    except StopIteration as done:  # nearly always: the body was there already
        body: bytes = done.value
        return body
    try:
        # From the first byte on: a client may send its head and then nothing at all.
        with _PATIENCE.limit(BODY_SECONDS):
            return await _resumed(reading, awaited)
    except OutOfPatienceError:
        raise BodyTimeoutError from None


@coroutine
def _resumed(
    begun: "Coroutine[Any, Any, bytes]", awaited: Any
) -> "Generator[Any, Any, bytes]":
    """Await a coroutine that was begun by hand and waits for `awaited`."""
    while True:
        try:
            given = yield awaited
        except BaseException as error:  # noqa: BLE001 belongs to the coroutine
            step = partial(begun.throw, error)
        else:
            step = partial(begun.send, given)
        try:
            awaited = step()
        except StopIteration as done:
            body: bytes = done.value
            return body


async def _read_all(receive: "Receive", limit: int) -> bytes:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise DisconnectedError
    body: bytes = message.get("body", b"")
    if message.get("more_body", False):
        return await _read_rest(receive, body, limit)
    if len(body) > limit:
        raise BodyTooLargeError
    return body


async def _read_rest(receive: "Receive", first: bytes, limit: int) -> bytes:
    parts, size, more = [first], len(first), True
    while more:
        if size > limit:
            await _drain(receive, limit * _DRAIN_FACTOR)
            raise BodyTooLargeError
        message = await receive()
        if message["type"] == "http.disconnect":
            raise DisconnectedError
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        more = message.get("more_body", False)
    if size > limit:
        raise BodyTooLargeError
    return b"".join(parts)


async def _drain(receive: "Receive", allowance: int) -> None:
    """Swallow the rest, so that an honest client gets to read the answer.

    Beyond `allowance` bytes the connection is closed on it instead.
    """
    while allowance > 0:
        message = await receive()
        allowance -= len(message.get("body", b""))
        if not message.get("more_body", False):
            return


async def reply(
    send: "Send",
    status: int,
    payload: bytes,
    *,
    content_type: bytes = TYPE_JSON,
    headers: "Sequence[tuple[bytes, bytes]]" = (),
) -> None:
    """Send one complete response with its length."""
    head: list[tuple[bytes, bytes]] = [
        (b"content-type", content_type),
        (b"content-length", b"%d" % len(payload)),
    ]
    if headers:
        head.extend(headers)
    start: Message = {
        "type": "http.response.start",
        "status": int(status),
        "headers": head,
    }
    await send(start)
    await send({"type": "http.response.body", "body": payload})


CLOSE_HEADERS: tuple[tuple[bytes, bytes], ...] = (_CLOSE,)
"""Sent with answers to a body that was not read to its end."""


def query_value(query: bytes, name: bytes) -> str:
    """Return the first value of `name` in a raw query string, `""` if absent."""
    if not query:
        return ""
    prefix = name + b"="
    for pair in query.split(b"&"):
        if pair.startswith(prefix):
            raw = pair[len(prefix) :]
            if b"%" in raw or b"+" in raw:
                return unquote_plus(raw.decode("latin-1"))
            return raw.decode("latin-1")
    return ""


def header(scope: "Scope", name: bytes) -> str:
    """Return the value of a request header (name in lower case), or `""`."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value, "latin-1")
    return ""


def caller(scope: "Scope") -> str:
    """Name who is calling, as far as the connection tells: address and agent."""
    client = scope.get("client")
    return f"{client[0] if client else ''}|{header(scope, b'user-agent')}"
