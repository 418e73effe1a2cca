"""The requests of each mode and format, as contract section 5.2 has them."""

import json
from typing import Any

import httpx
import pytest

from app.push.envelope import OURS, PushRequest, Stamp, check_request, event_request
from app.push.signature import signature
from app.push.target import Format, Mode
from tests.push.helpers import NONCE, NOW, TOKEN, event, from_xml, target

STAMP = Stamp(NOW, NONCE, b"0123456789abcdef")
SIGNATURE = "6c5c811b55cc85e0e1b54100749188c20beb3f5d"


def query(request: PushRequest) -> dict[str, str]:
    return dict(httpx.URL(request.url).params)


def read(request: PushRequest) -> dict[str, Any]:
    if request.body.startswith(b"<"):
        return from_xml(request.body)
    return dict(json.loads(request.body))


def test_the_url_check() -> None:
    request = check_request(target(), "4375120948345356249", STAMP)
    assert (request.method, request.body, request.headers) == ("GET", b"", {})
    assert query(request) == {
        "signature": SIGNATURE,
        "timestamp": str(NOW),
        "nonce": NONCE,
        "echostr": "4375120948345356249",
    }


@pytest.mark.parametrize("form", Format)
def test_plain(form: Format) -> None:
    request = event_request(target(format=form, aes_key=""), event(), STAMP)
    assert request.method == "POST"
    assert query(request) == {
        "signature": SIGNATURE,
        "timestamp": str(NOW),
        "nonce": NONCE,
        "openid": event().from_user,
    }
    assert "Encrypt" not in read(request)
    assert read(request)["Event"] == "wxa_media_check"


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        (Format.XML, "text/xml; charset=utf-8"),
        (Format.JSON, "application/json; charset=utf-8"),
    ],
)
def test_the_content_type_tells_the_format(form: Format, kind: str) -> None:
    for mode in Mode:
        request = event_request(target(format=form, mode=mode), event(), STAMP)
        assert request.headers == {"content-type": kind}


@pytest.mark.parametrize("form", Format)
@pytest.mark.parametrize("mode", [Mode.SAFE, Mode.COMPATIBLE])
def test_encrypted(mode: Mode, form: Format) -> None:
    where = target(format=form, mode=mode)
    request = event_request(where, event(), STAMP)
    body, told = read(request), query(request)
    assert told["signature"] == SIGNATURE
    assert told["encrypt_type"] == "aes"
    assert told["openid"] == event().from_user
    assert told["msg_signature"] == signature(TOKEN, str(NOW), NONCE, body["Encrypt"])
    plain = event_request(target(format=form), event(), STAMP)
    assert where.cipher().decrypt(body["Encrypt"]) == plain.body
    clear = {} if mode is Mode.SAFE else read(plain)
    assert body == {
        "ToUserName": "gh_9df7d78a1234",
        **clear,
        "Encrypt": body["Encrypt"],
    }


@pytest.mark.parametrize(
    ("url", "begins"),
    [
        ("https://a.example/p", "https://a.example/p?signature="),
        ("https://a.example", "https://a.example?signature="),
        (
            "https://a.example/p?x=1&y=a%20b",
            "https://a.example/p?x=1&y=a%20b&signature=",
        ),
        ("https://a.example/p?x=1#top", "https://a.example/p?x=1&signature="),
    ],
)
def test_the_query_of_the_url_is_kept(url: str, begins: str) -> None:
    request = event_request(target(url=url), event(), STAMP)
    assert request.url.startswith(begins)
    assert "#" not in request.url


def test_every_parameter_of_ours_is_known_as_such() -> None:
    sent = query(event_request(target(mode=Mode.SAFE), event(), STAMP))
    asked = query(check_request(target(), "1", STAMP))
    assert {*sent, *asked} == OURS


def test_nothing_shows_a_secret_or_the_url() -> None:
    where = target(mode=Mode.SAFE)
    for one in (where, event_request(where, event(), STAMP)):
        shown = repr(one)
        assert "push.example.com" not in shown
        assert where.token not in shown
        assert where.aes_key not in shown


@pytest.mark.parametrize("mode", [Mode.SAFE, Mode.COMPATIBLE])
def test_these_modes_need_a_key(mode: Mode) -> None:
    with pytest.raises(ValueError, match="EncodingAESKey"):
        target(mode=mode, aes_key="")
