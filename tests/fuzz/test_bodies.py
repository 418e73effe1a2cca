"""Arbitrary bytes, JSON and credentials: an answer in the right shape, every time."""

import asyncio
import json
from collections.abc import Coroutine
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.fakes import APPID, SECRET, TOKEN, World
from tests.api.picture_world import NATIVE, URL, make_pictures

WECHAT = (
    "/wxa/msg_sec_check",
    "/wxa/game/content_spam/msg_sec_check",
    "/wxa/img_sec_check",
    "/wxa/game/content_spam/media_check_sync",
    "/cgi-bin/stable_token",
    "/cgi-bin/clear_quota",
    "/cgi-bin/clear_quota/v2",
    "/cgi-bin/openapi/quota/get",
    "/cgi-bin/openapi/rid/get",
    "/wxa/unknown",
)
ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=40)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | ANY_TEXT
    | st.sampled_from(["办证刻章", "2", "", APPID, SECRET, "client_credential", URL])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4)
    ),
    max_leaves=8,
)
NAMES = st.sampled_from(
    [
        "content",
        "version",
        "scene",
        "openid",
        "title",
        "nickname",
        "signature",
        "appid",
        "secret",
        "appsecret",
        "grant_type",
        "force_refresh",
        "cgi_path",
        "rid",
        "text",
        "texts",
        "explain",
        "mask",
        "lang",
        "user_id",
        "id",
        "media_url",
        "media_type",
        "urls",
        "lists",
    ]
)
BODIES = st.dictionaries(NAMES | ANY_TEXT, VALUES, max_size=6).map(
    lambda body: json.dumps(body).encode()
)
_fuzzed = settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def world() -> World:
    return make_pictures().world


def run(work: Coroutine[Any, Any, None]) -> None:
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(work)
    finally:
        loop.close()


async def call_wechat(world: World, path: str, body: bytes, token: str) -> None:
    shown = await world.post(path, body, token=token)
    code = shown.get("errcode", 0)
    assert type(code) is int
    assert code != -1, "a client's mistake is never a system error"
    if code == 0:
        assert shown.get("errmsg", "ok") == "ok"
    else:
        assert " rid: " in shown["errmsg"]


@_fuzzed
@given(
    path=st.sampled_from(WECHAT),
    body=st.binary(max_size=200) | BODIES,
    token=st.sampled_from([TOKEN] * 6 + ["x"]),
)
def test_compatible_endpoints(world: World, path: str, body: bytes, token: str) -> None:
    run(call_wechat(world, path, body, token))


async def call_native(world: World, path: str, body: bytes, authorization: str) -> None:
    headers = {"authorization": authorization}
    answer = await world.client.post(path, content=body, headers=headers)
    assert answer.status_code in {200, 400, 401, 422}
    shown = answer.json()
    if answer.status_code == 200:
        assert all(result["trace_id"] for result in shown["results"])
    else:
        assert shown["status"] == answer.status_code


@_fuzzed
@given(
    path=st.sampled_from(["/v1/texts:check", NATIVE]),
    body=st.binary(max_size=200)
    | BODIES
    | VALUES.map(lambda v: json.dumps(v).encode()),
    authorization=st.just(f"Bearer {TOKEN}")
    | st.text(st.characters(min_codepoint=32, max_codepoint=126)),
)
def test_native_endpoints(
    world: World, path: str, body: bytes, authorization: str
) -> None:
    run(call_native(world, path, body, authorization))
