"""`/wxa/msg_sec_check`: what is read leniently and what is refused (section 1.3)."""

import json
from typing import Any

import pytest

from app.access import AppSettings, Window
from app.text.checker import Checker
from tests.api.fakes import DISABLED, EXPIRED, TOKEN, World, make_world
from tests.api.wechat_helpers import PATH, RISKY, code_of, v2

# --- leniency


@pytest.mark.parametrize(
    "kind", [None, "application/json;charset=utf-8", "text/plain", "image/png"]
)
async def test_content_type_does_not_matter(world: World, kind: str | None) -> None:
    body = json.dumps(v2(RISKY), ensure_ascii=False).encode()
    headers = {"content-type": kind} if kind else {}
    answer = await world.client.post(
        PATH, params={"access_token": TOKEN}, content=body, headers=headers
    )
    assert world.read(answer)["result"]["suggest"] == "risky"


@pytest.mark.parametrize("ascii_only", [True, False])
async def test_escapes_mean_the_same_text(world: World, ascii_only: bool) -> None:
    body = json.dumps(v2(RISKY), ensure_ascii=ascii_only).encode()
    assert (await world.post(PATH, body))["result"]["suggest"] == "risky"


async def test_numbers_may_be_strings(world: World) -> None:
    shown = await world.post(PATH, v2("铁算盘", version="2", scene="1"))
    assert shown["result"]["suggest"] == "risky"


@pytest.mark.parametrize("nothing", [None, ""])
async def test_null_and_empty_mean_absent(world: World, nothing: Any) -> None:
    fields = dict.fromkeys(("scene", "openid", "title", "nickname", "signature"))
    body = {"version": 2, "content": "好", **dict.fromkeys(fields, nothing)}
    assert (await world.post(PATH, body))["result"]["suggest"] == "pass"
    assert await world.post(PATH, {"version": nothing, "content": "好"}) == {
        "errcode": 0,
        "errmsg": "ok",
    }


async def test_unknown_fields_are_ignored(world: World) -> None:
    shown = await world.post(PATH, v2("好", something={"else": 1}))
    assert shown["errcode"] == 0


async def test_the_other_name_of_the_token_is_known(world: World) -> None:
    shown = await world.post(PATH, v2("好"), token="", cloudbase_access_token=TOKEN)
    assert shown["errcode"] == 0


async def test_byte_order_mark_is_accepted(world: World) -> None:
    body = b"\xef\xbb\xbf" + json.dumps(v2("好")).encode()
    assert (await world.post(PATH, body))["errcode"] == 0


async def test_lone_surrogates_and_nul_are_checked(world: World) -> None:
    body = rb'{"version":2,"content":"\ud800' + RISKY.encode() + rb'\u0000\udfff"}'
    assert (await world.post(PATH, body))["result"]["suggest"] == "risky"


async def test_odd_slashes_lead_to_the_same_place(world: World) -> None:
    url = f"http://service//wxa/msg_sec_check/?access_token={TOKEN}"
    answer = await world.client.post(url, json=v2(RISKY))
    assert world.read(answer)["result"]["suggest"] == "risky"


# --- what is refused


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"{}",
        b'{"content":""}',
        b'{"content":null}',
        b'{"content":7}',
        b'{"content":["x"]}',
        b'{"content":"x","version":3}',
        b'{"content":"x","version":"two"}',
        b'{"content":"x","version":true}',
        b'{"content":"x","version":2.5}',
        b'{"content":"x","version":{}}',
        b'{"content":"x","version":2,"title":7}',
        b'{"content":"x","version":2,"nickname":[]}',
        b'{"content":"x","version":NaN}',
        b'{"content":"\\ud800","version":NaN}',
        '{"content":"办证"}'.encode("gbk"),
        b"[" * 100_000,
        b'{"content":"\\ud800","a":' + b"[" * 100_000,
        b"--x\r\nContent-Disposition: form-data; name=media\r\n\r\nabc\r\n--x--\r\n",
    ],
)
async def test_bad_bodies_are_47001(world: World, body: bytes) -> None:
    assert code_of(await world.post(PATH, body)) == 47001


@pytest.mark.parametrize("body", [b"", b" \r\n"])
async def test_empty_body_is_44002(world: World, body: bytes) -> None:
    assert code_of(await world.post(PATH, body)) == 44002


async def test_multipart_is_47001(world: World) -> None:
    answer = await world.client.post(
        PATH, params={"access_token": TOKEN}, files={"media": b"\x89PNG"}
    )
    assert code_of(world.read(answer)) == 47001


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "PATCH"])
async def test_other_methods_are_43002(world: World, method: str) -> None:
    answer = await world.client.request(method, PATH, params={"access_token": TOKEN})
    assert code_of(world.read(answer)) == 43002


@pytest.mark.parametrize("scene", [0, 5, 99, "x", "-1", [], True, 1.5])
async def test_odd_scenes_are_40129(world: World, scene: Any) -> None:
    assert code_of(await world.post(PATH, v2("好", scene=scene))) == 40129


@pytest.mark.parametrize("openid", [7, [], "x" * 129, "a\nb"])
async def test_odd_openids_are_40003(world: World, openid: Any) -> None:
    assert code_of(await world.post(PATH, v2("好", openid=openid))) == 40003


@pytest.mark.parametrize("field", ["content", "title", "nickname"])
async def test_long_fields_are_45002(field: str) -> None:
    world = make_world(AppSettings(max_content=10))
    fields = {"content": "好", "version": 2, field: "好" * 11}
    assert code_of(await world.post(PATH, fields)) == 45002
    fields[field] = "😀" * 10  # code points, not bytes or UTF-16 units
    assert (await world.post(PATH, fields))["errcode"] == 0


async def test_default_limit_is_10_000(world: World) -> None:
    assert (await world.post(PATH, v2("好" * 10_000)))["errcode"] == 0
    assert code_of(await world.post(PATH, v2("好" * 10_001))) == 45002


@pytest.mark.parametrize("chunked", [True, False])
async def test_body_limit_is_45002_over_200(chunked: bool) -> None:
    world = make_world(max_body=1000)
    body = json.dumps(v2("好" * 2000), ensure_ascii=False).encode()

    async def pieces() -> Any:
        for start in range(0, len(body), 300):
            yield body[start : start + 300]

    answer = await world.client.post(
        PATH,
        params={"access_token": TOKEN},
        content=pieces() if chunked else body,
    )
    assert code_of(world.read(answer)) == 45002
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize(
    ("token", "code"),
    [("", 41001), ("nonsense", 40001), (EXPIRED, 42001), (DISABLED, 48001)],
)
async def test_refused_tokens(world: World, token: str, code: int) -> None:
    assert code_of(await world.post(PATH, v2("好"), token=token)) == code


async def test_expired_token_has_the_text_that_easywechat_looks_for(
    world: World,
) -> None:
    shown = await world.post(PATH, v2("好"), token=EXPIRED)
    assert shown["errmsg"].startswith("access_token expired rid: ")


@pytest.mark.parametrize(
    ("window", "code"), [(Window.MINUTE, 44991), (Window.DAY, 45009)]
)
async def test_used_up_quota(world: World, window: Window, code: int) -> None:
    world.quotas.full = window
    assert code_of(await world.post(PATH, v2("好"))) == code


@pytest.mark.parametrize("path", ["/wxa", "/wxa/img", "/cgi-bin/x/y", "/wxa/msg"])
async def test_unknown_paths_keep_wechats_shape(world: World, path: str) -> None:
    assert code_of(await world.post(path, {})) == 40066


async def test_strict_apps_are_treated_as_wechat_does() -> None:
    world = make_world(AppSettings(strict=True))
    no_scene, no_openid = v2("好"), v2("好")
    del no_scene["scene"], no_openid["openid"]
    assert code_of(await world.post(PATH, no_scene)) == 47001
    assert code_of(await world.post(PATH, no_openid)) == 47001
    both = v2("好", scene=9, openid=7)
    assert code_of(await world.post(PATH, both)) == 40129
    assert (await world.post(PATH, v2("好" * 2500)))["errcode"] == 0
    assert code_of(await world.post(PATH, v2("好" * 2501))) == 45002


async def test_not_ready_is_never_pass() -> None:
    world = make_world(checker=Checker())
    assert code_of(await world.post(PATH, v2("好"))) == -1
    assert code_of(await world.post(PATH, {"content": "好"})) == -1


# --- rids


async def test_errors_can_be_asked_about(world: World) -> None:
    shown = await world.post(PATH, v2("好", scene=9))
    rid = shown["errmsg"].rpartition(" ")[2]
    record = world.rids.kept[rid]
    assert (record.path, record.errcode) == (PATH, 40129)
    assert json.loads(record.response) == shown


async def test_strangers_leave_no_records(world: World) -> None:
    await world.post(PATH, v2("好"), token="nonsense")
    assert not world.rids.kept
