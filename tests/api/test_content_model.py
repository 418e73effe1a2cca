"""Both APIs with a content model that answers."""

import pytest

from app.access import AppSettings
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from tests.api.fakes import ENTRIES, World, make_world
from tests.api.wechat_helpers import GAME, PATH, RISKY, v2
from tests.text.model.helpers import model

HARM = "上分百家乐上分百家乐"
CLEAN = "今天天气好"


@pytest.fixture
def modelled() -> World:
    return _world(AppSettings())


def _world(app: AppSettings) -> World:
    checker = Checker(compile_snapshot(ENTRIES, version="7"), model())
    return make_world(app, checker=checker)


async def test_a_clean_text_passes_with_the_models_probability(
    modelled: World,
) -> None:
    shown = await modelled.post(PATH, v2(CLEAN))
    element, keyword = shown["detail"]
    prob = element.pop("prob")
    assert element == {
        "strategy": "content_model",
        "errcode": 0,
        "suggest": "pass",
        "label": 100,
    }
    assert prob == model().judge(CLEAN).clean
    assert keyword == {"strategy": "keyword", "errcode": 0}
    assert shown["result"] == {"suggest": "pass", "label": 100}


async def test_what_the_model_reports_is_for_review(modelled: World) -> None:
    shown = await modelled.post(PATH, v2(HARM))
    element, keyword = shown["detail"]
    assert (element["suggest"], element["label"]) == ("review", 20006)
    assert element["prob"] == model().judge(HARM).prob
    assert keyword == {"strategy": "keyword", "errcode": 0}
    assert shown["result"] == {"suggest": "review", "label": 20006}


async def test_a_word_stands_beside_the_models_pass(modelled: World) -> None:
    shown = await modelled.post(PATH, v2(RISKY))
    element, word = shown["detail"]
    assert (element["errcode"], element["suggest"]) == (0, "pass")
    assert word["keyword"]
    assert shown["result"]["suggest"] == "risky"


async def test_the_worst_part_of_a_request_decides_on_the_probability(
    modelled: World,
) -> None:
    shown = await modelled.post(PATH, v2(CLEAN, title="上"))
    expected = min(model().judge(text).clean for text in (CLEAN, "上"))
    assert shown["detail"][0]["prob"] == expected


async def test_a_fixed_probability_wins() -> None:
    world = _world(AppSettings(fixed_prob=90))
    shown = await world.post(PATH, v2(CLEAN))
    assert shown["detail"][0]["prob"] == 90


async def test_the_game_check_masks_all_of_what_the_model_reports(
    modelled: World,
) -> None:
    shown = await modelled.post(GAME, v2(HARM, scene=1))
    passed = await modelled.post(GAME, v2(CLEAN))
    assert shown["result"]["replaced_content"] == "*" * len(HARM)
    assert shown["detail"][0]["strategy"] == "minigame_content_model"
    assert passed["result"]["replaced_content"] == CLEAN
    assert passed["detail"][0]["suggest"] == "pass"


async def test_a_batch_finds_what_single_texts_get(modelled: World) -> None:
    texts = [CLEAN, HARM, RISKY, "明月几时有", CLEAN]
    together = (await modelled.native({"texts": texts})).json()
    alone = [(await modelled.native({"text": text})).json() for text in texts]
    assert together["model_version"] == model().version
    for one, other in zip(together["results"], alone, strict=True):
        assert one["suggest"] == other["results"][0]["suggest"]
        assert one["findings"] == other["results"][0]["findings"]
    assert [one["suggest"] for one in together["results"]] == [
        "pass",
        "review",
        "risky",
        "pass",
        "pass",
    ]


async def test_an_explanation_shows_the_ngrams(modelled: World) -> None:
    answer = (await modelled.native({"text": HARM, "explain": True})).json()
    said = answer["results"][0]["explanation"]["model"]
    assert said["harm"] == "gambling"
    assert said["version"] == answer["model_version"]
    gram = said["grams"][0]
    assert HARM[gram["start"] : gram["end"]] == gram["text"]


async def test_without_a_model_its_element_says_so(world: World) -> None:
    shown = await world.post(PATH, v2(HARM))
    assert shown["detail"][0] == {"strategy": "content_model", "errcode": -1}
    answer = await world.native({"text": HARM, "explain": True})
    assert answer.json()["model_version"] is None
    assert "model" not in answer.json()["results"][0]["explanation"]
