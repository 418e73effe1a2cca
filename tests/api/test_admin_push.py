"""Push settings over the admin API."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.access import Scope
from app.push import Outcome, Sent, account_name
from app.store import Database
from tests.api.vitals_world import World, make_world
from tests.push.rooms import FakePusher, make_room

PATH = "/apps/shop/push"
TOKEN, AES_KEY = "Sx7dQ2kLm9", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
URL = "https://push.example.com/wx/p4th?key=qu3ry"
BODY = {"url": URL, "token": TOKEN, "aes_key": AES_KEY, "mode": "safe"}
SHOWN = {
    "url": URL,
    "format": "xml",
    "mode": "safe",
    "to_user": account_name("shop"),
    "callback_hosts": [],
    "token_set": True,
    "aes_key_set": True,
    "verified_at": "2024-04-26T06:20:45Z",
    "changed_at": "2024-04-26T06:20:45Z",
}
NOTHING = SHOWN | {
    "url": None,
    "mode": "plain",
    "token_set": False,
    "aes_key_set": False,
    "verified_at": None,
    "changed_at": None,
}


@pytest.fixture
def pusher() -> FakePusher:
    return FakePusher()


@pytest.fixture
async def world(
    database: Database, tmp_path: Path, pusher: FakePusher
) -> AsyncIterator[World]:
    made = make_world(database, tmp_path)
    made.desk.push = make_room(database, pusher)
    await made.desk.access.create_app("shop")
    yield made
    await made.close()


def problem(answer: httpx.Response) -> tuple[int, str, Any]:
    found = answer.json()
    return answer.status_code, found["type"].split(":")[-1], found.get("errors")


async def test_settings_come_and_go(world: World) -> None:
    client = world.client()
    assert (await client.get(PATH)).json() == NOTHING
    answer = await client.put(PATH, json=BODY)
    assert (answer.status_code, answer.json()) == (200, SHOWN)
    assert (await client.get(PATH)).json() == SHOWN
    kept = await client.put(
        PATH, json={"url": URL, "to_user": "gh_1", "format": "json"}
    )
    expected = SHOWN | {"to_user": "gh_1", "format": "json", "mode": "plain"}
    assert kept.json() == expected
    gone = await client.delete(PATH)
    assert (gone.status_code, gone.json()) == (200, NOTHING)


async def test_a_derived_name_is_not_written_down(world: World) -> None:
    client = world.client()
    await client.put(PATH, json=BODY | {"to_user": account_name("shop")})
    assert (await world.desk.push.settings("shop")).to_user == ""


async def test_secrets_and_paths_are_nowhere_but_in_their_place(
    world: World, pusher: FakePusher
) -> None:
    client = world.client()
    said = [
        await client.put(PATH, json=BODY),
        await client.get(PATH),
        await client.post(f"{PATH}:test"),
        await client.put(PATH, json=BODY | {"token": f"{TOKEN} {AES_KEY}"}),
        await client.put(PATH, json=BODY | {"mode": TOKEN, "verify": AES_KEY}),
        await client.put(PATH, json=BODY | {"to_user": f"{TOKEN} "}),
    ]
    pusher.outcome = Outcome(Sent.RETRY, "the receiver answered with status 404", 404)
    said.append(await client.put(PATH, json=BODY))
    assert [one.status_code for one in said] == [200, 200, 200, *[422] * 4]
    held = json.dumps(await world.audit())
    for secret in (TOKEN, AES_KEY):
        assert secret not in held
        assert not [one.text for one in said if secret in one.text]
    assert "p4th" not in held
    assert "qu3ry" not in held


async def test_the_audit_log_tells_what_was_changed(world: World) -> None:
    client = world.client()
    await client.put(PATH, json=BODY | {"callback_hosts": ["A.example"]})
    await client.put(PATH, json={"url": "https://10.0.0.1/"})
    await client.post(f"{PATH}:test", json={"version": 1})
    await client.delete(PATH)
    gone, tried, refused, put = await world.audit()
    assert put == (
        "app.push",
        "shop",
        200,
        {
            "where": "https://push.example.com",
            "format": "xml",
            "mode": "safe",
            "token_changed": True,
            "aes_key_changed": True,
            "verify": None,
            "to_user": "",
            "callback_hosts": ["a.example"],
        },
    )
    assert refused[:3] == ("app.push", "shop", 422)
    assert tried == ("app.push_test", "shop", 200, {"outcome": "taken", "answer": 200})
    assert gone == ("app.push_delete", "shop", 200, {})


async def test_a_failed_check_is_a_problem_and_changes_nothing(
    world: World, pusher: FakePusher
) -> None:
    client = world.client()
    pusher.outcome = Outcome(Sent.RETRY, "the host took too long")
    answer = await client.put(PATH, json=BODY)
    detail = "the URL check failed: the host took too long"
    errors = [{"pointer": "/url", "detail": detail}]
    assert problem(answer) == (422, "invalid-request", errors)
    assert answer.json()["detail"] == "The push settings were not changed."
    assert (await client.get(PATH)).json() == NOTHING
    answer = await client.put(PATH, json=BODY | {"verify": False})
    assert answer.json() == SHOWN | {"verified_at": None}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"url": "ftp://a.example/"}, "/url"),
        ({"url": "x" * 5000}, "/url"),
        ({"token": "a"}, "/token"),
        ({"token": None}, "/token"),
        ({"aes_key": "a"}, "/aes_key"),
        ({"aes_key": ""}, "/aes_key"),
        ({"mode": "secret"}, "/mode"),
        ({"format": "yaml"}, "/format"),
        ({"to_user": "a b"}, "/to_user"),
        ({"callback_hosts": ["https://a.example"]}, "/callback_hosts"),
        ({"verify": "no"}, "/verify"),
        ({"more": 1}, "/more"),
    ],
)
async def test_wrong_fields_are_named(
    world: World, change: dict[str, Any], pointer: str
) -> None:
    status, kind, errors = problem(await world.client().put(PATH, json=BODY | change))
    assert (status, kind) == (422, "invalid-request")
    assert [one["pointer"] for one in errors] == [pointer]


async def test_a_test_event(world: World, pusher: FakePusher) -> None:
    client = world.client()
    answer = await client.post(f"{PATH}:test")
    assert problem(answer) == (409, "conflict", None)
    assert answer.json()["detail"] == "The app has no push URL."
    await client.put(PATH, json=BODY)
    answer = await client.post(f"{PATH}:test", json={"version": 1})
    [(target, event)] = pusher.delivered
    assert target.url == URL
    assert event.version == 1
    assert answer.json() == {
        "trace_id": event.trace_id,
        "outcome": "taken",
        "status": 200,
        "why": "",
    }
    pusher.outcome = Outcome(Sent.REFUSED, "the URL has an address that is not public")
    said = (await client.post(f"{PATH}:test")).json()
    assert (said["outcome"], said["status"]) == ("refused", None)
    assert said["why"] == "the URL has an address that is not public"


async def test_secrets_of_another_key_are_a_conflict(
    world: World, database: Database, pusher: FakePusher
) -> None:
    client = world.client()
    await client.put(PATH, json=BODY)
    world.desk.push = make_room(database, pusher, b"k" * 32)
    for answer in (
        await client.put(PATH, json=BODY),
        await client.post(f"{PATH}:test"),
    ):
        assert problem(answer) == (409, "conflict", None)
    assert (await client.delete(PATH)).status_code == 200
    assert (await client.put(PATH, json=BODY)).status_code == 200


METHODS = [("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", ":test")]


@pytest.mark.parametrize(("method", "rest"), METHODS)
async def test_an_unknown_app_has_none(world: World, method: str, rest: str) -> None:
    body = BODY if method == "PUT" else None
    path = f"/apps/nobody/push{rest}"
    answer = await world.client().request(method, path, json=body)
    assert problem(answer) == (404, "not-found", None)


@pytest.mark.parametrize(("method", "rest"), METHODS)
async def test_nothing_goes_without_the_scope(
    world: World, pusher: FakePusher, method: str, rest: str
) -> None:
    client = world.client(*(set(Scope) - {Scope.APPS_ADMIN}))
    body = BODY if method == "PUT" else None
    answer = await client.request(method, PATH + rest, json=body)
    assert problem(answer) == (403, "forbidden", None)
    assert not pusher.verified
    assert not pusher.delivered
