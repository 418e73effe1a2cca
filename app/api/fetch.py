"""Fetching a picture from an address that a caller named."""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from app.outbound import Caps, Fault, OutboundError
from app.outbound.errors import refused

if TYPE_CHECKING:
    from app.outbound import GuardedClient

_ACCEPT: Final = {"accept": "image/*,*/*;q=0.5"}
MOST_HOPS: Final = 3
_LATER: Final = frozenset({408, 425, 429})
_MOVED: Final = frozenset({301, 302, 303, 307, 308})


class FetchStatusError(OutboundError):
    """The host answered, but not with the file."""

    def __init__(self, status: int) -> None:
        message = f"the host answered with status {status}"
        super().__init__(Fault.UNREACHABLE, message)
        self._status = status

    @property
    def final(self) -> bool:
        """Whether it says that it does not have it, rather than not now."""
        return 400 <= self._status < 500 and self._status not in _LATER


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches pictures of at most `size` bytes within `seconds`, redirects included."""

    client: "GuardedClient"
    size: int
    seconds: float

    async def get(self, url: str) -> bytes:
        """The file at an address.

        Redirects are followed a few times, each checked like the first address.

        Raises:
            OutboundError: it cannot be had; the text shows no path and no query.
        """
        try:
            async with asyncio.timeout(self.seconds):
                return await self._follow(url)
        except TimeoutError:
            raise OutboundError(Fault.TIMEOUT, "the host took too long") from None

    async def _follow(self, url: str) -> bytes:
        caps = Caps(body=self.size, total=self.seconds)
        for _ in range(MOST_HOPS + 1):
            answer = await self.client.request("GET", url, headers=_ACCEPT, caps=caps)
            if answer.status == HTTPStatus.OK:
                return answer.body
            moved = answer.headers.get("location", "")
            if answer.status not in _MOVED or not moved:
                raise FetchStatusError(answer.status)
            url = _joined(url, moved)
        raise refused("the address leads from redirect to redirect")


def _joined(url: str, moved: str) -> str:
    """Where a redirect leads."""
    try:
        return urljoin(url, moved)
    except ValueError:
        raise refused("the address leads to an invalid one") from None
