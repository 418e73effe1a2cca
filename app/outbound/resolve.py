"""From a name to the addresses that may be connected to, asked exactly once."""

import asyncio
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from app.outbound.addresses import is_private, is_public, parse_address
from app.outbound.errors import Fault, OutboundError, refused
from app.outbound.rules import Rules
from app.outbound.target import Target

MOST_ADDRESSES = 64


class Resolver(Protocol):
    """Looks up a name."""

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """The addresses of an ASCII name, or of an address in any spelling.

        Raises:
            OSError: there is none, or nobody could be asked.
        """
        ...


class SystemResolver:
    """The system's own lookup, in threads of its own.

    A name server that never answers must not use up the threads of everybody else.
    """

    def __init__(self, threads: int = 4) -> None:
        """Start threads when they are first needed."""
        self._threads = ThreadPoolExecutor(threads, "seccheck-lookup")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """See `Resolver`."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _look_up, host, port)

    def close(self) -> None:
        """Let go of the threads; a lookup under way is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(where[0]) for *_, where in found))


async def addresses(target: Target, rules: Rules, resolver: Resolver) -> list[str]:
    """The addresses of a target in the resolver's order, each of them allowed.

    One forbidden address refuses the target: a name that mixes public and private
    addresses is a trick, or a mistake that the next lookup would make dangerous.

    Raises:
        OutboundError: none, or a forbidden one.
    """
    try:
        found = await resolver(target.host, target.port)
    except (OSError, UnicodeError):
        raise _unresolved(target) from None
    if not found:
        raise _unresolved(target)
    if len(found) > MOST_ADDRESSES:
        raise refused(f"the host {target.host} has too many addresses")
    return [_allowed(text, target, rules) for text in found]


def _allowed(text: str, target: Target, rules: Rules) -> str:
    address = parse_address(text)
    if address is not None:
        private = rules.allow_private and is_private(address)
        if private or is_public(address):
            return str(address)
    # The address itself is not named: it would answer questions about our network.
    raise refused(f"the host {target.host} has an address that is not public")


def _unresolved(target: Target) -> OutboundError:
    return OutboundError(Fault.UNRESOLVED, f"the host {target.host} was not found")
