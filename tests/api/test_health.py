"""Health, metrics, the edge's other answers, and how workers' counts add up."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest

from app.api import http
from app.api.http import BodyTooLargeError, read_body
from app.api.metrics import Metrics
from app.api.metrics_share import SharedMetrics, run_name
from app.api.rest import Guard, create_rest
from app.domain.verdict import CLEAN
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from tests.api.fakes import World, make_world


async def test_livez(world: World) -> None:
    answer = await world.client.get("/livez")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


async def test_readyz_waits_for_the_lexicon() -> None:
    world = make_world(checker=Checker())
    answer = await world.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "starting"
    world.rooms.checker.install(compile_snapshot((), version="3"))
    answer = await world.client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "lexicon_version": "3",
        "lexicon_installed_at": "2025-11-13T02:13:20Z",
        "lexicon_confirmed_at": "2025-11-13T02:14:20Z",
        "lexicon_error": None,
        "content_model": None,
        "content_model_error": None,
        "images": None,
    }


async def test_readyz_tells_of_a_lexicon_that_does_not_load(world: World) -> None:
    world.error.append("the checksum does not fit")
    answer = await world.client.get("/readyz")
    assert answer.status_code == 200  # the old version serves on
    assert answer.json()["lexicon_error"] == "the checksum does not fit"


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
async def test_probes_are_get_only(world: World, path: str) -> None:
    answer = await world.client.post(path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


async def test_metrics_count_answers_and_verdicts(world: World) -> None:
    await world.post("/wxa/msg_sec_check", {"content": "好"})
    await world.post("/wxa/msg_sec_check", {})
    await world.native({"texts": ["好", "办证刻章"]})
    text = (await world.client.get("/metrics")).text
    path = 'endpoint="/wxa/msg_sec_check"'
    assert f'seccheck_requests_total{{code="0",{path}}} 1.0' in text
    assert f'seccheck_requests_total{{code="47001",{path}}} 1.0' in text
    native = 'api="/v1/texts:check"'
    risky = f'{{{native},label="20006",suggest="risky"}} 1.0'
    assert f"seccheck_text_verdicts_total{risky}" in text
    assert f"seccheck_text_characters_total{{{native}}} 5.0" in text
    assert f"seccheck_request_seconds_count{{{path}}} 2.0" in text
    assert 'seccheck_lexicon_info{version="7"} 1.0' in text


async def test_unknown_addresses_are_problems(world: World) -> None:
    for path in ("/", "/v1/nothing", "/wxapp", "/metrics/x"):
        answer = await world.client.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


async def test_openapi_is_served(world: World) -> None:
    shown = (await world.client.get("/openapi.json")).json()
    assert "/wxa/msg_sec_check" in shown["paths"]


# --- several workers


def test_counts_of_all_workers_add_up(tmp_path: Path) -> None:
    mine, other = Metrics(), Metrics()
    for metrics, times in ((mine, 1), (other, 2)):
        for _ in range(times):
            metrics.request("/x", 0, 0.002)
            metrics.verdict("/x", CLEAN, 7)
    (tmp_path / "999999.json").write_text(json.dumps(other.snapshot()))
    shared = SharedMetrics(mine, tmp_path)
    shared.prepare()
    shared.flush()
    total = shared.total()
    assert total.requests["/x", 0] == 3
    assert total.verdicts["/x", "pass", 100] == 3
    assert total.characters["/x"] == 21
    assert sum(total.seconds["/x"][:-1]) == 3
    assert mine.requests["/x", 0] == 1


def test_a_broken_file_of_another_worker_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "999999.json").write_text("{")
    assert SharedMetrics(Metrics(), tmp_path).total().requests == {}


def test_folders_of_former_starts_are_removed(tmp_path: Path) -> None:
    old = tmp_path / f"{os.getpid()}-1"
    alive = tmp_path / run_name(os.getpid())
    for folder in (old, alive):
        folder.mkdir()
    SharedMetrics(Metrics(), tmp_path / "1-1").prepare()
    assert not old.exists()
    assert alive.exists()


# --- the body limit of everything else


def messages(*sizes: int) -> Any:
    left = list(sizes)

    async def receive() -> dict[str, Any]:
        size = left.pop(0)
        return {"type": "http.request", "body": b"x" * size, "more_body": bool(left)}

    return receive


async def test_read_body_counts_bytes() -> None:
    assert len(await read_body(messages(5, 5), 10)) == 10
    for sizes in ((11,), (5, 6), (5, 6, 5), (11, 1), (1, 100, 100)):
        with pytest.raises(BodyTooLargeError):
            await read_body(messages(*sizes), 10)


@pytest.mark.parametrize("sent", [[], [{"body": b"x", "more_body": True}]])
async def test_read_body_gives_up(
    monkeypatch: pytest.MonkeyPatch, sent: list[dict[str, Any]]
) -> None:
    monkeypatch.setattr(http, "BODY_SECONDS", 0.01)

    async def receive() -> dict[str, Any]:
        if sent:
            return {"type": "http.request"} | sent.pop()
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(http.BodyTimeoutError):
        await read_body(receive, 10)


async def test_guard_answers_413_even_when_the_app_says_400() -> None:
    rest = create_rest()

    @rest.post("/echo")
    async def echo(body: dict[str, str]) -> dict[str, str]:
        return body

    @rest.get("/fails")
    async def fails() -> None:
        raise ValueError

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def call(path: str, method: str, *sizes: int) -> int:
        sent.clear()
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": b"",
            "headers": [(b"content-type", b"application/json")],
        }
        await Guard(rest, 100)(scope, messages(*sizes), send)
        return int(sent[0]["status"])

    assert await call("/echo", "POST", 60, 60) == 413
    assert await call("/echo", "POST", 60) == 422
    assert await call("/fails", "GET", 0) == 500
    assert await call("/echo", "GET", 0) == 405
