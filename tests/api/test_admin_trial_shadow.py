"""Shadows and samples over the admin API."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.access import Scope
from app.lexicon.errors import FourEyesError
from app.store import Database
from tests.api.trial_world import World, make_world
from tests.trial.helpers import draft, observed, until

DRAFT = {"candidate": "draft:3@7"}


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    made = make_world(database, tmp_path)
    yield made
    await made.close()


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


async def test_from_start_to_promotion(world: World) -> None:
    client = world.client()
    assert (await client.get("/shadow")).json() is None
    wanted = DRAFT | {"share": 0.5, "scenes": ["comment", "chat"]}
    begun = await client.put("/shadow", json=wanted)
    assert begun.status_code == 201, begun.text
    shown = begun.json()
    assert shown == (await client.get("/shadow")).json()
    assert (shown["state"], shown["base"], shown["share"]) == ("running", 1, 0.5)
    assert shown["scenes"] == ["comment", "chat"]
    assert (shown["texts"], shown["flipped"], shown["flips"]) == (0, 0, [])
    assert refusal(await client.put("/shadow", json=DRAFT)) == (409, "conflict")
    made = await client.post("/shadow/promote", json={"why": "all right"})
    assert made.status_code == 201, made.text
    assert (made.json()["number"], made.json()["live"]) == (2, True)
    assert world.lexicon.published == ["draft:3@7 alice#3 all right False"]
    over = (await client.get("/shadow")).json()
    assert (over["state"], over["ended_by"]) == ("promoted", "alice#3")
    assert over["reason"] == "promoted as version 2"
    promoted, refused, started = await world.audited()
    assert promoted == (
        "shadow.promote",
        "shadow",
        201,
        {"why": "all right", "force": False, "version": 2},
    )
    assert refused[:3] == ("shadow.start", "draft:3@7", 409)
    assert started == (
        "shadow.start",
        "draft:3@7",
        201,
        {"share": 0.5, "scenes": ["chat", "comment"], "shadow": shown["id"]},
    )


async def test_its_differences(world: World) -> None:
    client, watch = world.client(), world.desk.trial.watch
    assert refusal(await client.get("/shadow/terms")) == (404, "not-found")
    await client.put("/shadow", json=DRAFT)
    await watch.poll()
    await watch.loaded()
    for text in ("诚招刷单兼职", "刷单兼职日结", "今天天气很好"):
        watch.saw(observed(text))

    async def compared() -> bool:
        return watch.figures().compared == 3

    await until(compared)
    await watch.flush()
    found = (await client.get("/shadow")).json()
    assert (found["texts"], found["flipped"], found["dropped"]) == (3, 2, 0)
    flip = {"scene": "comment", "before": "pass", "after": "risky", "count": 2}
    assert found["flips"] == [flip]
    page = (await client.get("/shadow/terms")).json()
    word = {"list": "own", "term": "刷单兼职", "kind": "caused"}
    assert page == {"items": [flip | word], "next": None}
    done = await client.delete("/shadow", params={"reason": "seen enough"})
    assert (done.json()["state"], done.json()["reason"]) == ("stopped", "seen enough")
    # Its counts stay.
    assert (await client.get("/shadow/terms")).json() == page
    assert refusal(await client.delete("/shadow")) == (404, "not-found")


async def test_words_come_page_by_page(world: World) -> None:
    client, watch = world.client(), world.desk.trial.watch
    await client.put("/shadow", json=DRAFT)
    await watch.poll()
    await watch.loaded()
    for text in ("诚招刷单兼职", "刷单兼职", "这里代开发票"):
        watch.saw(observed(text))

    async def compared() -> bool:
        return watch.figures().compared == 3

    await until(compared)
    await watch.flush()
    first = (await client.get("/shadow/terms", params={"limit": 1})).json()
    assert (first["items"][0]["term"], first["next"]) == ("刷单兼职", "1")
    rest = {"limit": 1, "after": first["next"]}
    second = (await client.get("/shadow/terms", params=rest)).json()
    assert (second["items"][0]["term"], second["next"]) == ("代开发票", None)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (422, "invalid-request")),
        ({"candidate": "draft:3"}, (422, "invalid-request")),
        ({"candidate": "version:x"}, (422, "invalid-request")),
        ({"candidate": "draft:3@6"}, (412, "stale")),
        ({"candidate": "draft:9@1"}, (404, "not-found")),
        (DRAFT | {"share": 0}, (422, "invalid-request")),
        (DRAFT | {"share": 1.1}, (422, "invalid-request")),
        (DRAFT | {"share": "all"}, (422, "invalid-request")),
        (DRAFT | {"scenes": ["nowhere"]}, (422, "invalid-request")),
        (DRAFT | {"other": 1}, (422, "invalid-request")),
    ],
)
async def test_what_cannot_be_started(
    world: World, body: dict[str, Any], expected: tuple[int, str]
) -> None:
    client = world.client()
    assert refusal(await client.put("/shadow", json=body)) == expected
    assert (await client.get("/shadow")).json() is None


async def test_a_draft_that_is_over(world: World) -> None:
    world.lexicon.drafts[3] = draft(3, 7, "published")
    answer = await world.client().put("/shadow", json=DRAFT)
    assert refusal(answer) == (422, "invalid-request")
    assert answer.json()["detail"] == "Draft 3 is published."


async def test_promoting_keeps_the_rules_of_publishing(world: World) -> None:
    client = world.client()
    assert refusal(await client.post("/shadow/promote", json={})) == (404, "not-found")
    await client.put("/shadow", json=DRAFT)
    world.lexicon.refusal = FourEyesError("somebody else has to approve")
    answer = await client.post("/shadow/promote", json={})
    assert refusal(answer) == (409, "second-person-required")
    assert (await client.get("/shadow")).json()["state"] == "running"


@pytest.mark.parametrize(
    ("method", "path", "needed"),
    [
        ("PUT", "/shadow", Scope.WORDS_WRITE),
        ("GET", "/shadow", Scope.WORDS_READ),
        ("GET", "/shadow/terms", Scope.WORDS_READ),
        ("DELETE", "/shadow", Scope.WORDS_WRITE),
        ("POST", "/shadow/promote", Scope.WORDS_PUBLISH),
        ("GET", "/samples", Scope.WORDS_READ),
        ("DELETE", "/samples/wx1", Scope.APPS_ADMIN),
    ],
)
async def test_scopes(world: World, method: str, path: str, needed: Scope) -> None:
    others = [scope for scope in Scope if scope is not needed]
    answer = await world.client(*others).request(method, path)
    assert refusal(answer) == (403, "forbidden")
    assert needed.value in answer.json()["detail"]
    allowed = await world.client(needed).request(method, path)
    assert allowed.status_code != 403


async def test_what_is_kept_and_forgetting_it(world: World) -> None:
    client, samples = world.client(), world.desk.trial.samples
    assert (await client.get("/samples")).json() == {"items": []}
    await world.desk.access.create_app("quiet")
    await world.desk.access.create_app("wx1")
    settings = {"settings": {"sample_share": 1.0, "sample_hours": 2}}
    assert (await client.patch("/apps/wx1", json=settings)).status_code == 200
    await samples.refresh()
    samples.saw(observed("一段秘密"))
    samples.saw(observed("一段秘密", appid="quiet"))
    await samples.flush()
    answer = await client.get("/samples")
    (kept,) = answer.json()["items"]
    assert (kept["appid"], kept["share"], kept["hours"]) == ("wx1", 1.0, 2)
    assert kept["texts"] == 1
    assert kept["bytes"] > 0
    assert kept["oldest"].endswith("Z")
    assert "秘密" not in answer.text
    done = await client.delete("/samples/wx1")
    assert done.json() == {"appid": "wx1", "texts": 1}
    (entry, *_) = await world.audited()
    assert entry == ("samples.forget", "wx1", 200, {"texts": 1})
    (left,) = (await client.get("/samples")).json()["items"]
    assert (left["texts"], left["bytes"], left["oldest"]) == (0, 0, None)
