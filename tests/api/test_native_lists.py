"""`lists` of `POST /v1/texts:check`, and lists that concern some texts only."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.domain.entry import Entry
from app.domain.labels import Label
from app.domain.lists import ListScope
from app.domain.scenes import Scene
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from tests.api.fakes import APPID, World, make_world

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
SCOPES = (
    ListScope("theirs", apps=frozenset({"wx-somebody-else"})),
    ListScope("ours", apps=frozenset({APPID, "wx-somebody-else"})),
    ListScope("chats", scenes=frozenset({Scene.CHAT})),
    ListScope("over", expires=NOW - DAY),
    ListScope("later", starts=NOW + DAY),
    ListScope("now", starts=NOW - DAY, expires=NOW + DAY),
    ListScope("off", enabled=False),
)
WORDS = {
    "all": "办证刻章",
    "ads": "清仓甩卖",
    "theirs": "别家禁词",
    "ours": "本家禁词",
    "chats": "聊天禁词",
    "over": "过期禁词",
    "later": "未来禁词",
    "now": "当下禁词",
    "off": "停用禁词",
}
ENTRIES = [
    *(Entry(term, Label.ADS, 90, list_name=name) for name, term in WORDS.items()),
    Entry("办证刻章馆", None, list_name="saved"),
]
EVERYTHING = "，".join(WORDS.values())


@pytest.fixture
def world() -> World:
    return make_world(checker=Checker(compile_snapshot(ENTRIES, scopes=SCOPES)))


async def hits(world: World, text: str, **options: Any) -> set[str]:
    """The words that were found."""
    body = {"texts": [text], **options}
    answer = await world.native(body)
    assert answer.status_code == 200, answer.text
    (result,) = answer.json()["results"]
    return {finding["term"] for finding in result["findings"]}


def words(*names: str) -> set[str]:
    return {WORDS[name] for name in names}


async def test_by_default_every_list_counts_that_concerns_the_text(
    world: World,
) -> None:
    async with world.client:
        found = await hits(world, EVERYTHING, scene="comment")
        assert found == words("all", "ads", "ours", "now")
        found = await hits(world, EVERYTHING, scene="chat")
        assert found == words("all", "ads", "ours", "now", "chats")


async def test_a_request_may_choose_its_lists(world: World) -> None:
    async with world.client:
        assert await hits(world, EVERYTHING, lists=["ads"]) == words("ads")
        assert await hits(world, EVERYTHING, lists=["ads", "now"]) == words(
            "ads", "now"
        )
        assert await hits(world, EVERYTHING, lists=[]) == set()
        # A choice never widens what concerns the app.
        chosen = ["theirs", "over", "later", "off", "chats"]
        assert await hits(world, EVERYTHING, lists=chosen, scene="forum") == set()


async def test_a_choice_holds_for_every_text_of_a_long_batch(world: World) -> None:
    texts = [EVERYTHING, "今天天气不错"] * 40
    async with world.client:
        answer = await world.native({"texts": texts, "lists": ["ads"]})
    found = [
        {finding["term"] for finding in result["findings"]}
        for result in answer.json()["results"]
    ]
    assert found == [words("ads"), set()] * 40


async def test_exempt_phrases_count_whatever_is_chosen(world: World) -> None:
    async with world.client:
        assert await hits(world, "这家办证刻章馆", lists=["all"]) == set()
        assert await hits(world, "这家办证刻章店", lists=["all"]) == words("all")


@pytest.mark.parametrize(
    ("lists", "pointer"),
    [
        (["ads", "adz"], "/lists/1"),
        (["ads", 7], "/lists/1"),
        ("ads", "/lists"),
        ([f"list{number}" for number in range(101)], "/lists"),
    ],
)
async def test_an_unknown_list_is_a_mistake_not_a_clean_text(
    world: World, lists: Any, pointer: str
) -> None:
    async with world.client:
        answer = await world.native({"text": EVERYTHING, "lists": lists})
    assert answer.status_code == 422
    assert [item["pointer"] for item in answer.json()["errors"]] == [pointer]
    assert "adz" not in answer.text
