"""What real clients send although no page allows it, and what must still be refused."""

import json
from typing import Any

import httpx
import pytest

from tests.acceptance.service import (
    BAIT,
    CHECK,
    CLEAN,
    GAME,
    RISKY,
    Json,
    Service,
    answer,
    refused,
)

V1_STRINGS = (
    "特3456书yuuo莞6543李zxcz蒜7782法fgnv级",
    "完2347全dfji试3726测asad感3847知qwez到",
)


def _suggest(said: Json) -> str:
    assert said["errcode"] == 0, said
    return str(said["result"]["suggest"])


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "application/json;charset=utf-8",
        "application/json; charset=utf-8",
        "application/json; charset=gbk",
        "text/plain",
        "application/x-www-form-urlencoded",
        "nonsense",
    ],
)
def test_the_body_is_json_whatever_the_header_says(
    service: Service, plain: str, content_type: str | None
) -> None:
    response = service.client.post(
        f"{CHECK}?access_token={plain}",
        content=f'{{"content":"{RISKY}","version":2}}'.encode(),
        headers={"Content-Type": content_type} if content_type else None,
    )
    assert _suggest(answer(response)) == "risky"


@pytest.mark.parametrize("escaped", [True, False])
@pytest.mark.parametrize("version", [1, 2])
def test_escapes_are_the_same_text(
    service: Service, plain: str, escaped: bool, version: int
) -> None:
    body = json.dumps({"content": RISKY, "version": version}, ensure_ascii=escaped)
    said = service.post(CHECK, plain, body.encode())
    if version == 1:
        refused(said, 87014, "risky content")
    else:
        assert _suggest(said) == "risky"


@pytest.mark.parametrize(
    "fields",
    [
        {"version": "2"},
        {"version": 2.0},
        {"version": "2", "scene": "2"},
        {"version": 2, "scene": 4.0},
        {"version": 2, "scene": None, "openid": None, "title": None},
        {"version": 2, "scene": "", "openid": "", "title": "", "nickname": ""},
        {"version": 2, "nobody": {"knows": ["this"]}, "media_type": "2"},
        {"version": 2, "title": RISKY, "content": CLEAN},
        {"version": 2, "nickname": RISKY, "content": CLEAN},
        {"version": 2, "nickname": BAIT, "content": CLEAN},
        {"version": 2, "scene": 1, "signature": RISKY, "content": CLEAN},
    ],
)
def test_a_hit_is_found(service: Service, plain: str, fields: Json) -> None:
    assert _suggest(service.post(CHECK, plain, {"content": RISKY} | fields)) == "risky"


def test_a_signature_counts_in_a_profile_only(service: Service, plain: str) -> None:
    given = {"content": CLEAN, "signature": RISKY, "version": 2, "scene": 2}
    assert _suggest(service.post(CHECK, plain, given)) == "pass"


@pytest.mark.parametrize("version", ["", None, "1", 1])
def test_no_version_is_version_one(service: Service, plain: str, version: Any) -> None:
    given = {"content": RISKY, "version": version}
    refused(service.post(CHECK, plain, given), 87014, "risky content")


def test_the_older_name_of_the_token(service: Service, plain: str) -> None:
    response = service.client.post(
        f"{CHECK}?cloudbase_access_token={plain}", json={"content": CLEAN}
    )
    assert answer(response) == {"errcode": 0, "errmsg": "ok"}


@pytest.mark.parametrize("text", V1_STRINGS)
def test_acceptance_strings(service: Service, plain: str, text: str) -> None:
    refused(service.post(CHECK, plain, {"content": text}), 87014, "risky content")
    said = service.check(plain, text)
    assert said["result"] == {"suggest": "pass", "label": 100}


@pytest.mark.parametrize(
    ("body", "code", "text"),
    [
        (b"", 44002, "empty post data"),
        (b" \n", 44002, "empty post data"),
        (b'{"content":"a"', 47001, "data format error"),
        (b"[1]", 47001, "data format error"),
        (b'"text"', 47001, "data format error"),
        (b'{"content":"\xff\xfe"}', 47001, "data format error"),
        (b'{"content":NaN}', 47001, "data format error"),
        (b"[" * 200_000, 47001, "data format error"),
        (b'{"a":' * 100_000 + b'"\\ud800"', 47001, "data format error"),
        (b"{}", 47001, "data format error"),
        (b'{"content":null}', 47001, "data format error"),
        (b'{"content":""}', 47001, "data format error"),
        (b'{"content":1}', 47001, "data format error"),
        (b'{"content":["a"]}', 47001, "data format error"),
        (b'{"content":"a","version":3}', 47001, "data format error"),
        (b'{"content":"a","version":true}', 47001, "data format error"),
        (b'{"content":"a","version":{}}', 47001, "data format error"),
        (b'{"content":"a","version":1e400}', 47001, "data format error"),
        (b'{"content":"a","version":2,"scene":0}', 40129, "invalid scene"),
        (b'{"content":"a","version":2,"scene":5}', 40129, "invalid scene"),
        (b'{"content":"a","version":2,"scene":"x"}', 40129, "invalid scene"),
        (b'{"content":"a","version":2,"scene":[]}', 40129, "invalid scene"),
        (b'{"content":"a","version":2,"openid":7}', 40003, "invalid openid"),
        (b'{"content":"a","version":2,"title":7}', 47001, "data format error"),
    ],
)
def test_what_is_refused(
    service: Service, plain: str, body: bytes, code: int, text: str
) -> None:
    refused(service.post(CHECK, plain, body), code, text)


@pytest.mark.parametrize(
    "body",
    [
        rb'{"content":"\ud83d","version":2}',
        rb'{"content":"\udc00\ud800","version":2,"title":"\udfff"}',
        rb'{"content":"a\u0000b","version":2}',
        '\ufeff{"content":"a","version":2}'.encode(),
        b'{"content":"%s","version":2}' % ("\U0001d7d8\u202e\u200b".encode() * 300),
    ],
)
@pytest.mark.parametrize("path", [CHECK, GAME])
def test_odd_characters_get_a_verdict(
    service: Service, plain: str, path: str, body: bytes
) -> None:
    assert _suggest(service.post(path, plain, body)) == "pass"


def test_multipart_is_a_format_error(service: Service, plain: str) -> None:
    response = service.client.post(
        f"{CHECK}?access_token={plain}", files={"media": ("media", b"\x89PNG")}
    )
    refused(answer(response), 47001, "data format error")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_only_post(service: Service, plain: str, method: str) -> None:
    response = service.client.request(method, f"{CHECK}?access_token={plain}")
    refused(answer(response), 43002, "require POST method")


@pytest.mark.parametrize("path", ["/wxa/nothing", "/cgi-bin/user/info", "/wxa"])
def test_other_addresses_of_wechat(service: Service, plain: str, path: str) -> None:
    assert service.post(path, plain, {})["errcode"] == 40066


def test_a_megabyte_on_one_line(service: Service, plain: str) -> None:
    body = b'{"content":"' + b"a" * (1 << 20) + b'","version":2}'
    refused(service.post(CHECK, plain, body), 45002, "content size out of limit")


@pytest.mark.parametrize("version", [1, 2])
def test_long_content(service: Service, plain: str, version: int) -> None:
    longest = 500 * 1024 if version == 1 else 10_000
    given = {"content": "a" * longest, "version": version}
    assert service.post(CHECK, plain, given)["errcode"] == 0
    given["content"] = "a" * (longest + 1)
    refused(service.post(CHECK, plain, given), 45002, "content size out of limit")


def test_a_chunked_body_is_counted(service: Service, plain: str) -> None:
    def endless() -> Any:
        for _ in range(40):
            yield b'{"content":"' + b"x" * 65_536

    try:
        response = service.client.post(
            f"{CHECK}?access_token={plain}", content=endless()
        )
    except httpx.TransportError:
        return  # closed on a client that would not stop
    refused(answer(response), 45002, "content size out of limit")


class TestGame:
    """The synchronous check for mini-games."""

    def test_words_are_masked(self, service: Service, plain: str) -> None:
        given = {"content": f"先{RISKY}后", "version": 2, "scene": 5, "openid": "o"}
        said = service.post(GAME, plain, given)
        assert said["result"] == {
            "suggest": "risky",
            "label": 20006,
            "replaced_content": "先****后",
        }
        assert said["detail"][0]["strategy"] == "minigame_content_model"
        assert said["detail"][1]["keyword"] == RISKY

    def test_a_clean_text_comes_back(self, service: Service, plain: str) -> None:
        said = service.post(GAME, plain, {"content": CLEAN, "version": "2", "scene": 1})
        assert said["result"] == {
            "suggest": "pass",
            "label": 100,
            "replaced_content": CLEAN,
        }

    def test_scene_six(self, service: Service, plain: str) -> None:
        said = service.post(GAME, plain, {"content": CLEAN, "version": 2, "scene": 6})
        refused(said, 40129, "invalid scene")
