"""The request that carries an event, or asks a receiver whether it is one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from app.push.events import Fields, MediaEvent
from app.push.render import to_json, to_xml
from app.push.signature import signature
from app.push.target import Format, Mode, PushTarget

OURS = frozenset(
    {
        "signature",
        "timestamp",
        "nonce",
        "echostr",
        "openid",
        "encrypt_type",
        "msg_signature",
    }
)
"""The parameters that a push adds to the query of the URL."""

_TYPES = {
    # silenceper/wechat takes exactly what begins with text/xml as XML.
    Format.XML: "text/xml; charset=utf-8",
    Format.JSON: "application/json; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Stamp:
    """What is new on each attempt: the time in Unix seconds and random values."""

    timestamp: int
    nonce: str
    salt: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class PushRequest:
    """A request, ready to be sent."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)


def check_request(target: PushTarget, echostr: str, stamp: Stamp) -> PushRequest:
    """The URL check; the receiver answers `echostr` unchanged."""
    query = _signed(target, stamp) | {"echostr": echostr}
    return PushRequest("GET", _with_query(target.url, query))


def event_request(target: PushTarget, event: MediaEvent, stamp: Stamp) -> PushRequest:
    """The request for an event in the mode and format of the target.

    Both signatures are sent where there are two: silenceper/wechat looks at
    `signature` even in safe mode.
    """
    fields = event.fields()
    query = _signed(target, stamp) | {"openid": event.from_user}
    if target.mode is not Mode.PLAIN:
        sealed = target.cipher().encrypt(_body(target, fields), salt=stamp.salt)
        again = signature(target.token, str(stamp.timestamp), stamp.nonce, sealed)
        query |= {"encrypt_type": "aes", "msg_signature": again}
        kept = fields if target.mode is Mode.COMPATIBLE else {}
        fields = {"ToUserName": event.to_user, **kept, "Encrypt": sealed}
    headers = {"content-type": _TYPES[target.format]}
    url = _with_query(target.url, query)
    return PushRequest("POST", url, headers, _body(target, fields))


def _signed(target: PushTarget, stamp: Stamp) -> dict[str, str]:
    timestamp = str(stamp.timestamp)
    return {
        "signature": signature(target.token, timestamp, stamp.nonce),
        "timestamp": timestamp,
        "nonce": stamp.nonce,
    }


def _body(target: PushTarget, fields: Fields) -> bytes:
    return to_xml(fields) if target.format is Format.XML else to_json(fields)


def _with_query(url: str, query: Mapping[str, str]) -> str:
    """The URL with our parameters behind its own."""
    base = url.partition("#")[0]
    joint = "&" if "?" in base else "?"
    return f"{base}{joint}{urlencode(query)}"
