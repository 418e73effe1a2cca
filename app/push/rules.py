"""Which values an app's push settings may have."""

import re
from collections.abc import Sequence
from urllib.parse import parse_qsl

import httpx

from app.outbound import OutboundError, Rules
from app.outbound.addresses import is_private, is_public, parse_address
from app.outbound.target import parse_target
from app.push.crypto import decode_key
from app.push.envelope import OURS

MOST_HOSTS = 50
"""Hosts that one app may allow for callbacks."""

_TOKEN = re.compile(r"[A-Za-z0-9]{3,32}")
_ACCOUNT = re.compile(r"[A-Za-z0-9_-]{1,64}")
_HOST = re.compile(r"[^\s/?#@:\\]{1,253}")


class PushError(Exception):
    """Settings are refused; the text is one sentence without what was given.

    `field` names the setting at fault, "" for none of them.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def check_url(url: str, rules: Rules) -> str:
    """Judge a push URL without a lookup; returns its scheme, host and port.

    Raises:
        PushError: it cannot be pushed to.
    """
    try:
        target = parse_target(url, rules)
    except OutboundError as error:
        raise PushError("url", str(error)) from None
    address = parse_address(target.host)
    private = rules.allow_private and address is not None and is_private(address)
    if address is not None and not private and not is_public(address):
        raise PushError("url", "the URL has an address that is not public")
    query = parse_qsl(httpx.URL(url).query.decode(), keep_blank_values=True)
    ours = OURS.intersection(name for name, _ in query)
    if ours:
        message = f"the query must not hold {min(ours)}, which each push adds itself"
        raise PushError("url", message)
    return f"{target.scheme}://{target.authority}"


def where(url: str) -> str:
    """Scheme, host and port of a URL, fit for a log; "" when it has no clear ones."""
    try:
        return check_url(url, Rules(ports=None, allow_private=True))
    except PushError:
        return ""


def check_token(token: str) -> None:
    """Judge a Token.

    Raises:
        PushError: it is none.
    """
    if _TOKEN.fullmatch(token) is None:
        raise PushError("token", "a token is 3 to 32 letters and digits")


def check_aes_key(aes_key: str) -> None:
    """Judge an EncodingAESKey.

    Raises:
        PushError: it is none.
    """
    try:
        decode_key(aes_key)
    except ValueError as error:
        raise PushError("aes_key", str(error)) from None


def check_to_user(name: str) -> None:
    """Judge a `ToUserName`; "" is fine.

    Raises:
        PushError: it is none.
    """
    if name and _ACCOUNT.fullmatch(name) is None:
        message = "an account name is 1 to 64 letters, digits, dashes or _"
        raise PushError("to_user", message)


def check_hosts(names: Sequence[str]) -> tuple[str, ...]:
    """Host names as they are compared: in lower case, in ASCII, each once.

    Raises:
        PushError: one is no host name, or there are too many.
    """
    if len(names) > MOST_HOSTS:
        message = f"an app may allow {MOST_HOSTS} callback hosts"
        raise PushError("callback_hosts", message)
    return tuple(dict.fromkeys(_host(name) for name in names))


def callback_allowed(url: str, hosts: Sequence[str], rules: Rules) -> bool:
    """Whether a callback URL named in a call leads to a host that its app allows.

    `hosts` are those that `check_hosts` returned; none allow nothing.
    """
    try:
        return parse_target(url, rules).host in hosts
    except OutboundError:
        return False


def _host(name: str) -> str:
    try:
        if _HOST.fullmatch(name) is not None:
            return parse_target(f"https://{name}/", Rules()).host
    except OutboundError:
        pass
    message = "a callback host is a name such as hooks.example.com, without a port"
    raise PushError("callback_hosts", message)
