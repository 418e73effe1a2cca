"""The client of the admin API: a remote server, or the same routes in this process."""

from collections.abc import AsyncIterable, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx

from app.cli_common import fail
from app.cli_refusal import refused, unreachable

PREFIX = "/admin/v1"

SECONDS = 60.0
"""How long an answer may take."""

LONG_SECONDS = 1800.0
"""How long an import, a publish or a whole export may take."""

_HERE = "http://in-process"

Query = Mapping[str, str | int | float | bool | None]


class AdminClient:
    """Requests to the admin API; every refusal becomes a CommandError."""

    def __init__(self, http: httpx.AsyncClient, *, where: str) -> None:
        """Use an open client; `where` names the server in messages."""
        self._http = http
        self._where = where

    async def get(self, path: str, query: Query | None = None) -> Any:
        """Read something.

        Raises:
            CommandError: refused, or no answer.
        """
        return await self.send("GET", path, query=query)

    async def post(
        self,
        path: str,
        body: Any = None,
        *,
        query: Query | None = None,
        revision: int | None = None,
        long: bool = False,
    ) -> Any:
        """Change something; `revision` is the one that the change is based on.

        Raises:
            CommandError: refused, or no answer.
        """
        return await self.send(
            "POST", path, body=body, query=query, revision=revision, long=long
        )

    async def send(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        content: AsyncIterable[bytes] | None = None,
        query: Query | None = None,
        revision: int | None = None,
        long: bool = False,
    ) -> Any:
        """Any request with a JSON answer (None when the answer is empty).

        Raises:
            CommandError: refused, or no answer.
        """
        request = self._http.build_request(
            method,
            PREFIX + path,
            json=body,
            content=content,
            params=_given(query),
            headers=_headers(revision, raw=content is not None),
            timeout=httpx.Timeout(LONG_SECONDS if long else SECONDS, connect=10.0),
        )
        try:
            response = await self._http.send(request)
        except httpx.HTTPError as error:
            fail(unreachable(error, where=self._where))
        self._check(response)
        return self._json(response) if response.content else None

    async def download(self, path: str, query: Query) -> AsyncIterator[bytes]:
        """A long answer, piece by piece.

        Raises:
            CommandError: refused, or broken off.
        """
        timeout = httpx.Timeout(LONG_SECONDS, connect=10.0)
        stream = self._http.stream(
            "GET", PREFIX + path, params=_given(query), timeout=timeout
        )
        try:
            async with stream as response:
                if not response.is_success:
                    await response.aread()
                self._check(response)
                async for piece in response.aiter_bytes():
                    yield piece
        except httpx.HTTPError as error:
            fail(unreachable(error, where=self._where))

    def _check(self, response: httpx.Response) -> None:
        if not response.is_success:
            fail(refused(response, where=self._where))

    def _json(self, response: httpx.Response) -> Any:
        try:
            return response.json()
        except ValueError:
            fail(f"{self._where or 'the service'} is no admin API of seccheck")


@asynccontextmanager
async def remote(server: str, key: str) -> AsyncIterator[AdminClient]:
    """A client of the server at an address, closed at the end.

    Raises:
        CommandError: the address or the key cannot be used.
    """
    if not key:
        fail("a server needs a key: set SECCHECK_ADMIN_KEY or give --key")
    if not key.isascii() or not key.isprintable():
        fail("the key has characters that no key has; copy it again")
    where = server.rstrip("/").removesuffix(PREFIX)
    try:
        http = httpx.AsyncClient(
            base_url=where, headers={"authorization": f"Bearer {key}"}
        )
        if http.base_url.scheme not in {"http", "https"} or not http.base_url.host:
            raise httpx.UnsupportedProtocol("")
        if http.base_url.userinfo:
            fail("--server holds a password; the service knows keys only")
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        fail(unreachable(error, where=where))
    async with http:
        yield AdminClient(http, where=where)


@asynccontextmanager
async def in_process(app: Any) -> AsyncIterator[AdminClient]:
    """A client of an ASGI application of this process."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url=_HERE) as http:
        yield AdminClient(http, where="")


def _given(query: Query | None) -> dict[str, str | int | float | bool]:
    """The parameters that have a value."""
    return {k: v for k, v in (query or {}).items() if v is not None}


def _headers(revision: int | None, *, raw: bool) -> dict[str, str]:
    headers = {} if revision is None else {"if-match": f'"{revision}"'}
    return headers | ({"content-type": "application/octet-stream"} if raw else {})
