"""Tokens, quotas, rids and the loop breaker: the contract's sections 7 and 12.4."""

import re
from typing import Any

import pytest

from app.access import AppSettings, RidRecord, Window
from app.api.breaker import QUIET_SECONDS, REFUSALS
from tests.api.fakes import APPID, DISABLED, EXPIRED, OTHER, SECRET, World, make_world

TOKEN_PATH = "/cgi-bin/token"
STABLE = "/cgi-bin/stable_token"
CLEAR = "/cgi-bin/clear_quota"
QUOTA = "/cgi-bin/openapi/quota/get"
RID_GET = "/cgi-bin/openapi/rid/get"
TEXT = "/wxa/msg_sec_check"
GRANT = {"grant_type": "client_credential"}
RID = re.compile(r" rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$")


def code_of(shown: dict[str, Any]) -> int:
    assert RID.search(shown["errmsg"])
    return int(shown["errcode"])


async def get_token(world: World, **query: str) -> dict[str, Any]:
    return world.read(await world.client.get(TOKEN_PATH, params=query))


async def test_token_has_no_errcode(world: World) -> None:
    shown = await get_token(world, **GRANT, appid=APPID, secret=SECRET)
    assert set(shown) == {"access_token", "expires_in"}
    assert shown["expires_in"] == 7200


async def test_stable_token_answers_alike(world: World) -> None:
    body = {**GRANT, "appid": APPID, "secret": SECRET}
    usual = await world.post(STABLE, body, token="")
    forced = await world.post(STABLE, {**body, "force_refresh": True}, token="")
    assert set(usual) == {"access_token", "expires_in"}
    assert usual["access_token"] != forced["access_token"]
    empty = await world.post(STABLE, {**body, "force_refresh": None}, token="")
    assert empty == usual


REFUSED = [
    ({"appid": APPID, "secret": SECRET}, 40002),
    ({"grant_type": "password", "appid": APPID, "secret": SECRET}, 40002),
    ({**GRANT, "secret": SECRET}, 41002),
    ({**GRANT, "appid": APPID}, 41004),
    ({**GRANT, "appid": "wx-unknown", "secret": SECRET}, 40013),
    ({**GRANT, "appid": OTHER, "secret": SECRET}, 40013),
    ({**GRANT, "appid": APPID, "secret": "wrong"}, 40125),
    ({**GRANT, "appid": APPID, "secret": "throttle"}, 45011),
]


@pytest.mark.parametrize(("given", "code"), REFUSED)
async def test_refused_credentials(
    world: World, given: dict[str, str], code: int
) -> None:
    assert code_of(await get_token(world, **given)) == code
    assert code_of(await world.post(STABLE, given, token="")) == code


async def test_token_methods(world: World) -> None:
    body = {**GRANT, "appid": APPID, "secret": SECRET}
    shown = await world.post(TOKEN_PATH, body, token="")
    assert code_of(shown) == 43001
    assert shown["errmsg"].startswith("require GET method rid: ")
    assert code_of(world.read(await world.client.get(STABLE))) == 43002


@pytest.mark.parametrize("value", ["perhaps", 7, []])
async def test_force_refresh_must_be_a_truth_value(world: World, value: Any) -> None:
    body = {**GRANT, "appid": APPID, "secret": SECRET, "force_refresh": value}
    assert code_of(await world.post(STABLE, body, token="")) == 47001


# --- quotas


async def test_clear_quota_is_for_the_tokens_own_app(world: World) -> None:
    assert await world.post(CLEAR, {"appid": APPID}) == {"errcode": 0, "errmsg": "ok"}
    assert world.quotas.cleared == [APPID]
    assert code_of(await world.post(CLEAR, {"appid": OTHER})) == 40013
    assert code_of(await world.post(CLEAR, {})) == 40013


async def test_clear_quota_v2_takes_the_secret(world: World) -> None:
    body = {"appid": APPID, "appsecret": SECRET}
    assert (await world.post(f"{CLEAR}/v2", body, token=""))["errcode"] == 0
    for body, code in (
        ({"appsecret": SECRET}, 41002),
        ({"appid": APPID}, 41004),
        ({"appid": "wx-unknown", "appsecret": SECRET}, 40013),
        ({"appid": APPID, "appsecret": "wrong"}, 40125),
    ):
        assert code_of(await world.post(f"{CLEAR}/v2", body, token="")) == code


async def test_clearing_too_often_is_48006(world: World) -> None:
    world.quotas.full = Window.MONTH
    assert code_of(await world.post(CLEAR, {"appid": APPID})) == 48006


async def test_quota_get() -> None:
    world = make_world(AppSettings(strict=True))
    shown = await world.post(QUOTA, {"cgi_path": TEXT})
    assert shown["quota"] == {
        "daily_limit": 2_000_000,
        "used": 3,
        "remain": 1_999_997,
    }
    assert shown["rate_limit"] == {"call_count": 4000, "refresh_second": 60}
    assert shown["component_rate_limit"] == {"call_count": 0, "refresh_second": 0}


@pytest.mark.parametrize(
    "path", [TEXT, "/wxa/game/content_spam/msg_sec_check", "/v1/texts:check"]
)
async def test_every_counted_api_has_a_quota(world: World, path: str) -> None:
    assert (await world.post(QUOTA, {"cgi_path": path}))["quota"]["used"] == 3


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/wxa/unknown", 76021),
        ("wxa/msg_sec_check", 76003),
        ("https://service/wxa/msg_sec_check", 76003),
        ("/wxa/msg sec", 76003),
        ("", 47001),
        (7, 47001),
    ],
)
async def test_odd_quota_paths(world: World, path: Any, code: int) -> None:
    assert code_of(await world.post(QUOTA, {"cgi_path": path})) == code


async def test_asking_costs_no_quota(world: World) -> None:
    await world.post(QUOTA, {"cgi_path": TEXT})
    await world.post(TEXT, {"content": "好"})
    assert world.quotas.taken == [(TEXT, 1)]


# --- rid/get


async def test_rid_get_shows_no_content(world: World) -> None:
    failed = await world.post(TEXT, {"version": 2, "content": "秘密", "scene": 9})
    rid = failed["errmsg"].rpartition(" ")[2]
    shown = (await world.post(RID_GET, {"rid": rid}))["request"]
    assert shown["request_url"] == TEXT
    assert shown["request_body"] == shown["client_ip"] == ""
    assert "40129" in shown["response_body"]
    assert isinstance(shown["invoke_time"], int)
    assert isinstance(shown["cost_in_ms"], int)


async def test_rid_get_refusals(world: World) -> None:
    world.rids.kept["x"] = RidRecord(OTHER, 0.0, 1.0, TEXT, 47001, "{}")
    assert code_of(await world.post(RID_GET, {"rid": "unknown"})) == 76001
    assert code_of(await world.post(RID_GET, {"rid": ""})) == 76002
    assert code_of(await world.post(RID_GET, {"rid": 7})) == 76002
    assert code_of(await world.post(RID_GET, {"rid": "x"})) == 76003


# --- the loop breaker (12.4): wechatpy made 489 calls in a loop


async def refused(world: World, token: str = "of-somebody-else") -> int:
    return code_of(await world.post(TEXT, {"content": "好"}, token=token))


async def test_a_loop_of_unknown_tokens_ends_with_48001(world: World) -> None:
    codes = [await refused(world, f"token-{n}") for n in range(REFUSALS + 3)]
    assert codes == [40001] * REFUSALS + [48001] * 3


async def test_success_or_a_new_token_ends_the_count(world: World) -> None:
    for _ in range(REFUSALS):
        await refused(world)
    assert (await world.post(TEXT, {"content": "好"}))["errcode"] == 0
    for _ in range(REFUSALS):
        assert await refused(world) == 40001
    await get_token(world, **GRANT, appid=APPID, secret=SECRET)
    assert await refused(world) == 40001


async def test_a_quiet_minute_ends_the_count(world: World) -> None:
    for _ in range(REFUSALS + 1):
        await refused(world)
    world.now[0] += QUIET_SECONDS + 1
    assert await refused(world) == 40001


async def test_callers_are_counted_apart(world: World) -> None:
    for _ in range(REFUSALS + 1):
        await refused(world)
    answer = await world.client.post(
        TEXT, params={"access_token": "x"}, json={}, headers={"user-agent": "other"}
    )
    assert code_of(world.read(answer)) == 40001


async def test_expired_tokens_and_disabled_apps_are_no_loop(world: World) -> None:
    codes = [await refused(world, EXPIRED) for _ in range(REFUSALS + 2)]
    assert codes == [42001] * (REFUSALS + 2)
    assert await refused(world, DISABLED) == 48001
