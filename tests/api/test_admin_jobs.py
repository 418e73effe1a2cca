"""Checks of media over the admin API, on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.access import AppSettings, Scope
from app.api.media.room import CallbackKeys
from app.jobs import Decided, Destination, Ending, JobDesk, JobVerdict, Media
from app.jobs.worker import failure
from app.store import Database
from tests.api.vitals_world import World, make_world
from tests.jobs.helpers import AGAIN, TAKEN, House, Traces

RESULT: dict[str, Any] = {"suggest": "risky", "label": "porn", "label_code": 20002}
RISKY = JobVerdict("risky", 20002, body={"result": RESULT, "wechat": {"detail": "x"}})
CHECKED = Ending(RISKY)
HOOK = Destination(
    "callback", "native", {"url": "https://hooks.example/secret"}, "hooks.example"
)


class Hex(Traces):
    """Trace_ids as real ones look, in order."""

    def __call__(self, version: str = "2") -> str:
        return f"{int(super().__call__(version)[1:]):032x}"


@pytest.fixture
def house(database: Database) -> House:
    return House(database, traces=Hex())


@pytest.fixture
async def world(
    database: Database, tmp_path: Path, house: House
) -> AsyncIterator[World]:
    made = make_world(database, tmp_path)
    made.desk.jobs = JobDesk(house.store)
    made.desk.callback_keys = CallbackKeys(bytes(32))
    for appid in ("wx1", "wx2"):
        await made.desk.access.create_app(appid)
    yield made
    await made.close()


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].split(":")[-1]


async def decided(house: House, ending: Ending = CHECKED, **new: Any) -> str:
    """A job with a verdict, whose callbacks wait."""
    (trace_id,) = await house.add(**new)
    await house.store.finish(await house.claim_one(), ending)
    return trace_id


async def test_jobs_are_listed(world: World, house: House) -> None:
    client = world.client()
    assert (await client.get("/jobs")).json() == {"items": [], "next": None}
    first = await decided(house, appid="wx2")
    house.clock.now += 60
    (second,) = await house.add(appid="wx1", media=Media.AUDIO)
    page = (await client.get("/jobs")).json()
    assert page["next"] is None
    assert [one["trace_id"] for one in page["items"]] == [second, first]
    assert page["items"][1] == {
        "trace_id": first,
        "appid": "wx2",
        "type": "image",
        "version": "2",
        "scene": "comment",
        "state": "classified",
        "attempts": 1,
        "created": "2027-01-15T08:00:00Z",
        "finished": "2027-01-15T08:00:00Z",
        "settled": None,
        "decided": "checked",
        "suggest": "risky",
        "errcode": 0,
        "reason": None,
    }

    async def found(**query: Any) -> list[str]:
        answer = await client.get("/jobs", params=query)
        assert answer.status_code == 200, answer.text
        return [one["trace_id"] for one in answer.json()["items"]]

    assert await found(appid="wx1") == [second]
    assert await found(state="classified") == [first]
    assert await found(type="audio") == [second]
    assert await found(type="video") == []
    assert await found(since="2027-01-15T08:01:00Z") == [second]
    assert await found(until="2027-01-15T16:01:00+08:00") == [first]
    assert await found(since="2027-01-16") == []


async def test_jobs_come_in_pages(world: World, house: House) -> None:
    client, seen = world.client(), list[str]()
    made = await house.add(5)
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = (await client.get("/jobs", params=query)).json()
        seen += [one["trace_id"] for one in page["items"]]
        if page["next"] is None:
            break
        query["after"] = page["next"]
    assert seen == sorted(made, reverse=True)


async def test_a_wrong_query_is_named(world: World) -> None:
    client = world.client()
    for query in (
        {"after": "x"},
        {"after": "inf~ab"},
        {"state": "gone"},
        {"type": "text"},
        {"since": "yesterday"},
        {"limit": "0"},
        {"appid": "a b"},
    ):
        answer = await client.get("/jobs", params=query)
        assert problem(answer) == (422, "invalid-request"), query
        (error,) = answer.json()["errors"]
        assert error["pointer"] == f"/{next(iter(query))}"


async def test_a_job_is_shown(world: World, house: House) -> None:
    trace_id = await decided(house, plan=(HOOK,))
    (delivery,) = await house.outbox()
    await house.store.record_attempt(delivery, AGAIN, wait=5.0, seconds=0.5)
    answer = await world.client().get(f"/jobs/{trace_id}")
    shown = answer.json()
    assert (shown["label"], shown["error"], shown["result"]) == ("porn", None, RESULT)
    assert shown["deliveries"] == [
        {
            "id": f"msg_{trace_id}_callback",
            "name": "callback",
            "endpoint": "hooks.example",
            "state": "waiting",
            "attempts": 1,
            "next_at": "2027-01-15T08:00:05Z",
            "settled": None,
            "status": 500,
            "reason": "the receiver answered with status 500",
        }
    ]
    (tried,) = shown["tries"]
    assert (tried["delivery_id"], tried["outcome"], tried["seconds"]) == (
        f"msg_{trace_id}_callback",
        "retry",
        0.5,
    )
    assert "secret" not in answer.text


async def test_a_failed_job_says_why(world: World, house: House) -> None:
    verdict = failure(-1008, "the host took too long")
    trace_id = await decided(house, Ending(verdict, Decided.FAILED, verdict.errmsg))
    shown = (await world.client().get(f"/jobs/{trace_id}")).json()
    assert (shown["errcode"], shown["error"]) == (-1008, "the host took too long")
    assert (shown["suggest"], shown["result"]) == ("review", None)


async def test_a_job_is_cancelled_once(world: World, house: House) -> None:
    client = world.client()
    trace_id = await open_job(house)
    answer = await client.post(f"/jobs/{trace_id}/cancel")
    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["state"], shown["decided"]) == ("cancelled", "cancelled")
    assert len(await house.outbox()) == 1
    again = await client.post(f"/jobs/{trace_id}/cancel")
    assert problem(again) == (409, "conflict")
    assert await world.audit() == [
        ("job.cancel", trace_id, 409, {}),
        ("job.cancel", trace_id, 200, {}),
    ]


async def open_job(house: House) -> str:
    (trace_id,) = await house.add()
    return trace_id


async def test_callbacks_are_sent_again(world: World, house: House) -> None:
    client = world.client()
    trace_id = await decided(house)
    answer = await client.post(f"/jobs/{trace_id}/replay")
    assert problem(answer) == (409, "conflict")
    (first,) = await house.outbox()
    await house.store.record_attempt(first, TAKEN, wait=None, seconds=0.1)
    answer = await client.post(f"/jobs/{trace_id}/replay")
    assert answer.status_code == 200
    assert answer.json()["deliveries"][0]["state"] == "waiting"
    (again,) = await house.outbox()
    assert again.id == first.id
    assert [row[:3] for row in await world.audit()] == [
        ("job.replay", trace_id, 200),
        ("job.replay", trace_id, 409),
    ]


async def test_callbacks_of_a_span_are_sent_again(world: World, house: House) -> None:
    client, made = world.client(), []
    for appid in ("wx1", "wx1", "wx2"):
        made.append(await decided(house, appid=appid))
        house.clock.now += 60
    for delivery in await house.outbox():
        await house.store.record_attempt(delivery, TAKEN, wait=None, seconds=0.1)
    span = {"since": "2027-01-15T08:00:30Z", "until": "2027-01-15T08:02:00Z"}
    answer = await client.post("/jobs:replay", json=span | {"state": "delivered"})
    assert answer.json() == {"replayed": 1}
    assert [one.trace_id for one in await house.outbox()] == made[1:2]
    answer = await client.post("/jobs:replay", json={"appid": "wx2", "limit": 10})
    assert answer.json() == {"replayed": 1}
    ours, first = await world.audit()
    assert ours[:2] == ("job.replay_range", "wx2")
    assert (first[1], first[3]["replayed"], first[3]["state"]) == (
        "every app",
        1,
        "delivered",
    )
    for body in ({"limit": 0}, {"limit": 10_001}, {"state": "x"}, {"more": 1}):
        answer = await client.post("/jobs:replay", json=body)
        assert problem(answer) == (422, "invalid-request")


async def test_receivers_are_switched(world: World, house: House) -> None:
    client = world.client()
    assert (await client.get("/callback-endpoints")).json() == {"items": []}
    trace_id = await decided(house)
    which = {"appid": "wx1", "endpoint": "push"}
    off = await client.post(
        "/callback-endpoints:disable", json=which | {"reason": "it moves"}
    )
    (item,) = off.json()["items"]
    assert item == {
        **which,
        "failing_since": None,
        "failures": 0,
        "disabled_at": "2027-01-15T08:00:00Z",
        "reason": "it moves",
    }
    assert (await client.get("/callback-endpoints")).json() == off.json()
    other = await client.get("/callback-endpoints", params={"appid": "wx2"})
    assert other.json() == {"items": []}
    second = await decided(house)
    held = (await client.get(f"/jobs/{second}")).json()["deliveries"]
    assert [one["state"] for one in held] == ["held"]
    on = await client.post("/callback-endpoints:enable", json=which)
    assert on.json()["freed"] >= 1
    assert {one.trace_id for one in await house.outbox()} == {trace_id, second}
    assert [row[:3] for row in await world.audit()] == [
        ("callback_endpoint.enable", "wx1", 200),
        ("callback_endpoint.disable", "wx1", 200),
    ]
    unnamed = await client.post("/callback-endpoints:disable", json=which)
    assert unnamed.json()["items"][0]["reason"] == "switched off by alice#3"


async def test_secrets_of_callbacks(world: World) -> None:
    client, path = world.client(), "/apps/wx1/callback-secrets"
    (first,) = (await client.get(path)).json()["secrets"]
    assert first.startswith("whsec_")
    await world.desk.access.update_settings("wx1", AppSettings(callback_key=1))
    newest, former = (await client.get(path)).json()["secrets"]
    assert former == first != newest
    assert (await client.get("/apps/wx2/callback-secrets")).json()["secrets"] != [first]
    assert await world.audit() == []


CALLS = [
    ("GET", "/jobs/ab-cd", None, Scope.JOBS_READ),
    ("POST", "/jobs/ab-cd/cancel", None, Scope.JOBS_WRITE),
    ("POST", "/jobs/ab-cd/replay", None, Scope.JOBS_WRITE),
    (
        "POST",
        "/callback-endpoints:disable",
        {"appid": "nobody", "endpoint": "push"},
        Scope.JOBS_WRITE,
    ),
    (
        "POST",
        "/callback-endpoints:enable",
        {"appid": "nobody", "endpoint": "push"},
        Scope.JOBS_WRITE,
    ),
    ("GET", "/apps/nobody/callback-secrets", None, Scope.APPS_ADMIN),
]


async def test_what_is_not_there_is_not_found(world: World) -> None:
    client = world.client()
    for method, path, body, _ in CALLS:
        answer = await client.request(method, path, json=body)
        assert problem(answer) == (404, "not-found"), path


async def test_nothing_goes_without_the_scope(world: World) -> None:
    others = [
        *CALLS,
        ("GET", "/jobs", None, Scope.JOBS_READ),
        ("POST", "/jobs:replay", {}, Scope.JOBS_WRITE),
        ("GET", "/callback-endpoints", None, Scope.JOBS_READ),
    ]
    for method, path, body, scope in others:
        client = world.client(*(set(Scope) - {scope}))
        answer = await client.request(method, path, json=body)
        assert problem(answer) == (403, "forbidden"), path
