"""Backtests over the admin API."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.access import AppSettings, Scope
from app.api.admin import backtest_body
from app.domain.scenes import Scene
from app.lexicon.candidate import Candidate
from app.store import Database
from app.trial.backtests import MAX_OPEN
from app.trial.sources import FileSource
from app.trial.texts import Lines, Text, read_texts
from tests.api.trial_world import World, ended, make_world
from tests.trial.helpers import observed
from tests.trial.programs import DONE, STUCK, SUMMARY, saying, term

START = "/drafts/3/backtest"
TEXTS = "诚招刷单兼职\n今天天气很好\n这里代开发票\n"


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    made = make_world(database, tmp_path, DONE)
    yield made
    await made.close()


@pytest.fixture
async def real(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    made = make_world(database, tmp_path)
    yield made
    await made.close()


@pytest.fixture
async def stuck(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    made = make_world(database, tmp_path, STUCK)
    yield made
    await made.close()


async def begin(client: httpx.AsyncClient, body: Any = None, **values: Any) -> int:
    if body is not None:
        values["json"] = body
    begun = await client.post(START, **values)
    assert begun.status_code == 202, begun.text
    return int(begun.json()["id"])


def refusal(answer: httpx.Response) -> tuple[int, str, str]:
    problem = answer.json()
    return answer.status_code, problem["type"].rpartition(":")[2], problem["detail"]


async def test_a_file_of_texts(real: World) -> None:
    client = real.client()
    number = await begin(client, content=TEXTS.encode())
    found = await ended(client, number)
    assert (found["state"], found["error"], found["source"]) == ("done", None, "file")
    assert (found["candidate"], found["base"]) == ("draft:3@7", "version:1")
    assert (found["who"], found["progress"], found["texts"]) == ("alice#3", 1.0, 3)
    assert found["summary"]["flipped"] == 2
    assert found["summary"]["flips"] == [
        {"before": "pass", "after": "risky", "count": 1},
        {"before": "risky", "after": "review", "count": 1},
    ]
    common = {"list": "own", "count": 1}
    assert found["by_term"] == [
        common
        | {
            "term": "刷单兼职",
            "kind": "caused",
            "before": "pass",
            "after": "risky",
            "examples": ["诚招刷单兼职"],
        },
        common
        | {
            "term": "代开发票",
            "kind": "changed",
            "before": "risky",
            "after": "review",
            "examples": ["这里代开发票"],
        },
    ]
    assert found["next"] is None
    detail = {"revision": 7, "source": "file", "backtest": number}
    assert await real.audited() == [("backtest.start", "draft:3", 202, detail)]


@pytest.mark.parametrize(
    ("kind", "query", "content", "texts"),
    [
        ("text/csv; charset=utf-8", {}, "a,text\n1,好\n2,\n", 2),
        ("application/x-ndjson", {}, '{"text": "好"}\n', 1),
        ("text/plain", {}, "text\n好\n", 1),
        ("text/plain", {"format": "text"}, "text\n好\n", 2),
        ("application/octet-stream", {"format": "csv"}, "text\n好\n", 1),
        ("application/x-www-form-urlencoded", {}, "好\n好\n", 2),
        ("", {}, "好\n", 1),
    ],
)
async def test_forms_of_files(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    query: dict[str, str],
    content: str,
    texts: int,
) -> None:
    tests, read = world.desk.trial.backtests, list[Text]()
    start = tests.start

    async def reading(candidate: Candidate, source: FileSource, *, who: str) -> int:
        source.file.seek(0)
        rows = read_texts(Lines(source.file), source.format, source.scene)
        read.extend(row for row in rows if isinstance(row, Text))
        return await start(candidate, source, who=who)

    monkeypatch.setattr(tests, "start", reading)
    headers = {"content-type": kind}
    query |= {"scene": "live"}
    await begin(world.client(), params=query, content=content.encode(), headers=headers)
    assert len(read) == texts
    assert {text.scene for text in read} == {Scene.LIVE}


async def test_texts_in_the_body(real: World) -> None:
    client = real.client()
    texts = [{"text": "诚招刷单兼职", "scene": "chat"}, {"text": "好"}]
    number = await begin(client, {"source": "texts", "texts": texts})
    found = await ended(client, number)
    assert (found["source"], found["texts"]) == ("texts", 2)
    assert found["by_term"][0]["examples"] == ["诚招刷单兼职"]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/"]),
        ({"source": "file"}, ["/"]),
        ({"source": "texts"}, ["/texts"]),
        ({"source": "texts", "texts": []}, ["/texts"]),
        ({"source": "texts", "texts": [{"text": 1}]}, ["/texts/0/text"]),
        (
            {"source": "texts", "texts": [{"text": "x", "scene": "nowhere"}]},
            ["/texts/0/scene"],
        ),
        ({"source": "sample", "apps": [], "more": 1}, ["/apps", "/more"]),
        ([], ["/"]),
    ],
)
async def test_bodies_that_say_nothing(
    world: World, body: Any, pointers: list[str]
) -> None:
    answer = await world.client().post(START, json=body)
    assert refusal(answer)[:2] == (422, "invalid-request")
    assert [error["pointer"] for error in answer.json()["errors"]] == pointers
    assert (await world.client().get("/backtests")).json()["items"] == []


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"source": "texts", "texts": '])
async def test_bodies_that_are_no_json(world: World, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    answer = await world.client().post(START, content=body, headers=headers)
    assert refusal(answer)[:2] == (400, "bad-json")


async def test_too_much_json(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backtest_body, "MAX_JSON", 20)
    answer = await world.client().post(START, json={"source": "sample", "apps": ["a"]})
    assert refusal(answer)[:2] == (413, "body-too-large")


async def test_files_that_are_none(world: World) -> None:
    client = world.client()
    assert refusal(await client.post(START, content=b""))[::2] == (
        422,
        "The file is empty.",
    )
    form = await client.post(START, files={"file": b"x"})
    assert refusal(form)[::2] == (
        422,
        "Send the file itself as the body, not a form.",
    )
    odd = await client.post(START, content=b"x", params={"format": "docx"})
    assert odd.json()["errors"][0]["pointer"] == "/format"
    odd = await client.post(START, content=b"x", params={"scene": "nowhere"})
    assert odd.json()["errors"][0]["pointer"] == "/scene"


async def keep_samples(world: World, *texts: str) -> None:
    for appid in ("wx1", "wx2"):
        settings = AppSettings(sample_share=1.0)
        await world.desk.access.create_app(appid, settings=settings)
    samples = world.desk.trial.samples
    await samples.refresh()
    for text in texts:
        samples.saw(observed(text))
    await samples.flush()


async def test_recent_texts_and_who_may_see_them(real: World) -> None:
    await keep_samples(real, "诚招刷单兼职", "好")
    client = real.client()
    number = await begin(client, {"source": "sample"})
    analyst = real.client(Scope.WORDS_READ, Scope.WORDS_WRITE)
    hidden = await ended(analyst, number)
    assert (hidden["source"], hidden["texts"], hidden["progress"]) == ("sample", 2, 1.0)
    assert hidden["by_term"][0]["term"] == "刷单兼职"
    assert hidden["by_term"][0]["examples"] is None
    assert [entry[0] for entry in await real.audited()] == ["backtest.start"]
    shown = (await client.get(f"/backtests/{number}")).json()
    assert shown["by_term"][0]["examples"] == ["诚招刷单兼职"]
    looked, _ = await real.audited()
    assert looked == ("samples.read", f"backtest:{number}", 200, {"texts": 1})
    # They are forgotten: then nobody can look any more.
    await real.desk.trial.samples.forget("wx1")
    gone = (await client.get(f"/backtests/{number}")).json()
    assert gone["by_term"][0]["examples"] == []
    assert len(await real.audited()) == 2


async def test_recent_texts_of_one_app(real: World) -> None:
    await keep_samples(real, "好")
    client = real.client()
    number = await begin(client, {"source": "sample", "apps": ["wx2"]})
    found = await ended(client, number)
    assert (found["state"], found["error"]) == (
        "failed",
        "there is no text to try it on",
    )


async def test_nobody_keeps_samples(world: World) -> None:
    answer = await world.client().post(START, json={"source": "sample"})
    assert refusal(answer)[:2] == (422, "invalid-request")
    assert "sample_share" in refusal(answer)[2]


@pytest.mark.parametrize(
    ("method", "path", "needed"),
    [
        ("POST", START, Scope.WORDS_WRITE),
        ("GET", "/backtests", Scope.WORDS_READ),
        ("GET", "/backtests/1", Scope.WORDS_READ),
        ("DELETE", "/backtests/1", Scope.WORDS_WRITE),
    ],
)
async def test_scopes(world: World, method: str, path: str, needed: Scope) -> None:
    others = [scope for scope in Scope if scope is not needed]
    answer = await world.client(*others).request(method, path)
    assert refusal(answer)[:2] == (403, "forbidden")
    assert needed.value in refusal(answer)[2]
    allowed = await world.client(needed).request(method, path)
    assert allowed.status_code != 403


async def test_what_is_not_there(world: World) -> None:
    client = world.client()
    for method, path in [
        ("POST", "/drafts/4/backtest"),
        ("GET", "/backtests/9"),
        ("DELETE", "/backtests/9"),
    ]:
        answer = await client.request(method, path, content=b"x")
        assert refusal(answer)[:2] == (404, "not-found"), path
    for path in ("/backtests/0", "/backtests/99999999999", "/backtests/x"):
        assert (await client.get(path)).status_code == 422, path


async def test_before_anything_is_published(world: World) -> None:
    world.lexicon.live = 0
    answer = await world.client().post(START, content=b"x")
    assert refusal(answer)[:2] == (422, "invalid-request")
    assert "nothing is published" in refusal(answer)[2].lower()


async def test_too_many_at_once_and_cancelling(stuck: World) -> None:
    client = stuck.client()
    numbers = [await begin(client, content=b"x") for _ in range(MAX_OPEN)]
    answer = await client.post(START, content=b"x")
    assert refusal(answer)[:2] == (409, "conflict")
    done = await client.delete(f"/backtests/{numbers[0]}")
    assert (done.status_code, done.json()["state"]) == (200, "cancelled")
    again = await client.delete(f"/backtests/{numbers[0]}")
    assert (again.status_code, again.json()["state"]) == (200, "cancelled")
    actions = [(action, target) for action, target, *_ in await stuck.audited()]
    assert actions[0] == ("backtest.cancel", f"backtest:{numbers[0]}")
    assert actions[2] == ("backtest.start", "draft:3")  # the one refused


async def test_the_list_comes_page_by_page(stuck: World) -> None:
    client = stuck.client()
    numbers = [await begin(client, content=b"x") for _ in range(3)]
    first = (await client.get("/backtests", params={"limit": 2})).json()
    assert [item["id"] for item in first["items"]] == numbers[:0:-1]
    assert "by_term" not in first["items"][0]
    rest = {"limit": 2, "before": first["next"]}
    second = (await client.get("/backtests", params=rest)).json()
    assert ([item["id"] for item in second["items"]], second["next"]) == (
        numbers[:1],
        None,
    )


async def test_the_words_come_page_by_page(database: Database, tmp_path: Path) -> None:
    said = [{"term": term(f"词{n}", 9 - n)} for n in range(3)]
    world = make_world(database, tmp_path, saying(*said, {"summary": SUMMARY}))
    client = world.client()
    number = await begin(client, content=b"x")
    await ended(client, number)
    path, seen, after = f"/backtests/{number}", [], None
    for _ in range(3):
        query = {"limit": 1} | ({} if after is None else {"after": after})
        page = (await client.get(path, params=query)).json()
        seen += [item["term"] for item in page["by_term"]]
        after = page["next"]
    assert (seen, after) == (["词0", "词1", "词2"], None)
    await world.close()


async def test_no_text_reaches_the_audit_log(world: World) -> None:
    client = world.client()
    await begin(client, {"source": "texts", "texts": [{"text": "一段秘密"}]})
    bad = {"source": "texts", "texts": [{"text": "一段秘密", "scene": "x"}]}
    await client.post(START, json=bad)
    told = json.dumps(await world.audited(), ensure_ascii=False)
    assert "秘密" not in told
    assert len(await world.audited()) == 2
