"""The exact requests of clients that we cannot run here, and what they must read.

Bodies and headers are as each SDK writes them; the contract page of each SDK's
quirks is summed up in docs/existing-sdk.md.
"""

import json
from typing import Any

import pytest

from tests.acceptance.service import (
    CHECK,
    CLEAN,
    RISKY,
    SECRET,
    Json,
    Service,
    answer,
    refused,
)


def _post(service: Service, token: str, body: str, content_type: str) -> Json:
    response = service.client.post(
        f"{CHECK}?access_token={token}",
        content=body.encode(),
        headers={"Content-Type": content_type},
    )
    return answer(response)


def _is_v2(said: Json, suggest: str, label: int) -> None:
    """What typed clients decode: integers, the fixed names, both elements."""
    assert said["errcode"] == 0
    assert said["errmsg"] == "ok"
    assert said["result"] == {"suggest": suggest, "label": label}
    assert len(said["trace_id"].split("-")) == 3
    assert [type(element["errcode"]) for element in said["detail"]] == [int] * len(
        said["detail"]
    )
    model, *words = said["detail"]
    assert model["strategy"] == "content_model"
    assert model["errcode"] != 0, "no model is installed, so it cannot count"
    assert words
    for word in words:
        assert word["strategy"] == "keyword"
        assert word["errcode"] == 0


class TestWxJava:
    """`version` is a string, nulls are left out, label and level come as numbers."""

    TYPE = "application/json; charset=utf-8"

    def test_v2_hit(self, service: Service, plain: str) -> None:
        body = (
            '{"version":"2","openid":"oE5lH5","scene":1,'
            f'"content":"{RISKY}","title":"标题","signature":"签名"}}'
        )
        said = _post(service, plain, body, self.TYPE)
        _is_v2(said, "risky", 20006)
        assert said["detail"][1] == {
            "strategy": "keyword",
            "errcode": 0,
            "suggest": "risky",
            "label": 20006,
            "level": 95,
            "keyword": RISKY,
        }

    def test_v1_hit_is_the_code_that_it_throws(
        self, service: Service, plain: str
    ) -> None:
        said = _post(service, plain, f'{{"content":"{RISKY}"}}', self.TYPE)
        refused(said, 87014, "risky content")

    def test_v1_pass(self, service: Service, plain: str) -> None:
        said = _post(service, plain, f'{{"content":"{CLEAN}"}}', self.TYPE)
        assert said == {"errcode": 0, "errmsg": "ok"}

    @pytest.mark.parametrize("force", ["true", "false"])
    def test_stable_token(self, service: Service, force: str) -> None:
        body = (
            f'{{"grant_type":"client_credential","appid":"other","secret":"{SECRET}",'
            f'"force_refresh":{force}}}'
        )
        response = service.client.post(
            "/cgi-bin/stable_token",
            content=body,
            headers={"Content-Type": self.TYPE},
        )
        said = answer(response)
        assert set(said) == {"access_token", "expires_in"}
        assert 300 <= said["expires_in"] <= 7200
        assert len(said["access_token"]) <= 512
        _is_v2(service.check(said["access_token"], RISKY), "risky", 20006)


class TestSilenceper:
    """Every field is always there, empty when unset; GET for the token."""

    TYPE = "application/json;charset=utf-8"

    def _body(self, content: str, **fields: Any) -> str:
        empty = {"openid": "", "scene": 2, "title": "", "nickname": "", "signature": ""}
        return json.dumps({"content": content, "version": 2} | empty | fields)

    def test_v2_with_empty_strings(self, service: Service, plain: str) -> None:
        _is_v2(_post(service, plain, self._body(CLEAN), self.TYPE), "pass", 100)
        _is_v2(_post(service, plain, self._body(RISKY), self.TYPE), "risky", 20006)

    def test_a_clean_text_has_the_bare_keyword_element(
        self, service: Service, plain: str
    ) -> None:
        said = _post(service, plain, self._body(CLEAN), self.TYPE)
        assert said["detail"][1:] == [{"strategy": "keyword", "errcode": 0}]

    def test_token(self, service: Service) -> None:
        response = service.client.get(
            f"/cgi-bin/token?grant_type=client_credential&appid=plain&secret={SECRET}"
        )
        said = answer(response)
        assert said["expires_in"] == 7200
        assert "errcode" not in said

    def test_a_wrong_secret_has_an_errcode(self, service: Service) -> None:
        refused(service.get_token("plain", "wrong"), 40125, "invalid appsecret,")


class TestEasyWeChat:
    """Version 6 asks for a new token only when the body holds these two texts."""

    def test_json_with_slashes_and_escapes(self, service: Service, plain: str) -> None:
        body = json.dumps(
            {"content": f"{RISKY} a/b", "version": 2, "scene": 2, "openid": "o"}
        ).replace("/", "\\/")
        assert "\\u4ee3" in body
        _is_v2(_post(service, plain, body, "application/json"), "risky", 20006)

    def test_relative_address_with_a_double_slash(
        self, service: Service, plain: str
    ) -> None:
        response = service.client.post(
            f"{service.server.base}/{CHECK}?access_token={plain}",
            json={"content": CLEAN},
        )
        assert answer(response) == {"errcode": 0, "errmsg": "ok"}


class TestSenparc:
    """Unset strings are null; numbers may come as strings."""

    def test_nulls(self, service: Service, plain: str) -> None:
        body = (
            f'{{"content":"{RISKY}","version":2,"scene":2,"openid":"o",'
            '"title":null,"nickname":null,"signature":null}'
        )
        _is_v2(_post(service, plain, body, "application/json"), "risky", 20006)

    def test_numbers_as_strings_and_null_scene(
        self, service: Service, plain: str
    ) -> None:
        body = (
            f'{{"content":"{RISKY}","version":"2","scene":null,"openid":null,'
            '"media_type":"2"}'
        )
        _is_v2(_post(service, plain, body, "application/json"), "risky", 20006)


class TestOthers:
    def test_wechatpy_from_git_sends_null_for_the_scene(
        self, service: Service, plain: str
    ) -> None:
        body = json.dumps(
            {
                "content": CLEAN,
                "version": 2,
                "scene": None,
                "openid": "o",
                "title": None,
                "nickname": None,
                "signature": None,
            }
        ).encode()
        _is_v2(service.post(CHECK, plain, body), "pass", 100)

    def test_powerwechat_sends_every_field(self, service: Service, plain: str) -> None:
        body = (
            f'{{"openid":"o","scene":3,"version":2,"content":"{RISKY}","nickname":"",'
            '"title":"","signature":"","media_url":""}'
        )
        _is_v2(_post(service, plain, body, "application/json"), "risky", 20006)

    def test_weapp_sends_an_empty_scene(self, service: Service, plain: str) -> None:
        body = f'{{"content":"{RISKY}","version":2,"scene":"","openid":""}}'
        _is_v2(_post(service, plain, body, "application/json"), "risky", 20006)
