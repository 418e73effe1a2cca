"""`/wxa/msg_sec_check`: verdicts, by the contract's section 2."""

import io
import json
from typing import Any

import pytest

from app.access import AppSettings
from app.domain.entry import Entry
from app.domain.finding import Finding, Strategy, Suggest
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from app.text.result import TextResult
from tests.api.fakes import World, make_world
from tests.api.wechat_helpers import (
    GAME,
    MODEL,
    PATH,
    REVIEW,
    RID,
    RISKY,
    Says,
    code_of,
    v2,
)

ACCEPTANCE = (
    "特3456书yuuo莞6543李zxcz蒜7782法fgnv级",
    "完2347全dfji试3726测asad感3847知qwez到",
)


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


async def test_rules_of_the_list_are_reported_as_keywords() -> None:
    rule = Entry("办证&加微", Label.ADS, 80)
    checker = Checker(compile_snapshot((rule,), version="1"))
    shown = await make_world(checker=checker).post(PATH, v2("办证找我，加微详谈"))
    assert shown["detail"][1]["keyword"] == "办证&加微"
    assert shown["detail"][1]["strategy"] == "keyword"


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


class _Fails(Checker):
    def __init__(self) -> None:
        super().__init__(compile_snapshot((), version="1"))

    def check(self, text: str, **_kwargs: Any) -> TextResult:
        raise ValueError(text)


async def test_a_cut_short_check_is_at_least_review() -> None:
    world = make_world(checker=Says(TextResult(masked="x", truncated=True)))
    shown = await world.post(PATH, v2("x"))
    assert shown["result"] == {"suggest": "review", "label": 21000}


@pytest.mark.parametrize("path", [PATH, GAME])
async def test_a_cut_short_check_is_never_mapped_to_pass(path: str) -> None:
    checker = Says(TextResult(masked="x", truncated=True))
    world = make_world(AppSettings(review_as="pass"), checker=checker)
    shown = await world.post(path, v2("x"))
    assert shown["result"]["suggest"] == "risky"
    first = await world.post(PATH, {"content": "x"})
    assert first["errcode"] == 87014


async def test_a_content_model_replaces_the_empty_element() -> None:
    said = Finding(Strategy.CONTENT_MODEL, Label.ABUSE, Suggest.REVIEW, prob=73)
    checker = Says(TextResult(findings=(said,), masked="x"))
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
