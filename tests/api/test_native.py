"""`POST /v1/texts:check`."""

import base64
import io
import json
from typing import Any

import httpx
import pytest

from app.access import App, AppSettings, Window
from app.api.v1 import auth
from app.domain.entry import Entry
from app.domain.finding import Finding, Span, Strategy, Suggest
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from app.text.result import TextResult
from tests.api.fakes import (
    APPID,
    DISABLED,
    ENTRIES,
    EXPIRED,
    OTHER,
    SECRET,
    World,
    make_world,
)

RISKY = "专业办·证·刻章"


async def results(world: World, body: Any, **headers: str) -> list[dict[str, Any]]:
    answer = await world.native(body, headers)
    assert answer.status_code == 200, answer.text
    shown: list[dict[str, Any]] = answer.json()["results"]
    return shown


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    shown: dict[str, Any] = answer.json()
    assert shown["status"] == status
    assert set(shown) >= {"type", "title", "status", "detail", "trace_id"}
    return shown


async def test_one_text(world: World) -> None:
    answer = await world.native({"text": RISKY, "id": "mine"})
    shown = answer.json()
    assert shown["lexicon_version"] == "7"
    (result,) = shown["results"]
    (finding,) = result.pop("findings")
    assert result.pop("trace_id")
    assert result == {
        "id": "mine",
        "suggest": "risky",
        "label": "crime",
        "label_code": 20006,
        "masked_text": "专业******",
    }
    assert finding["term"] == "办证刻章"
    assert RISKY[finding["start"] : finding["end"]] == "办·证·刻章"
    assert finding["level"] == 90
    assert finding["folds"] == ["separator"]
    assert "prob" not in finding


async def test_many_texts_keep_their_order_and_ids(world: World) -> None:
    texts = ["好", {"text": RISKY, "id": "b"}, {"text": "好", "id": "c"}, ""]
    shown = await results(world, {"texts": texts})
    assert [r.get("id") for r in shown] == [None, "b", "c", None]
    assert [r["suggest"] for r in shown] == ["pass", "risky", "pass", "pass"]
    assert len({r["trace_id"] for r in shown}) == 4
    assert world.quotas.taken == [("/v1/texts:check", 4)]


async def test_scenes_by_name_number_and_text(world: World) -> None:
    scenes: list[Any] = ["profile", 1, "1", "PROFILE", "comment", 2, None, ""]
    texts = [{"text": "铁算盘", "scene": scene} for scene in scenes]
    shown = await results(world, {"texts": texts})
    assert [r["suggest"] for r in shown] == ["risky"] * 4 + ["pass"] * 4
    shown = await results(world, {"text": "铁算盘", "scene": "profile"})
    assert shown[0]["suggest"] == "risky"


async def test_scene_of_the_app_is_the_default() -> None:
    world = make_world(AppSettings(default_scene=Scene.PROFILE))
    assert (await results(world, {"text": "铁算盘"}))[0]["suggest"] == "risky"


async def test_review_stays_review() -> None:
    world = make_world(AppSettings(review_as="pass"))
    assert (await results(world, {"text": "傻瓜"}))[0]["suggest"] == "review"


async def test_explain_adds_the_inner_view(world: World) -> None:
    shown = await results(world, {"text": "办证刻章馆，办证刻章", "explain": True})
    inner = shown[0]["explanation"]
    assert "办证刻章" in inner["folded"]
    saved = [note["phrase"] for note in inner["exempt"] if note["saved"]]
    assert saved == ["办证刻章馆"]
    clean = await results(world, {"text": "好", "explain": True})
    assert clean[0]["explanation"]["folded"] == "好"


@pytest.mark.parametrize(
    ("body", "accept", "notice"),
    [
        ({}, "", "搜索"),
        ({}, "fr, en-GB;q=0.8", "Not shown."),
        ({}, "pt-BR", "Oculto."),
        ({}, "fr", "搜索"),
        ({"lang": "en"}, "pt", "Not shown."),
    ],
)
async def test_search_comes_with_a_notice(
    body: dict[str, str], accept: str, notice: str
) -> None:
    world = make_world(
        search_notice="搜索", search_notices={"en": "Not shown.", "pt-br": "Oculto."}
    )
    body = {"text": "铁算盘", "scene": "search", **body}
    shown = await results(world, body, **{"accept-language": accept})
    assert shown[0]["notice"] == notice


async def test_no_notice_without_need(world: World) -> None:
    texts = [{"text": "好", "scene": "search"}, {"text": RISKY, "scene": "comment"}]
    for result in await results(world, {"texts": texts}):
        assert "notice" not in result


async def test_mask_is_the_callers_choice(world: World) -> None:
    shown = await results(world, {"text": "*专业办*证刻章", "mask": "□"})
    assert shown[0]["masked_text"] == "*专业□□□□□"


async def test_mask_covers_parts_only() -> None:
    class Says(Checker):
        ready = True

        def check(self, *_args: Any, **_kwargs: Any) -> TextResult:
            return TextResult((rule,), "**中间**")

    rule = Finding(
        Strategy.KEYWORD,
        Label.ADS,
        Suggest.RISKY,
        level=80,
        start=0,
        end=6,
        parts=(Span(0, 2), Span(4, 6)),
    )
    world = make_world(checker=Says())
    world.rooms.checker.ready = True
    shown = await results(world, {"text": "加我中间微信", "mask": "#"})
    assert shown[0]["masked_text"] == "##中间##"


async def test_surrogates_and_nul_never_fail(world: World) -> None:
    body = rb'{"texts":["a\ud800b",{"text":"\u0000","id":"\udfff"}]}'
    shown = await results(world, body)
    assert shown[0]["masked_text"] == "a\ufffdb"
    assert shown[1]["masked_text"] == "\x00"
    assert shown[1]["id"] == "\ufffd"


async def test_a_long_text_is_checked(world: World) -> None:
    text = "好" * 99_000 + "办证刻章"
    shown = await results(world, {"text": text})
    assert shown[0]["findings"][0]["start"] == 99_000


async def test_a_big_batch_lets_others_in(world: World) -> None:
    body = {"texts": ["今天天气真好，我们去公园走走吧"] * 1000}
    assert len(await results(world, body)) == 1000


# --- who may call


def basic(appid: str, secret: str) -> dict[str, str]:
    pair = base64.b64encode(f"{appid}:{secret}".encode()).decode()
    return {"authorization": f"Basic {pair}"}


async def test_basic_is_believed_for_a_moment(world: World) -> None:
    for _ in range(3):
        answer = await world.native({"text": "好"}, basic(APPID, SECRET))
        assert answer.status_code == 200
    assert world.access.verified == 1
    world.now[0] += auth.BASIC_SECONDS
    await world.native({"text": "好"}, basic(APPID, SECRET))
    assert world.access.verified == 2


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"authorization": ""}, "unauthorized"),
        ({"authorization": "Digest x"}, "unauthorized"),
        ({"authorization": "Bearer nonsense"}, "unauthorized"),
        ({"authorization": "Bearer"}, "unauthorized"),
        ({"authorization": f"Bearer {EXPIRED}"}, "token-expired"),
        ({"authorization": "Basic ?"}, "unauthorized"),
        ({"authorization": "Basic /////w=="}, "unauthorized"),
        (basic(APPID, "wrong"), "unauthorized"),
        (basic("unknown", SECRET), "unauthorized"),
        (basic(APPID, ""), "unauthorized"),
    ],
)
async def test_strangers_get_401(
    world: World, headers: dict[str, str], kind: str
) -> None:
    answer = await world.native({"text": "好"}, headers)
    assert problem(answer, 401)["type"] == f"urn:seccheck:problem:{kind}"
    assert "Bearer" in answer.headers["www-authenticate"]
    assert "Basic" in answer.headers["www-authenticate"]


async def test_disabled_apps_get_403(world: World) -> None:
    for headers in ({"authorization": f"Bearer {DISABLED}"}, basic(OTHER, SECRET)):
        problem(await world.native({"text": "好"}, headers), 403)


async def test_wrong_secrets_are_throttled(world: World) -> None:
    answer = await world.native({"text": "好"}, basic(APPID, "throttle"))
    problem(answer, 429)
    assert answer.headers["retry-after"] == "30"


# --- what is refused


async def test_every_wrong_field_is_named(world: World) -> None:
    body = {
        "texts": ["好", 7, {"text": "好", "scene": "nowhere", "x": 1}, {}],
        "explain": "yes",
        "mask": "**",
        "user_id": 7,
        "scene": [],
        "unknown": 1,
    }
    shown = problem(await world.native(body), 422)
    pointers = {error["pointer"] for error in shown["errors"]}
    assert pointers == {
        "",
        "/scene",
        "/explain",
        "/mask",
        "/user_id",
        "/texts/1",
        "/texts/2",
        "/texts/2/scene",
        "/texts/3/text",
    }


@pytest.mark.parametrize(
    "body",
    [
        [],
        "text",
        b"null",
        {},
        {"text": None},
        {"text": "a", "texts": ["a"]},
        {"texts": []},
        {"texts": "a"},
        {"texts": ["a"] * 1001},
        {"texts": ["a"], "id": "x"},
        {"text": "a" * 100_001},
        {"texts": ["a" * 100_001]},
        {"text": "a", "id": "x" * 129},
        {"text": "a", "scene": 6},
        {"text": "a", "scene": True},
        {"text": "a", "lang": "x" * 36},
    ],
)
async def test_invalid_requests_are_422(world: World, body: Any) -> None:
    shown = problem(await world.native(body), 422)
    assert shown["errors"]


async def test_no_more_than_20_errors_are_listed(world: World) -> None:
    shown = problem(await world.native({"texts": [7] * 1000}), 422)
    assert len(shown["errors"]) == 20


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe{}", b"[" * 100_000, '{"text":"办"}'.encode("gbk")]
)
async def test_broken_json_is_400(world: World, body: bytes) -> None:
    problem(await world.native(body), 400)


async def test_body_limit_is_413() -> None:
    world = make_world(v1_max_body=500)
    answer = await world.native({"text": "好" * 500})
    problem(answer, 413)


async def test_quota_is_429(world: World) -> None:
    world.quotas.full = Window.MINUTE
    answer = await world.native({"text": "好"})
    problem(answer, 429)
    assert answer.headers["retry-after"] == "18"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
async def test_other_methods_are_405(world: World, method: str) -> None:
    answer = await world.client.request(method, "/v1/texts:check")
    problem(answer, 405)
    assert answer.headers["allow"] == "POST"


async def test_not_ready_is_503() -> None:
    world = make_world(checker=Checker())
    answer = await world.native({"text": "好"})
    problem(answer, 503)
    assert answer.headers["retry-after"] == "1"


@pytest.mark.parametrize("headers", [{}, basic(APPID, SECRET)])
async def test_without_the_database_it_is_503(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    written: io.StringIO,
    headers: dict[str, str],
) -> None:
    async def refused(*_: str) -> App:
        raise ConnectionRefusedError(111, "secret-address")

    monkeypatch.setattr(world.access, "resolve", refused)
    monkeypatch.setattr(world.access, "verify_secret", refused)
    world.access.tokens.clear()
    answer = await world.native({"text": "好"}, headers)
    shown = problem(answer, 503)
    assert shown["type"] == "urn:seccheck:problem:unavailable"
    assert int(answer.headers["retry-after"]) >= 1
    assert shown["trace_id"] in written.getvalue()
    assert "secret-address" not in answer.text + written.getvalue()


async def test_one_request_is_judged_by_one_version() -> None:
    later = compile_snapshot((Entry("天气很好", Label.ADS),), version="8")

    class Published(Checker):
        """Another version comes into service after the first text."""

        def check(self, *args: Any, **kwargs: Any) -> TextResult:
            result = super().check(*args, **kwargs)
            shared.install(later)
            return result

    shared = Published(compile_snapshot(ENTRIES, version="7"))
    world = make_world(checker=shared)
    body = {"texts": [RISKY, "天气很好", RISKY, *["天气很好"] * 100]}
    first = (await world.native(body)).json()
    said = [result["suggest"] for result in first["results"]]
    assert said == ["risky", "pass", "risky", *["pass"] * 100]
    assert first["lexicon_version"] == "7"
    second = (await world.native(body)).json()
    said = [result["suggest"] for result in second["results"]]
    assert said == ["pass", "risky", "pass", *["risky"] * 100]
    assert second["lexicon_version"] == "8"


async def test_our_own_failure_is_500_and_says_nothing(
    written: io.StringIO,
) -> None:
    class Fails(Checker):
        def check(self, text: str, **_kwargs: Any) -> TextResult:
            raise ValueError(text)

    world = make_world(checker=Fails())
    world.rooms.checker.ready = True
    shown = problem(await world.native({"text": "never-log-this"}), 500)
    assert "never-log-this" not in json.dumps(shown) + written.getvalue()


async def test_user_text_is_never_repeated_in_problems(world: World) -> None:
    answer = await world.native({"text": "好", "never-say-this": 1})
    problem(answer, 422)
    assert "never-say-this" not in answer.text
