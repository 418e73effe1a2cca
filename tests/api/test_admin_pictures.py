"""Known pictures over the admin API, on real tables."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.access import Scope
from app.api.admin import body_limit
from app.api.admin.pictures_upload import MAX_PICTURE, MAX_UPLOAD
from app.pictures.hashing import hashing_off
from app.store import Database
from tests.api.pictures_world import World, make_world
from tests.pictures.house import hashed

HEX = [hashed(number).hex() for number in range(6)]


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    made = make_world(database, tmp_path)
    yield made
    await made.close()


@pytest.fixture
def client(world: World) -> httpx.AsyncClient:
    return world.client()


async def add(
    client: httpx.AsyncClient, *numbers: int, name: str = "scams", **fields: Any
) -> dict[str, Any]:
    pictures = [{"hash": HEX[number], **fields} for number in numbers]
    body = {"pictures": pictures, "why": "ticket 7"}
    answer = await client.post(f"/lists/{name}/entries", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_hashes_are_listed(world: World, client: httpx.AsyncClient) -> None:
    made = await add(client, 0, 1, label="fraud", note=" seen ")
    assert made == {
        "version": {
            "number": 1,
            "live": True,
            "created_at": "2027-01-15T08:00:00Z",
            "who": "alice#3",
            "why": "ticket 7",
            "origin": "add",
            "picture_count": 2,
            "added": 2,
            "changed": 0,
            "removed": 0,
            "checksum": made["version"]["checksum"],
            "rolled_back_to": None,
        },
        "added": 2,
        "changed": 0,
        "removed": 0,
        "unchanged": 0,
        "warnings": [],
    }
    entry = {
        "list": "scams",
        "hash": HEX[0],
        "label": "fraud",
        "quality": 100,
        "centre": None,
        "note": "seen",
        "who": "alice#3",
        "at": "2027-01-15T08:00:00Z",
    }
    found = (await client.get("/entries", params={"hash": HEX[0].upper()})).json()
    assert found == {"items": [entry]}
    page = (await client.get("/lists/scams/entries", params={"limit": 1})).json()
    assert page["items"] == [entry]
    rest = await client.get("/lists/scams/entries", params={"after": page["next"]})
    assert [one["hash"] for one in rest.json()["items"]] == [HEX[1]]
    lists = (await client.get("/lists")).json()
    assert lists == {"items": [{"name": "scams", "count": 2, "exempt": 0}]}
    ((action, target, status, detail),) = await world.audit()
    assert (action, target, status) == ("picture.add", "pictures:scams", 200)
    assert detail["hashes"] == HEX[:2]
    assert (detail["version"], detail["added"], detail["why"]) == (1, 2, "ticket 7")


async def test_again_nothing_changes(client: httpx.AsyncClient) -> None:
    await add(client, 0)
    again = await add(client, 0)
    assert (again["version"], again["added"], again["unchanged"]) == (None, 0, 1)


async def test_a_poor_hash_is_listed_with_a_warning(client: httpx.AsyncClient) -> None:
    made = await add(client, 0, quality=49)
    (warning,) = made["warnings"]
    assert "quality 49" in warning
    assert "never blocks" in warning


@pytest.mark.parametrize(
    "picture",
    [
        {"hash": HEX[0][1:]},
        {"hash": "x" * 64},
        {"hash": HEX[0], "quality": 101},
        {"hash": HEX[0], "quality": "90"},
        {"hash": HEX[0], "label": "normal"},
        {"hash": HEX[0], "label": "nonsense"},
        {"hash": HEX[0], "centre": "abc"},
        {"hash": HEX[0], "note": "x" * 501},
        {"hash": HEX[0], "colour": "red"},
        {},
    ],
)
async def test_what_cannot_be_listed(
    world: World, client: httpx.AsyncClient, picture: dict[str, Any]
) -> None:
    given = {"pictures": [{"hash": HEX[1]}, picture]}
    answer = await client.post("/lists/scams/entries", json=given)
    assert answer.status_code == 422, answer.text
    assert (await client.get("/lists")).json() == {"items": []}
    assert [entry[:3] for entry in await world.audit()] == [("picture.add", "", 422)]


async def test_limits_and_names(client: httpx.AsyncClient) -> None:
    for pictures in ([], [{"hash": HEX[0]}] * 1001):
        body = {"pictures": pictures}
        answer = await client.post("/lists/scams/entries", json=body)
        assert answer.status_code == 422
    answer = await client.post("/lists/a%20b/entries", json={"pictures": []})
    assert answer.status_code == 422


async def test_a_moved_version_is_a_conflict(client: httpx.AsyncClient) -> None:
    await add(client, 0)
    calls: list[tuple[str, dict[str, Any]]] = [
        ("/lists/scams/entries", {"json": {"pictures": [{"hash": HEX[1]}]}}),
        ("/lists/scams/remove", {"json": {"hashes": [HEX[0]]}}),
        ("/lists/scams/upload", {"content": b"picture 1"}),
        ("/lists/scams/import", {"content": HEX[1].encode()}),
        ("/versions/0/rollback", {"json": {}}),
    ]
    for path, how in calls:
        answer = await client.post(path, params={"expected": 7}, **how)
        assert (answer.status_code, answer.json()["live"]) == (409, 1), path
        assert answer.json()["type"] == "urn:seccheck:problem:conflict"
    for path, how in calls[:1]:
        answer = await client.post(path, params={"expected": 1}, **how)
        assert answer.status_code == 200


@pytest.mark.parametrize("form", [False, True])
async def test_an_upload_is_listed_by_its_hashes(
    world: World, client: httpx.AsyncClient, form: bool
) -> None:
    query = {"label": "porn", "note": "of 20 November", "why": "reported"}
    data = b"picture 1"
    how: dict[str, Any] = {"files": {"file": ("secret-name.jpg", data)}}
    if not form:
        how = {"content": data}
    answer = await client.post("/lists/own/upload", params=query, **how)
    assert answer.status_code == 200, answer.text
    made = answer.json()
    assert (made["version"]["origin"], made["added"]) == ("upload", 2)
    original, trimmed = made["pictures"]
    assert (original["hash"], original["quality"]) == (hashed(data).hex(), 90)
    assert (original["label"], original["note"]) == ("porn", "of 20 November")
    assert original["centre"] == hashed(f"{data!r} centre").hex()
    assert (trimmed["quality"], trimmed["centre"]) == (80, None)
    ((action, _, status, detail),) = await world.audit()
    assert (action, status) == ("picture.upload", 200)
    assert detail["hashes"] == [original["hash"], trimmed["hash"]]
    assert "secret-name" not in json.dumps(detail)


async def test_an_upload_with_little_to_see_is_warned_of(
    client: httpx.AsyncClient,
) -> None:
    params = {"label": "exempt"}
    answer = await client.post("/lists/own/upload", params=params, content=b"plain x")
    assert "quality 3" in answer.json()["warnings"][0]
    assert answer.json()["pictures"][0]["label"] == "exempt"
    assert (await client.get("/lists")).json()["items"][0]["exempt"] == 1


async def test_uploads_that_are_none(world: World, client: httpx.AsyncClient) -> None:
    answer = await client.post("/lists/own/upload", content=b"text")
    assert answer.status_code == 415
    assert answer.json()["type"] == "urn:seccheck:problem:picture-not-a-picture"
    two = [("file", ("a", b"picture 1")), ("file", ("b", b"picture 2"))]
    answer = await client.post("/lists/own/upload", files=two)
    assert (answer.status_code, answer.json()["type"]) == (
        400,
        "urn:seccheck:problem:bad-form",
    )
    kind = {"content-type": "multipart/form-data; boundary=x"}
    answer = await client.post("/lists/own/upload", content=b"--x", headers=kind)
    assert answer.status_code == 400
    answer = await client.post("/lists/own/upload", content=b"x" * (MAX_UPLOAD + 1))
    assert answer.status_code == 413
    assert await world.desk.pictures.versions() == []
    assert {status for _, _, status, _ in await world.audit()} == {400, 413, 415}


async def test_nobody_hashes(world: World, client: httpx.AsyncClient) -> None:
    world.desk.hash_picture = hashing_off
    answer = await client.post("/lists/own/upload", content=b"picture 1")
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:seccheck:problem:images-off"
    assert "No image workers run here" in answer.json()["detail"]
    assert (await add(client, 0))["added"] == 1


async def test_hashes_are_removed(client: httpx.AsyncClient) -> None:
    await add(client, 0, 1)
    body = {"hashes": [HEX[0].upper()], "why": "harmless"}
    made = (await client.post("/lists/scams/remove", json=body)).json()
    assert (made["removed"], made["version"]["origin"]) == (1, "remove")
    answer = await client.post("/lists/scams/remove", json=body)
    assert answer.status_code == 404
    assert HEX[0] in answer.json()["detail"]
    gone = await client.get("/entries", params={"hash": HEX[0]})
    assert gone.json() == {"items": []}


async def test_versions_differences_and_the_way_back(
    client: httpx.AsyncClient,
) -> None:
    await add(client, 0, 1)
    await add(client, 1, 2, label="fraud")
    found = (await client.get("/versions", params={"limit": 1})).json()
    assert (found["items"][0]["number"], found["next"]) == (2, "2")
    older = (await client.get("/versions", params={"before": 2})).json()
    assert [(one["number"], one["live"]) for one in older["items"]] == [(1, False)]
    diff = (await client.get("/versions/1/diff/2")).json()
    assert (diff["added"], diff["changed"], diff["removed"]) == (1, 1, 0)
    sides = {row["kind"]: (row["before"], row["after"]) for row in diff["items"]}
    assert sides["added"][1]["hash"] == HEX[2]
    assert [side["label"] for side in sides["changed"]] == ["other", "fraud"]
    answer = await client.post("/versions/1/rollback", json={"why": "complaints"})
    assert answer.status_code == 201
    assert (answer.json()["number"], answer.json()["rolled_back_to"]) == (3, 1)
    shown = (await client.get("/versions/3")).json()
    assert shown == answer.json()
    assert (await client.get("/versions/1/diff/3")).json()["items"] == []
    former = await client.get("/lists/scams/entries", params={"version": 2})
    assert len(former.json()["items"]) == 3
    again = await client.post("/versions/1/rollback", json={})
    assert (again.status_code, again.json()["type"]) == (
        422,
        "urn:seccheck:problem:invalid-request",
    )


@pytest.mark.parametrize(
    "path",
    [
        "/versions/9",
        "/versions/0/diff/9",
        "/lists/none/entries",
        "/lists/none/export",
        "/lists?version=9",
    ],
)
async def test_what_there_is_not(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["status"]) == (404, 404)


async def test_scopes(world: World) -> None:
    reader = world.client(Scope.PICTURES_READ)
    writer = world.client(Scope.PICTURES_WRITE)
    body = {"pictures": [{"hash": HEX[0]}]}
    assert (await reader.post("/lists/a/entries", json=body)).status_code == 403
    assert (await writer.get("/lists")).status_code == 403
    assert (await writer.post("/lists/a/entries", json=body)).status_code == 200
    assert (await reader.get("/lists")).status_code == 200
    words = world.client(Scope.WORDS_WRITE, Scope.WORDS_READ)
    assert (await words.get("/lists")).status_code == 403


def test_how_large_a_request_may_be() -> None:
    base = "/admin/v1/pictures/lists/own"
    assert body_limit(f"{base}/upload") == MAX_UPLOAD > MAX_PICTURE
    assert body_limit(f"{base}/import") == 256 * 1024 * 1024
    assert body_limit(f"{base}/entries") is None
