"""`/wxa/game/content_spam/msg_sec_check`: the contract's section 8."""

from app.domain.finding import Finding, Strategy, Suggest
from app.domain.labels import Label
from app.text.result import TextResult
from tests.api.fakes import World, make_world
from tests.api.wechat_helpers import GAME, Says, code_of, v2


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
    world = make_world(checker=Says(TextResult(findings=(said,), masked="坏人")))
    shown = await world.post(GAME, v2("坏人"))
    assert shown["result"]["replaced_content"] == "**"


async def test_game_echoes_lone_surrogates_as_replacement(world: World) -> None:
    body = rb'{"content":"a\ud800b"}'
    shown = await world.post(GAME, body)
    assert shown["result"]["replaced_content"] == "a\ufffdb"


async def test_game_has_no_version_1(world: World) -> None:
    assert code_of(await world.post(GAME, {"version": 1, "content": "x"})) == 47001
    assert code_of(await world.post(GAME, v2("x", scene=6))) == 40129
