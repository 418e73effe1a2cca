"""Keys with scopes, a second pair of eyes, and a log that nobody changes."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # ships no types
import pytest

from tests.acceptance.conftest import marked
from tests.acceptance.operators import (
    FRESH,
    NO_BREAKER,
    SQLITE,
    TWO_MACHINES,
    Admin,
    House,
    house_in,
    put,
)
from tests.acceptance.service import RISKY, SECRET, Json
from tests.conftest import Postgres

SECOND = "second-person-required"
NUMBER = "4711"
"""Stands for whatever a path names; nobody gets so far as to miss it."""


@pytest.fixture(scope="module", params=marked(SQLITE, TWO_MACHINES))
def careful(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """A house in which somebody else has to approve."""

    def postgres() -> Postgres:
        server: Postgres = request.getfixturevalue("postgres")
        return server

    folder = tmp_path_factory.mktemp("careful")
    settings = {**NO_BREAKER, "SECCHECK_FOUR_EYES": "true"}
    with house_in(folder, request.param, postgres, **settings) as made:
        yield made


def _operations(house: House) -> list[tuple[str, str, str]]:
    """Method, path and scope of everything that the admin API offers."""
    document = FRESH.get(f"{house.service.server.base}/openapi.json").json()
    found = []
    for path, methods in document["paths"].items():
        if path.startswith("/admin/v1"):
            for method, operation in methods.items():
                [security] = operation["security"]
                [scope] = security["AdminKey"]
                found.append((method.upper(), path.removeprefix("/admin/v1"), scope))
    return found


def _filled(path: str) -> str:
    for name in ("number", "change", "first", "second"):
        path = path.replace(f"{{{name}}}", NUMBER)
    return (
        path.replace("{key}", "0" * 32).replace("{appid}", "x").replace("{name}", "x")
    )


def test_every_operation_needs_exactly_its_scope(careful: House) -> None:
    operations = _operations(careful)
    scopes = {scope for _, _, scope in operations}
    assert {"words:read", "words:write", "words:publish"} <= scopes
    assert {"audit:read", "apps:admin"} <= scopes
    known = scopes | {"review:decide", "samples:read"}
    lacking = {s: careful.new_key(f"no {s}", *sorted(known - {s})) for s in scopes}
    for method, path, scope in operations:
        problem = lacking[scope].refused(403, "forbidden", method, _filled(path))
        assert scope in problem["detail"], (method, path)


def test_who_edits_need_not_be_who_publishes(careful: House) -> None:
    editor = careful.new_key("editor", "words:read", "words:write")
    boss = careful.new_key("boss", "words:read", "words:publish")
    draft = editor.draft(put("eyes", "双人复核词"))
    path = f"/drafts/{draft['id']}"
    headers = {"if-match": f'"{draft["revision"]}"'}
    editor.refused(
        403, "forbidden", "POST", f"{path}/publish", json={}, headers=headers
    )
    body = {"edits": [put("eyes", "别的词")]}
    boss.refused(
        403, "forbidden", "POST", f"{path}/changes", json=body, headers=headers
    )
    # Four eyes: the author's own approval is none.
    publish = {"json": {}, "headers": headers}
    boss.refused(409, SECOND, "POST", f"{path}/publish", **publish)
    boss.post(f"{path}/approve", revision=draft["revision"])
    made = boss.publish(draft, why="looked at it")
    assert [who.partition("#")[0] for who in made["approvals"]] == ["boss"]
    careful.soon("有双人复核词", "risky")


def test_an_approval_is_of_one_revision_and_of_somebody_else(careful: House) -> None:
    alice = careful.new_key("alice", "words:read", "words:write", "words:publish")
    bob = careful.new_key("bob", "words:read", "words:write", "words:publish")
    draft = alice.draft(put("eyes", "先看的词"))
    path = f"/drafts/{draft['id']}"

    def refused(revision: int) -> None:
        headers = {"if-match": f'"{revision}"'}
        alice.refused(409, SECOND, "POST", f"{path}/publish", json={}, headers=headers)

    alice.post(f"{path}/approve", revision=draft["revision"])
    refused(draft["revision"])
    bob.post(f"{path}/approve", revision=draft["revision"])
    later = alice.edit(draft, put("eyes", "后加的词"))
    refused(later["revision"])
    # Whoever adds a word is an author, too.
    third = bob.edit(later, put("eyes", "自己加的词"))
    bob.post(f"{path}/approve", revision=third["revision"])
    refused(third["revision"])
    careful.admin.post(f"{path}/approve", revision=third["revision"])
    assert alice.publish(third)["live"]


def test_an_emergency_waits_for_nobody(careful: House) -> None:
    body = {"term": "半夜骗术", "label": "fraud"}
    number = careful.admin.post("/blocks", body)["number"]
    careful.soon("半夜骗术来了", "risky")
    careful.admin.post(f"/versions/{number - 1}/rollback", {"why": "false alarm"})
    careful.soon("半夜骗术来了", "pass")


def test_nobody_gives_away_what_they_lack(careful: House) -> None:
    helper = careful.new_key("helper", "apps:admin", "words:read")
    body = {"name": "mine", "scopes": ["words:publish", "words:read"]}
    problem = helper.refused(403, "forbidden", "POST", "/keys", json=body)
    assert "words:publish" in problem["detail"]
    made = helper.post("/keys", {"name": "mine", "scopes": ["words:read"]})
    reader = Admin(careful.service.server.base, made["key"])
    assert reader.get("/versions")["items"]
    # The key itself is nowhere else, and ends at once on every service.
    assert made["key"] not in careful.admin.ask("GET", "/keys").text
    assert careful.far.ask("DELETE", f"/keys/{made['id']}").status_code == 200
    reader.refused(401, "unauthorized", "GET", "/versions")
    reader.http.close()


def test_every_attempt_is_written_down(careful: House) -> None:
    admin = careful.admin
    nosy = careful.new_key("nosy", "words:read")
    nosy.refused(403, "forbidden", "POST", "/drafts", json={"title": "mine"})
    draft = admin.draft(put("log", "记录在案"), title="for the log", why="to be seen")
    headers = {"if-match": '"99"'}
    admin.refused(412, "stale", "DELETE", f"/drafts/{draft['id']}", headers=headers)
    entries = admin.get("/audit", limit=4)["items"]
    told = [(e["who"].partition("#")[0], e["action"], e["outcome"]) for e in entries]
    assert told == [
        ("chief", "draft.discard", "refused"),
        ("chief", "draft.edit", "done"),
        ("chief", "draft.create", "done"),
        ("nosy", "draft.create", "refused"),
    ]
    assert [one["status"] for one in entries] == [412, 200, 201, 403]
    assert entries[1]["target"] == f"draft:{draft['id']}"
    assert entries[1]["detail"]["why"] == "to be seen"
    assert all(one["trace_id"] and one["key_id"] for one in entries)
    assert careful.far.get("/audit", limit=4)["items"] == entries
    # By person, by kind; and no secret is ever in it.
    mine = admin.get("/audit", who="nosy", action="draft")["items"]
    assert [one["id"] for one in mine] == [entries[3]["id"]]
    everything = admin.ask("GET", "/audit", params={"limit": 1000}).text
    assert SECRET not in everything
    assert careful.key not in everything


def _tamper(house: House, statement: str) -> str:
    """What the database says to somebody who may write to it."""
    if house.layout.backend == "sqlite":
        file = house.service.folder / "data" / "seccheck.db"
        with closing(sqlite3.connect(file, timeout=30)) as database:
            with pytest.raises(sqlite3.DatabaseError) as caught:
                database.execute(statement)
            return str(caught.value)

    async def run() -> str:
        connection = await asyncpg.connect(house.database_url)
        try:
            with pytest.raises(asyncpg.PostgresError) as refused:
                await connection.execute(statement)
        finally:
            await connection.close()
        return str(refused.value)

    return asyncio.run(run())


def test_nobody_can_change_the_log(careful: House) -> None:
    changing = [
        (method, path)
        for method, path, _ in _operations(careful)
        if path.startswith("/audit") and method != "GET"
    ]
    assert changing == []
    before = careful.admin.get("/audit", limit=1000)["items"]
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for path in ("/audit", f"/audit/{before[0]['id']}"):
            assert careful.admin.ask(method, path).status_code in {404, 405}
    for statement in (
        "UPDATE audit_entry SET who = 'nobody'",
        "DELETE FROM audit_entry",
        f"DELETE FROM audit_entry WHERE id = {before[0]['id']}",  # noqa: S608
    ):
        assert "can only be added to" in _tamper(careful, statement)
    assert careful.admin.get("/audit", limit=1000)["items"] == before


def test_a_busy_desk_does_not_touch_the_checks(careful: House) -> None:
    """Bodies that are too large or no JSON are refused, and nothing is hurt."""
    base = f"{careful.service.server.base}/admin/v1"
    headers = {"authorization": f"Bearer {careful.key}"}
    cases: list[tuple[bytes, int, str]] = [
        (b"{", 400, "bad-json"),
        (b"x" * (9 * 1024 * 1024), 413, "body-too-large"),
        (b'{"title": ""}', 422, "invalid-request"),
        (b'{"title": "a", "id": 7}', 422, "invalid-request"),
    ]
    kind = {"content-type": "application/json"}
    for body, status, problem in cases:
        answer = FRESH.post(f"{base}/drafts", content=body, headers=headers | kind)
        assert answer.status_code == status, answer.text
        said: Json = answer.json()
        assert said["type"] == f"urn:seccheck:problem:{problem}"
    odd: list[Any] = ["\ud800", "a\u0000b", "x" * 501, ""]
    draft = careful.admin.draft()
    for term in odd:
        path = f"{base}/drafts/{draft['id']}/changes"
        edits = {"edits": [put("odd", "好词") | {"term": term}]}
        answer = FRESH.post(
            path,
            content=json.dumps(edits).encode(),  # surrogates as escapes
            headers={**headers, **kind, "if-match": f'"{draft["revision"]}"'},
        )
        assert answer.status_code in {400, 422}, answer.text
    assert careful.suggests(RISKY) == "risky"


# Last: wrong keys keep new ones out for a while.
def test_without_a_key_there_is_nothing(careful: House) -> None:
    base = f"{careful.service.server.base}/admin/v1"
    for method, path, _ in _operations(careful):
        url = base + _filled(path)
        for headers in ({}, {"authorization": "Bearer sk_" + "x" * 40}):
            answer = FRESH.request(method, url, headers=headers)
            # Too many wrong ones, and the address has to wait.
            assert answer.status_code in {401, 429}, (method, path)
    assert FRESH.get(f"{base}/versions", auth=("shop", SECRET)).status_code in {
        401,
        429,
    }
    # Whoever holds a right key is not locked out by that.
    assert careful.admin.get("/versions")["items"]
