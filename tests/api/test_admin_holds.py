"""The breaker's holds over the admin API, on real counts."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.access import Scope
from app.store import Database
from tests.api.vitals_world import World, make_world
from tests.vitals.helpers import key, publish, watch

WORD = ("own", "的")
KEY = key("的").hex()


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    made = make_world(database, tmp_path)
    yield made
    await made.close()


async def trip(world: World) -> None:
    await publish(world.database, world.clock, "的")
    watch(world.vitals, WORD, hits=60, texts=150)
    await world.vitals.flush()
    await world.breaker.judge()


async def test_a_held_word(world: World) -> None:
    client = world.client()
    assert (await client.get("/holds")).json() == {"items": []}
    await trip(world)
    answer = await client.get("/holds")
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "items": [
            {
                "key": KEY,
                "list": "own",
                "term": "的",
                "state": "tripped",
                "reason": "new_term",
                "hits": 60,
                "texts": 150,
                "minutes": 1,
                "share": 0.4,
                "usual_share": None,
                "tripped_at": "2026-11-18T12:00:00Z",
                "decided_at": None,
                "decided_by": None,
                "alert": None,
            }
        ]
    }


async def test_confirmed_then_released(world: World) -> None:
    await trip(world)
    client = world.client()
    world.clock.forward(60)
    confirmed = await client.post(f"/holds/{KEY}/confirm")
    assert confirmed.status_code == 200, confirmed.text
    found = confirmed.json()
    assert (found["state"], found["decided_by"]) == ("confirmed", "alice#3")
    assert found["decided_at"] == "2026-11-18T12:01:00Z"
    assert (await client.get("/holds")).json()["items"] == [found]
    released = await client.post(f"/holds/{KEY}/release")
    assert released.json()["state"] == "released"
    assert (await client.get("/holds")).json() == {"items": []}
    detail = {"list": "own", "term": "的"}
    assert await world.audit() == [
        ("hold.release", KEY, 200, detail),
        ("hold.confirm", KEY, 200, detail),
    ]


@pytest.mark.parametrize("verb", ["confirm", "release"])
async def test_what_is_not_held(world: World, verb: str) -> None:
    client = world.client()
    answer = await client.post(f"/holds/{KEY}/{verb}")
    assert answer.status_code == 404
    assert answer.json()["detail"] == "No word with this key is held."
    assert await world.audit() == [(f"hold.{verb}", KEY, 404, {})]
    for path in ("x", "0" * 31, KEY.upper() + "0", "%00"):
        answer = await client.post(f"/holds/{path}/{verb}")
        assert answer.status_code == 422


@pytest.mark.parametrize("verb", ["confirm", "release"])
async def test_only_who_may_publish_decides(world: World, verb: str) -> None:
    await trip(world)
    for scope in (Scope.WORDS_READ, Scope.WORDS_WRITE):
        client = world.client(scope)
        answer = await client.post(f"/holds/{KEY}/{verb}")
        assert answer.status_code == 403
    publisher = world.client(Scope.WORDS_PUBLISH)
    assert (await publisher.get("/holds")).status_code == 403
    assert (await publisher.post(f"/holds/{KEY}/{verb}")).status_code == 200
