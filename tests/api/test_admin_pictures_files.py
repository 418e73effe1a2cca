"""Files of known pictures over the admin API, in and out."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

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


async def bring(
    client: httpx.AsyncClient, text: str, name: str = "own", **query: Any
) -> dict[str, Any]:
    path = f"/lists/{name}/import"
    answer = await client.post(path, params=query, content=text.encode())
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_file_is_brought_in(world: World, client: httpx.AsyncClient) -> None:
    made = await bring(
        client, f"{HEX[0]}\n{HEX[1]},40\n", label="porn", note="partner", why="list"
    )
    assert (made["applied"], made["added"], made["refused_total"]) == (True, 2, 0)
    assert (made["version"]["number"], made["version"]["origin"]) == (1, "import")
    (warning,) = made["warnings"]
    assert warning.startswith("hashes of a quality below 50: 1; their matches never")
    entries = (await client.get("/lists/own/entries")).json()["items"]
    assert {(one["label"], one["note"]) for one in entries} == {("porn", "partner")}
    ((action, target, _, detail),) = await world.audit()
    assert (action, target) == ("picture.import", "pictures:own")
    assert (detail["added"], detail["version"], detail["refused"]) == (2, 1, 0)
    again = await bring(client, f"{HEX[0]}\n", label="porn", note="partner")
    assert (again["version"], again["unchanged"]) == (None, 1)


async def test_with_one_bad_row_nothing_changes(client: httpx.AsyncClient) -> None:
    text = f"hash,label\n{HEX[0]},porn\nf00,porn\n{HEX[1]},nonsense\n{HEX[2]},porn\n"
    refused = await bring(client, text)
    assert (refused["applied"], refused["version"], refused["added"]) == (
        False,
        None,
        0,
    )
    assert [(one["line"], one["column"]) for one in refused["refused"]] == [
        (3, "hash"),
        (4, "label"),
    ]
    assert (await client.get("/versions")).json()["items"] == []
    kept = await bring(client, text, skip_refused=True)
    assert (kept["applied"], kept["added"], kept["refused_total"]) == (True, 2, 2)


async def test_a_broken_file_is_not_used_even_in_part(
    client: httpx.AsyncClient,
) -> None:
    text = f'[{{"indicator": "{HEX[0]}"}}, '
    refused = await bring(client, text, skip_refused=True)
    assert (refused["applied"], refused["refused_total"]) == (False, 1)
    assert (await client.get("/versions")).json()["items"] == []


async def test_a_dry_run_only_tells(client: httpx.AsyncClient) -> None:
    await bring(client, f"{HEX[0]}\n{HEX[1]}\n")
    text = f"{HEX[1]}\nf00\n{HEX[2]}\n"
    told = await bring(client, text, mode="replace", dry_run=True)
    counts = [told[key] for key in ("added", "removed", "unchanged", "refused_total")]
    assert counts == [1, 1, 1, 1]
    assert (told["applied"], told["version"]) == (False, None)
    assert len((await client.get("/versions")).json()["items"]) == 1
    made = await bring(client, text, mode="replace", skip_refused=True)
    assert [made[key] for key in ("added", "removed", "unchanged")] == [1, 1, 1]


@pytest.mark.parametrize("form", ["csv", "threatexchange"])
async def test_what_is_taken_out_comes_back(
    client: httpx.AsyncClient, form: str
) -> None:
    given = [
        {"hash": HEX[0], "label": "porn", "quality": 7, "centre": HEX[5]},
        {"hash": HEX[1], "label": "exempt", "note": "=our, logo"},
    ]
    await client.post("/lists/own/entries", json={"pictures": given})
    answer = await client.get("/lists/own/export", params={"format": form})
    assert "own." in answer.headers["content-disposition"]
    made = await bring(client, answer.text, name="copy", mode="replace")
    assert made["added"] == 2
    former = await client.get(
        "/lists/own/export", params={"format": form, "version": 1}
    )
    copy = await client.get("/lists/copy/export", params={"format": form})
    assert former.content == answer.content == copy.content


async def test_a_file_for_spreadsheets(client: httpx.AsyncClient) -> None:
    await bring(client, HEX[0], note="=1+1")
    params = {"excel": True}
    answer = await client.get("/lists/own/export", params=params)
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert b'"\'=1+1"\r\n' in answer.content
    plain = await client.get("/lists/own/export", params={"format": "lines"})
    assert plain.text == f"{HEX[0]},100\n"
    assert plain.headers["content-type"].startswith("text/plain")


async def test_wrong_wishes(client: httpx.AsyncClient) -> None:
    for query in ({"format": "xml"}, {"mode": "append"}, {"label": "x"}, {"y": "1"}):
        answer = await client.post("/lists/own/import", params=query, content=b"")
        assert answer.status_code == 422, query
    empty = await bring(client, "")
    assert (empty["version"], empty["unchanged"]) == (None, 0)
