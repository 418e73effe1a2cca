"""The guarded HTTP client: it looks up once, checks every address, connects there.

Used for whatever goes to a host that somebody else named: alerts, callbacks, media.
See docs/decisions/0009 for what it defends against.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Protocol

import httpx

from app.outbound.errors import Fault, OutboundError
from app.outbound.resolve import Resolver, SystemResolver, addresses
from app.outbound.rules import Caps, Rules
from app.outbound.target import Target, parse_target

MOST_ATTEMPTS = 3
"""Addresses of one name that are tried for a connection."""

_AGENT = "seccheck"
_RESERVED = frozenset({"accept-encoding", "connection", "host", "user-agent"})


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Requests(Protocol):
    """The part of the guarded client that sends and reads whole answers."""

    async def request(
        self,
        method: str,
        url: str,
        *,
        content: bytes = b"",
        headers: Mapping[str, str] | None = None,
        caps: Caps | None = None,
    ) -> Answer:
        """Send and read the whole answer, or raise OutboundError."""
        ...


class Incoming:
    """An answer whose body has not been read yet.

    A redirect is an answer like any other.
    """

    def __init__(self, response: httpx.Response, most: int) -> None:
        self.status = response.status_code
        self.headers: Mapping[str, str] = dict(response.headers.items())
        self._response = response
        self._most = most

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body as sent, piece by piece, never more than allowed.

        Raises:
            OutboundError: too large, compressed, cut short, or too slow.
        """
        _refuse_compressed(self.headers)
        if self._announced() > self._most:
            raise _too_large(self._most)
        size = 0
        with _named_faults():
            async for chunk in self._response.aiter_raw():
                size += len(chunk)
                if size > self._most:
                    raise _too_large(self._most)
                yield chunk

    def _announced(self) -> int:
        length = self.headers.get("content-length", "")
        return int(length) if length.isascii() and length.isdecimal() else 0


class GuardedClient:
    """Sends requests to hosts that others chose, without trusting them.

    No redirects, no cookies, no proxies from the environment, no compression and no
    connection that serves twice: a second request would inherit the first one's
    proof of the name.
    """

    def __init__(
        self,
        *,
        rules: Rules | None = None,
        caps: Caps | None = None,
        resolver: Resolver | None = None,
        tls: ssl.SSLContext | None = None,
        connections: int = 20,
    ) -> None:
        """Belongs to the event loop that first uses it; close it with `aclose`.

        `tls` replaces the usual certificate authorities, for instance by an
        in-house one. `connections` is the most at one time; others wait.
        """
        self._rules = rules or Rules()
        self._caps = caps or Caps()
        self._own_resolver = SystemResolver() if resolver is None else None
        self._resolver: Resolver = resolver or self._own_resolver or SystemResolver()
        self._transport = httpx.AsyncHTTPTransport(
            verify=tls or httpx.create_ssl_context(trust_env=False),
            trust_env=False,
            limits=httpx.Limits(
                max_connections=connections, max_keepalive_connections=0
            ),
        )

    async def request(
        self,
        method: str,
        url: str,
        *,
        content: bytes = b"",
        headers: Mapping[str, str] | None = None,
        caps: Caps | None = None,
    ) -> Answer:
        """Send and read the whole answer.

        Raises:
            OutboundError: there is no answer, or it breaks the rules or the caps.
        """
        async with self.stream(
            method, url, content=content, headers=headers, caps=caps
        ) as incoming:
            body = b"".join([chunk async for chunk in incoming.chunks()])
        return Answer(incoming.status, incoming.headers, body)

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        url: str,
        *,
        content: bytes = b"",
        headers: Mapping[str, str] | None = None,
        caps: Caps | None = None,
    ) -> AsyncIterator[Incoming]:
        """Send, and hand over the answer as soon as its headers are there.

        The total time goes on until the block is left.

        Raises:
            OutboundError: see `request`.
        """
        caps = caps or self._caps
        target = parse_target(url, self._rules)
        fields = _fields(target, headers or {})
        async with _deadline(caps.total):
            with _named_faults():
                found = await addresses(target, self._rules, self._resolver)
                requests = [
                    _request(method, target, one, fields, content, caps)
                    for one in found[:MOST_ATTEMPTS]
                ]
                response = await self._first(requests)
            try:
                yield Incoming(response, caps.body)
            finally:
                await response.aclose()

    async def _first(self, requests: Sequence[httpx.Request]) -> httpx.Response:
        """The answer of the first address that lets us connect."""
        for request in requests[:-1]:
            try:
                return await self._transport.handle_async_request(request)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                if _tls_failure(error):
                    raise
        return await self._transport.handle_async_request(requests[-1])

    async def aclose(self) -> None:
        """Close what is open; safe to call twice."""
        await self._transport.aclose()
        if self._own_resolver is not None:
            self._own_resolver.close()


def _fields(target: Target, headers: Mapping[str, str]) -> dict[str, str]:
    fields = {name.lower(): value for name, value in headers.items()}
    wrong = sorted(_RESERVED.intersection(fields))
    if wrong:
        message = f"the client sets the header {wrong[0]} itself"
        raise ValueError(message)
    return fields | {
        "host": target.authority,
        "user-agent": _AGENT,
        "accept-encoding": "identity",
        "connection": "close",
    }


def _request(
    method: str,
    target: Target,
    address: str,
    fields: Mapping[str, str],
    content: bytes,
    caps: Caps,
) -> httpx.Request:
    """A request to an address that still proves and names the host."""
    timeout = httpx.Timeout(
        connect=caps.connect, read=caps.idle, write=caps.idle, pool=caps.total
    )
    return httpx.Request(
        method,
        target.at(address),
        headers=fields,
        content=content,
        extensions={"timeout": timeout.as_dict(), "sni_hostname": target.host},
    )


@asynccontextmanager
async def _deadline(seconds: float) -> AsyncIterator[None]:
    """Bound the time of everything inside, whoever does it."""
    timer = asyncio.timeout(seconds)
    try:
        async with timer:
            yield
    except TimeoutError:
        if not timer.expired():
            raise
        raise _too_slow() from None


@contextmanager
def _named_faults() -> Iterator[None]:
    """Give every failure of the wire its kind, and a text that shows no address."""
    try:
        yield
    except httpx.TimeoutException:
        raise _too_slow() from None
    except (httpx.ProtocolError, httpx.DecodingError):
        message = "the host's answer is not proper HTTP or was cut short"
        raise OutboundError(Fault.BROKEN, message) from None
    except httpx.TransportError as error:
        if _tls_failure(error):
            message = "the host did not prove its name by a certificate"
            raise OutboundError(Fault.UNTRUSTED, message) from None
        message = "no connection to the host, or it broke"
        raise OutboundError(Fault.UNREACHABLE, message) from None


def _tls_failure(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _refuse_compressed(headers: Mapping[str, str]) -> None:
    coding = headers.get("content-encoding", "identity").strip().lower()
    if coding not in {"", "identity"}:
        message = "the host compressed its answer although it was asked not to"
        raise OutboundError(Fault.BROKEN, message)


def _too_slow() -> OutboundError:
    return OutboundError(Fault.TIMEOUT, "the host took too long")


def _too_large(most: int) -> OutboundError:
    message = f"the host's answer is larger than {most} bytes"
    return OutboundError(Fault.TOO_LARGE, message)
