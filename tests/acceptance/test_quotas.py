"""Limits, what an app can ask about itself, and the strict treatment."""

import time
from typing import Any

import pytest

from tests.acceptance.service import (
    CHECK,
    CLEAN,
    GAME,
    RISKY,
    SECRET,
    Json,
    Service,
    refused,
)

DAILY = "reach max api daily quota limit"


def _quota(service: Service, token: str, path: str = CHECK) -> Json:
    return service.post("/cgi-bin/openapi/quota/get", token, {"cgi_path": path})


def _wait_for_a_young_minute() -> None:
    """A test that counts calls of one minute must not run into the next."""
    if (left := 60 - time.time() % 60) < 5:
        time.sleep(left + 0.1)


def test_minute_and_day_have_codes_of_their_own(service: Service) -> None:
    service.create_app("slow", "minute_limit=3")
    service.create_app("small", "day_limit=3")
    slow, small = service.token("slow"), service.token("small")
    _wait_for_a_young_minute()
    for token in (slow, small):
        assert [service.check(token, CLEAN)["errcode"] for _ in range(3)] == [0] * 3
    refused(service.check(slow, CLEAN), 44991, "reach max api minute frequence")
    refused(service.check(small, CLEAN), 45009, DAILY)
    # Every API counts by itself.
    given = {"content": CLEAN, "version": 2, "scene": 1}
    assert service.post(GAME, small, given)["errcode"] == 0


def test_clear_quota(service: Service) -> None:
    service.create_app("clearing", "day_limit=1")
    token = service.token("clearing")
    assert service.check(token, CLEAN)["errcode"] == 0
    refused(service.check(token, CLEAN), 45009, DAILY)
    ok = {"errcode": 0, "errmsg": "ok"}
    assert service.post("/cgi-bin/clear_quota", token, {"appid": "clearing"}) == ok
    assert service.check(token, CLEAN)["errcode"] == 0
    refused(service.check(token, CLEAN), 45009, DAILY)
    given = {"appid": "clearing", "appsecret": SECRET}
    assert service.post("/cgi-bin/clear_quota/v2", None, given) == ok
    assert service.check(token, CLEAN)["errcode"] == 0
    for _ in range(8):
        assert service.post("/cgi-bin/clear_quota/v2", None, given) == ok
    said = service.post("/cgi-bin/clear_quota", token, {"appid": "clearing"})
    refused(said, 48006, "forbid to clear quota because of reaching the limit")


@pytest.mark.parametrize(
    ("given", "code", "text"),
    [
        ({"appid": "other"}, 40013, "invalid appid"),
        ({}, 40013, "invalid appid"),
    ],
)
def test_clear_quota_refused(
    service: Service, plain: str, given: Json, code: int, text: str
) -> None:
    refused(service.post("/cgi-bin/clear_quota", plain, given), code, text)


@pytest.mark.parametrize(
    ("given", "code", "text"),
    [
        ({}, 41002, "appid missing"),
        ({"appid": "plain"}, 41004, "appsecret missing"),
        ({"appid": "nobody", "appsecret": "x"}, 40013, "invalid appid"),
    ],
)
def test_clear_quota_v2_refused(
    service: Service, given: Json, code: int, text: str
) -> None:
    refused(service.post("/cgi-bin/clear_quota/v2", None, given), code, text)


def test_quota_get(service: Service) -> None:
    service.create_app("asking", "day_limit=100", "minute_limit=50")
    token = service.token("asking")
    for _ in range(4):
        service.check(token, CLEAN)
    assert _quota(service, token) == {
        "errcode": 0,
        "errmsg": "ok",
        "quota": {"daily_limit": 100, "used": 4, "remain": 96},
        "rate_limit": {"call_count": 50, "refresh_second": 60},
        "component_rate_limit": {"call_count": 0, "refresh_second": 0},
    }


@pytest.mark.parametrize(
    ("path", "code", "text"),
    [
        ("/wxa/nothing", 76021, "cgi_path not found, please check"),
        ("wxa/msg_sec_check", 76003, "could not query this rid,no permission"),
        ("https://a/b", 76003, "could not query this rid,no permission"),
    ],
)
def test_quota_get_refused(
    service: Service, plain: str, path: str, code: int, text: str
) -> None:
    refused(_quota(service, plain, path), code, text)


def test_rid_get(service: Service, plain: str, strict: str) -> None:
    rid = refused(service.post(CHECK, plain, b"{"), 47001, "data format error")
    path = "/cgi-bin/openapi/rid/get"
    said = service.post(path, plain, {"rid": rid})
    assert (said["errcode"], said["errmsg"]) == (0, "ok")
    request = said["request"]
    assert set(request) == {
        "invoke_time",
        "cost_in_ms",
        "request_url",
        "request_body",
        "response_body",
        "client_ip",
    }
    assert type(request["invoke_time"]) is int
    assert abs(request["invoke_time"] - time.time()) < 60
    assert type(request["cost_in_ms"]) is int
    assert rid in request["response_body"]
    denied = "could not query this rid,no permission"
    refused(service.post(path, strict, {"rid": rid}), 76003, denied)
    unknown = f"{int(time.time()):08x}-00000000-00000000"
    refused(service.post(path, plain, {"rid": unknown}), 76001, "rid not found")
    for odd in ("", "x", rid.upper() + "\0", None):
        refused(service.post(path, plain, {"rid": odd}), 76002, "rid is error")
    old = f"{int(time.time()) - 8 * 86_400:08x}-00000000-00000000"
    refused(service.post(path, plain, {"rid": old}), 76004, "rid time is error")


class TestStrict:
    """`strict=true`: an app is treated as WeChat treats it."""

    def test_length(self, service: Service, strict: str) -> None:
        assert service.check(strict, "好" * 2500)["errcode"] == 0
        long = service.check(strict, "好" * 2501)
        refused(long, 45002, "content size out of limit")
        # Counted in code points, whatever UTF-16 makes of them.
        assert service.check(strict, "\U0001f600" * 2500)["errcode"] == 0

    @pytest.mark.parametrize("openid", ["", None])
    def test_openid(self, service: Service, strict: str, openid: Any) -> None:
        refused(service.check(strict, CLEAN, openid=openid), 47001, "data format error")

    @pytest.mark.parametrize("openid", [5, "a\nb", "x" * 500])
    def test_odd_openid(self, service: Service, strict: str, openid: Any) -> None:
        refused(service.check(strict, CLEAN, openid=openid), 40003, "invalid openid")

    @pytest.mark.parametrize("scene", ["", None])
    def test_scene(self, service: Service, strict: str, scene: Any) -> None:
        refused(service.check(strict, CLEAN, scene=scene), 47001, "data format error")

    def test_the_order_of_complaints(self, service: Service, strict: str) -> None:
        both = service.check(strict, CLEAN, scene=9, openid="a\nb")
        refused(both, 40129, "invalid scene")

    def test_quota(self, service: Service, strict: str) -> None:
        said = _quota(service, strict)
        assert said["quota"]["daily_limit"] == 2_000_000
        assert said["rate_limit"] == {"call_count": 4000, "refresh_second": 60}

    def test_verdict(self, service: Service, strict: str) -> None:
        said = service.check(strict, RISKY)
        assert said["result"] == {"suggest": "risky", "label": 20006}
