"""Statistics of words over the admin API, on real counts."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.access import Scope
from app.store import Database
from tests.api.vitals_world import World, make_world
from tests.vitals.helpers import DAY, key, publish, watch

WORD = ("own", "刷单返利")


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    made = make_world(database, tmp_path)
    yield made
    await made.close()


async def test_what_words_did(world: World) -> None:
    await publish(world.database, world.clock, "刷单返利", "诚招刷单返利", "没用过")
    watch(world.vitals, WORD, hits=7, texts=100, users=["a", "b", "c"])
    await world.vitals.flush()
    answer = await world.client().get("/stats/terms")
    assert answer.status_code == 200, answer.text
    first, *others = answer.json()["items"]
    assert first == {
        "key": key("刷单返利").hex(),
        "list": "own",
        "term": "刷单返利",
        "hits": 7,
        "users": 3,
        "share_overturned": None,
        "last_hit": "2026-11-18T12:00:00Z",
        "dead": False,
        "covered_by": None,
    }
    assert {item["term"]: item["covered_by"] for item in others} == {
        "诚招刷单返利": "刷单返利",
        "没用过": None,
    }
    assert answer.json()["next"] is None


async def test_pages_orders_and_lists(world: World) -> None:
    await publish(world.database, world.clock, "one", "two", "three")
    await publish(world.database, world.clock, "four", list_name="second")
    for hits, word in enumerate(("three", "two", "one"), start=1):
        watch(world.vitals, ("own", word), hits=hits, texts=9, users=["x"])
    await world.vitals.flush()
    client = world.client()

    async def ask(**query: str | int) -> tuple[list[str], str | None]:
        answer = await client.get("/stats/terms", params=query)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        return [item["term"] for item in page["items"]], page["next"]

    assert await ask(limit=3) == (["one", "two", "three"], "3")
    assert await ask(limit=3, after=3) == (["four"], None)
    assert await ask(limit=4) == (["one", "two", "three", "four"], None)
    assert await ask(list="second") == (["four"], None)
    assert await ask(list="no-such-list") == ([], None)
    assert (await ask(order="dead"))[0][0] == "four"
    assert (await ask(order="users", limit=1))[1] == "1"
    world.clock.forward(3 * DAY)
    client_page = await client.get("/stats/terms", params={"days": 2})
    assert [item["hits"] for item in client_page.json()["items"]] == [0, 0, 0, 0]
    assert all(item["dead"] for item in client_page.json()["items"])


@pytest.mark.parametrize(
    "query",
    [
        {"order": "best"}, {"days": 0}, {"days": 401}, {"limit": 0}, {"limit": 1001},
        {"after": -1}, {"after": 10**20}, {"after": "x"}, {"list": "a b"},
        {"list": "x" * 65}, {"order": "\0"},
    ],
)  # fmt: skip
async def test_bad_queries(world: World, query: dict[str, str | int]) -> None:
    answer = await world.client().get("/stats/terms", params=query)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("order", ["hits", "users", "last_hit", "dead", "overturned"])
async def test_the_furthest_page_is_empty_and_no_error(
    world: World, order: str
) -> None:
    await publish(world.database, world.clock, "word")
    query = {"order": order, "after": "1000000", "limit": "1000", "days": "400"}
    answer = await world.client().get("/stats/terms", params=query)
    assert (answer.status_code, answer.json()) == (200, {"items": [], "next": None})


async def test_moderators_feed_their_decisions_back(world: World) -> None:
    await publish(world.database, world.clock, "刷单返利")
    client = world.client()
    path = f"/terms/{key('刷单返利').hex()}/decisions"
    for overturned in (True, False, False, False):
        answer = await client.post(path, json={"overturned": overturned})
        assert (answer.status_code, answer.content) == (204, b"")
    (stat,) = (await client.get("/stats/terms")).json()["items"]
    assert stat["share_overturned"] == 0.25
    entries = await world.audit()
    target = key("刷单返利").hex()
    assert entries[-1] == ("term.decision", target, 204, {"overturned": True})
    assert len(entries) == 4


async def test_decisions_on_unknown_words(world: World) -> None:
    client = world.client()
    answer = await client.post(
        f"/terms/{'0' * 32}/decisions", json={"overturned": True}
    )
    assert answer.status_code == 404
    assert answer.json()["detail"] == "No live word has this key."
    assert [entry[2] for entry in await world.audit()] == [404]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("0" * 32, {}),
        ("0" * 32, {"overturned": "yes"}),
        ("0" * 32, {"overturned": 1}),
        ("0" * 32, {"overturned": True, "text": "who said what"}),
        ("0" * 31, {"overturned": True}),
        ("z" * 32, {"overturned": True}),
    ],
)
async def test_bad_decisions(world: World, path: str, body: dict[str, Any]) -> None:
    answer = await world.client().post(f"/terms/{path}/decisions", json=body)
    assert answer.status_code == 422
    assert "who said what" not in str(await world.audit())


async def test_reading_and_deciding_need_their_scopes(world: World) -> None:
    await publish(world.database, world.clock, "刷单返利")
    path = f"/terms/{key('刷单返利').hex()}/decisions"
    reader = world.client(Scope.WORDS_READ)
    assert (await reader.get("/stats/terms")).status_code == 200
    assert (await reader.post(path, json={"overturned": True})).status_code == 403
    writer = world.client(Scope.WORDS_WRITE)
    assert (await writer.get("/stats/terms")).status_code == 403
    assert (await writer.post(path, json={"overturned": True})).status_code == 204
