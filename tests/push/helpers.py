"""Targets, events and vectors that the tests of pushes share."""

from collections.abc import Callable
from typing import Any, Literal

import xmltodict  # type: ignore[import-untyped]  # ships no types

from app.push import Element, MediaEvent, MediaVerdict, PushTarget, Result

TOKEN = "AAAAA"
AES_KEY = "A" * 43
APPID = "wxba5fad812f8e6fb9"
NOW = 1_714_112_445
NONCE = "415670741"

PASS = MediaVerdict(
    Result("pass", 100), (Element("content_model", 0, "pass", 100, 90),)
)

# The vectors that WeChat publishes; wechat-contract section 6.
ENCRYPT_A = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus"
    "8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj"
    "+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7m"
    "StwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)
SALT_A = b"a8eedb185eb2fecf"
MESSAGE_A = (
    b'{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY",'
    b'"CreateTime":1714112445,"MsgType":"event","Event":"debug_demo",'
    b'"debug_str":"hello world"}'
)
ENCRYPT_B = (
    "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L3"
    "2tmxSQ=="
)
SALT_B = b"707722b803182950"
MESSAGE_B = b'{"demo_resp":"good luck"}'


def target(**known: Any) -> PushTarget:
    usual: dict[str, Any] = {
        "appid": APPID,
        "url": "https://push.example.com/wx",
        "token": TOKEN,
        "to_user": "gh_9df7d78a1234",
        "aes_key": AES_KEY,
    }
    return PushTarget(**usual | known)


def event(
    verdict: MediaVerdict = PASS, version: Literal[1, 2] = 2, **known: Any
) -> MediaEvent:
    usual: dict[str, Any] = {
        "appid": APPID,
        "trace_id": "60f96f1d-3845297a-1976a3ae",
        "version": version,
        "created": 1_626_959_646,
        "to_user": "gh_9df7d78a1234",
        "from_user": "o4_t144jTUSEoxydysUA2E234_tc",
        "verdict": verdict,
    }
    return MediaEvent(**usual | known)


def counted() -> Callable[[], str]:
    """Nonces in a row, from 1."""
    given = iter(range(1, 1000))
    return lambda: str(next(given))


def from_xml(body: bytes) -> dict[str, Any]:
    """What an ordinary parser finds in the `<xml>` element; text as it stands."""
    read: dict[str, Any] = xmltodict.parse(body, strip_whitespace=False)["xml"]
    return read
