"""A URL, judged before anything is looked up."""

import re
from dataclasses import dataclass

import httpx

from app.outbound.addresses import parse_address
from app.outbound.errors import refused
from app.outbound.rules import Rules

MAX_URL_LENGTH = 2048
_DEFAULT_PORTS = {"http": 80, "https": 443}

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*")
_UNUSABLE = re.compile(r"[\x00-\x20\x7f\\]")
"""Readers of URLs disagree about these, so a URL that has them has no one meaning."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes: `host` is ASCII, without brackets or a final dot."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        host = _bracketed(self.host)
        if self.port == _DEFAULT_PORTS[self.scheme]:
            return host
        return f"{host}:{self.port}"

    def at(self, address: str) -> httpx.URL:
        """The URL that connects to this address, whatever the name says meanwhile."""
        where = f"{self.scheme}://{_bracketed(address)}:{self.port}"
        return httpx.URL(where).copy_with(raw_path=self.path.encode("ascii"))


def parse_target(url: str, rules: Rules) -> Target:
    """Take a URL apart and check all that can be checked without a lookup.

    Raises:
        OutboundError: the URL has no one meaning, or the rules forbid it.
    """
    parsed = _parsed(url)
    if parsed.scheme not in rules.schemes or parsed.scheme not in _DEFAULT_PORTS:
        raise refused("the URL must begin with " + _choices(rules.schemes))
    if "@" in _authority(url):
        raise refused("the URL must not hold a user name or password")
    port = _DEFAULT_PORTS[parsed.scheme] if parsed.port is None else parsed.port
    if not 0 < port < 65_536 or (rules.ports is not None and port not in rules.ports):
        raise refused(f"port {port} is not allowed")
    return Target(parsed.scheme, _host(parsed), port, parsed.raw_path.decode("ascii"))


def _parsed(url: str) -> httpx.URL:
    """Read by the library that will also send: two readers could disagree."""
    if len(url) > MAX_URL_LENGTH:
        raise refused(f"the URL is longer than {MAX_URL_LENGTH} characters")
    if _UNUSABLE.search(url) or "//" not in url:
        raise refused("the URL is not valid")
    try:
        parsed = httpx.URL(url)
        _ = parsed.host  # decodes punycode, or finds that it is none
    except (httpx.InvalidURL, ValueError):  # IDNA errors are ValueErrors
        raise refused("the URL is not valid") from None
    return parsed


def _authority(url: str) -> str:
    """What stands between `//` and the path; httpx hides an empty user name."""
    return re.split(r"[/?#]", url.split("//", 1)[1], maxsplit=1)[0]


def _host(parsed: httpx.URL) -> str:
    host = parsed.raw_host.decode("ascii").lower().removesuffix(".")
    if ":" in host:
        if parse_address(host) is None:
            raise refused("the URL names no usable IPv6 address")
        return host
    if _NAME.fullmatch(host) is None:
        raise refused("the URL names no usable host")
    return host


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _choices(schemes: frozenset[str]) -> str:
    return " or ".join(f"{scheme}://" for scheme in sorted(schemes))
