"""`/wxa/msg_sec_check` and the mini-game check, by the contract's sections 2 and 8."""

import io
import json
import re
from typing import Any

import pytest

from app.access import AppSettings, Window
from app.domain.entry import Entry
from app.domain.finding import Finding, Strategy, Suggest
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.text.checker import Checker
from app.text.result import TextResult
from app.text.snapshot import compile_snapshot
from tests.api.fakes import DISABLED, EXPIRED, TOKEN, World, make_world

PATH = "/wxa/msg_sec_check"
GAME = "/wxa/game/content_spam/msg_sec_check"
RISKY = "专业办证刻章"
REVIEW = "你这傻瓜"
RID = re.compile(r" rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$")
MODEL = {"strategy": "content_model", "errcode": -1}
ACCEPTANCE = (
    "特3456书yuuo莞6543李zxcz蒜7782法fgnv级",
    "完2347全dfji试3726测asad感3847知qwez到",
)


def v2(content: Any, **fields: Any) -> dict[str, Any]:
    return {"version": 2, "scene": 2, "openid": "o1", "content": content, **fields}


def code_of(shown: dict[str, Any]) -> int:
    """Check the shape of an error and return its code."""
    assert set(shown) == {"errcode", "errmsg"}
    assert type(shown["errcode"]) is int
    assert RID.search(shown["errmsg"])
    return int(shown["errcode"])


# --- version 2


async def test_clean_text_passes(world: World) -> None:
    shown = await world.post(PATH, v2("今天天气真好"))
    trace_id = shown.pop("trace_id")
    assert RID.search(f" rid: {trace_id}")
    assert shown == {
        "errcode": 0,
        "errmsg": "ok",
        "result": {"suggest": "pass", "label": 100},
        "detail": [MODEL, {"strategy": "keyword", "errcode": 0}],
    }


async def test_hit_is_named_with_its_level(world: World) -> None:
    shown = await world.post(PATH, v2("专业办·证·刻章，办证刻章"))
    assert (shown["errcode"], shown["errmsg"]) == (0, "ok")
    assert shown["result"] == {"suggest": "risky", "label": 20006}
    word = {
        "strategy": "keyword",
        "errcode": 0,
        "suggest": "risky",
        "label": 20006,
        "level": 90,
        "keyword": "办证刻章",
    }
    assert shown["detail"] == [MODEL, word]  # one element per word, not per hit


async def test_every_word_has_an_element_and_the_worst_decides(world: World) -> None:
    shown = await world.post(PATH, v2("傻瓜，便宜货，办证刻章"))
    words = [(d["keyword"], d["suggest"]) for d in shown["detail"][1:]]
    assert sorted(words) == [
        ("便宜货", "pass"),
        ("傻瓜", "review"),
        ("办证刻章", "risky"),
    ]
    assert shown["result"] == {"suggest": "risky", "label": 20006}


async def test_weak_words_are_listed_but_pass(world: World) -> None:
    shown = await world.post(PATH, v2("便宜货"))
    assert shown["result"] == {"suggest": "pass", "label": 100}
    assert shown["detail"][1]["level"] == 20


@pytest.mark.parametrize("field", ["title", "nickname"])
async def test_title_and_nickname_are_checked(world: World, field: str) -> None:
    shown = await world.post(PATH, v2("好", **{field: RISKY}))
    assert shown["result"]["suggest"] == "risky"


@pytest.mark.parametrize(("scene", "suggest"), [(1, "risky"), (2, "pass")])
async def test_signature_counts_in_scene_1_only(
    world: World, scene: int, suggest: str
) -> None:
    shown = await world.post(PATH, v2("好", scene=scene, signature=RISKY))
    assert shown["result"]["suggest"] == suggest


async def test_scene_decides(world: World) -> None:
    comment = await world.post(PATH, v2("铁算盘"))
    profile = await world.post(PATH, v2("铁算盘", scene=1))
    nickname = await world.post(PATH, v2("好", nickname="铁算盘"))
    said = [s["result"]["suggest"] for s in (comment, profile, nickname)]
    assert said == ["pass", "risky", "risky"]


@pytest.mark.parametrize("text", ACCEPTANCE)
async def test_acceptance_strings_hit_in_v1_and_pass_in_v2(
    world: World, text: str
) -> None:
    assert code_of(await world.post(PATH, {"content": text})) == 87014
    shown = await world.post(PATH, v2(text))
    assert shown["result"] == {"suggest": "pass", "label": 100}


@pytest.mark.parametrize(
    "text", ["前面abc特q书w莞李1蒜法级后面", "完全试a测b感9知到", "特书莞李蒜法级"]
)
async def test_acceptance_terms_are_found_inside_other_noise(
    world: World, text: str
) -> None:
    assert code_of(await world.post(PATH, {"content": text})) == 87014


async def test_texts_near_the_acceptance_strings_pass(world: World) -> None:
    for text in ("完全没有感知到", "特级", "莞李蒜法级"):
        assert await world.post(PATH, {"content": text}) == {
            "errcode": 0,
            "errmsg": "ok",
        }


# --- version 1


async def test_v1_knows_ok_and_87014_only(world: World) -> None:
    assert await world.post(PATH, {"content": "好"}) == {"errcode": 0, "errmsg": "ok"}
    shown = await world.post(PATH, {"content": RISKY})
    assert code_of(shown) == 87014
    assert shown["errmsg"].startswith("risky content rid: ")


@pytest.mark.parametrize(("said", "code"), [("pass", 0), ("risky", 87014)])
async def test_v1_review_is_the_apps_choice(said: Any, code: int) -> None:
    world = make_world(AppSettings(v1_review_as=said))
    shown = await world.post(PATH, {"content": REVIEW})
    assert shown["errcode"] == code


async def test_v1_takes_500_kb_and_not_more(world: World) -> None:
    fits, long = "好" * (500 * 1024 // 3), "好" * (500 * 1024 // 3 + 1)
    body = json.dumps({"content": fits}, ensure_ascii=False).encode()
    assert (await world.post(PATH, body))["errcode"] == 0
    body = json.dumps({"content": long}, ensure_ascii=False).encode()
    assert code_of(await world.post(PATH, body)) == 45002


# --- leniency (section 1.3)


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


# --- settings of the app


@pytest.mark.parametrize(
    ("review_as", "result"),
    [
        ("review", {"suggest": "review", "label": 20003}),
        ("pass", {"suggest": "pass", "label": 100}),
        ("risky", {"suggest": "risky", "label": 20003}),
    ],
)
async def test_review_can_be_mapped(review_as: Any, result: dict[str, Any]) -> None:
    world = make_world(AppSettings(review_as=review_as))
    shown = await world.post(PATH, v2(REVIEW))
    assert shown["result"] == result
    assert shown["detail"][1]["suggest"] == review_as


async def test_level_can_be_left_out() -> None:
    world = make_world(AppSettings(send_level=False))
    shown = await world.post(PATH, v2(RISKY))
    assert "level" not in shown["detail"][1]


async def test_default_scene_of_the_app_is_used() -> None:
    world = make_world(AppSettings(default_scene=Scene.PROFILE))
    shown = await world.post(PATH, {"version": 2, "content": "铁算盘"})
    assert shown["result"]["suggest"] == "risky"


# --- what the engine may say


class _Says(Checker):
    """A checker with a fixed answer."""

    def __init__(self, result: TextResult) -> None:
        super().__init__(compile_snapshot((), version="1"))
        self._result = result

    def check(self, *_args: Any, **_kwargs: Any) -> TextResult:
        return self._result


class _Fails(Checker):
    def __init__(self) -> None:
        super().__init__(compile_snapshot((), version="1"))

    def check(self, text: str, **_kwargs: Any) -> TextResult:
        raise ValueError(text)


async def test_a_cut_short_check_is_at_least_review() -> None:
    world = make_world(checker=_Says(TextResult(masked="x", truncated=True)))
    shown = await world.post(PATH, v2("x"))
    assert shown["result"] == {"suggest": "review", "label": 21000}


@pytest.mark.parametrize("path", [PATH, GAME])
async def test_a_cut_short_check_is_never_mapped_to_pass(path: str) -> None:
    checker = _Says(TextResult(masked="x", truncated=True))
    world = make_world(AppSettings(review_as="pass"), checker=checker)
    shown = await world.post(path, v2("x"))
    assert shown["result"]["suggest"] == "risky"
    first = await world.post(PATH, {"content": "x"})
    assert first["errcode"] == 87014


async def test_a_content_model_replaces_the_empty_element() -> None:
    said = Finding(Strategy.CONTENT_MODEL, Label.ABUSE, Suggest.REVIEW, prob=73)
    checker = _Says(TextResult(findings=(said,), masked="x"))
    element = {
        "strategy": "content_model",
        "errcode": 0,
        "suggest": "review",
        "label": 20003,
        "prob": 73,
    }
    shown = await make_world(checker=checker).post(PATH, v2("x"))
    assert shown["detail"] == [element, {"strategy": "keyword", "errcode": 0}]
    strict = make_world(AppSettings(strict=True), checker=checker)
    shown = await strict.post(PATH, v2("x"))
    assert shown["detail"][0]["prob"] == 90


async def test_our_own_failure_is_minus_1_and_not_quoted(
    written: io.StringIO,
) -> None:
    world = make_world(checker=_Fails())
    shown = await world.post(PATH, v2("never-log-this"))
    assert code_of(shown) == -1
    assert shown["errmsg"].startswith("system error rid: ")
    assert "request_failed" in written.getvalue()
    assert "never-log-this" not in written.getvalue()


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


# --- the mini-game check


async def test_game_masks_words(world: World) -> None:
    shown = await world.post(GAME, v2("专业办证刻章快", scene=5))
    assert shown["result"] == {
        "suggest": "risky",
        "label": 20006,
        "replaced_content": "专业****快",
    }
    strategies = [element["strategy"] for element in shown["detail"]]
    assert strategies == ["minigame_content_model", "keyword"]


async def test_game_returns_the_original_on_pass(world: World) -> None:
    for text in ("好", "便宜货"):
        shown = await world.post(GAME, v2(text, scene=5))
        assert shown["result"]["replaced_content"] == text


async def test_game_masks_everything_when_only_the_model_hits() -> None:
    said = Finding(Strategy.CONTENT_MODEL, Label.ABUSE, Suggest.REVIEW, prob=73)
    world = make_world(checker=_Says(TextResult(findings=(said,), masked="坏人")))
    shown = await world.post(GAME, v2("坏人"))
    assert shown["result"]["replaced_content"] == "**"


async def test_game_echoes_lone_surrogates_as_replacement(world: World) -> None:
    body = rb'{"content":"a\ud800b"}'
    shown = await world.post(GAME, body)
    assert shown["result"]["replaced_content"] == "a\ufffdb"


async def test_game_has_no_version_1(world: World) -> None:
    assert code_of(await world.post(GAME, {"version": 1, "content": "x"})) == 47001
    assert code_of(await world.post(GAME, v2("x", scene=6))) == 40129


async def test_rules_of_the_list_are_reported_as_keywords() -> None:
    rule = Entry("办证&加微", Label.ADS, 80)
    checker = Checker(compile_snapshot((rule,), version="1"))
    shown = await make_world(checker=checker).post(PATH, v2("办证找我，加微详谈"))
    assert shown["detail"][1]["keyword"] == "办证&加微"
    assert shown["detail"][1]["strategy"] == "keyword"
