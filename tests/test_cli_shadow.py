"""`seccheck wordlist shadow …`, against a stand-in."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli_fake import FakeAdmin, install
from tests.cli_helpers import Cli
from tests.test_cli_drafts import DRAFT
from tests.test_cli_versions import VERSION

SHADOW: dict[str, Any] = {
    "id": 2,
    "candidate": "draft:3@7",
    "base": 5,
    "share": 0.1,
    "scenes": ["comment", "chat"],
    "state": "running",
    "started_at": "2026-11-20T03:04:05Z",
    "started_by": "alice#3",
    "ended_at": None,
    "ended_by": None,
    "reason": None,
    "texts": 41210,
    "flipped": 12,
    "dropped": 0,
    "flips": [{"scene": "comment", "before": "pass", "after": "risky", "count": 12}],
}
TERM = {
    "scene": "comment",
    "list": "fraud",
    "term": "刷单",
    "kind": "caused",
    "before": "pass",
    "after": "risky",
    "count": 12,
}


@pytest.fixture
def cli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Cli:
    return Cli.at(tmp_path, monkeypatch, capfd)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeAdmin:
    found = install(monkeypatch)
    found.on("GET", "/drafts/3", DRAFT)
    found.on("PUT", "/shadow", SHADOW, 201)
    found.on("GET", "/shadow", SHADOW)
    found.on("GET", "/shadow/terms", {"items": [TERM], "next": None})
    found.on("DELETE", "/shadow", SHADOW | {"state": "stopped"})
    found.on("POST", "/shadow/promote", VERSION, 201)
    return found


def shadow(cli: Cli, *args: str) -> str:
    ran = cli("wordlist", "shadow", *args)
    assert ran.code == 0, ran.err
    return ran.out


def test_a_draft_is_started_as_it_is_now(cli: Cli, fake: FakeAdmin) -> None:
    out = shadow(cli, "start", "3", "--share", "10%", "--scene", "chat")
    (sent,) = fake.changes()
    wanted = {"candidate": "draft:3@7", "share": 0.1, "scenes": ["chat"]}
    assert (sent.method, sent.path, sent.body) == ("PUT", "/shadow", wanted)
    assert out.startswith(
        "draft:3@7 runs beside live on 10.0% of the texts in comment, chat\n"
    )
    assert "seccheck wordlist shadow status" in out


def test_a_former_version_is_started(cli: Cli, fake: FakeAdmin) -> None:
    shadow(cli, "start", "--version", "4")
    assert fake.asked[0].body == {"candidate": "version:4", "share": 1.0, "scenes": []}


@pytest.mark.parametrize("share", ["0", "0%", "101%", "1.5", "some", "nan", "-1"])
def test_shares_that_are_none(cli: Cli, fake: FakeAdmin, share: str) -> None:
    ran = cli("wordlist", "shadow", "start", "3", f"--share={share}")
    assert (ran.code, "--share is a part of the traffic" in ran.err) == (2, True)
    assert fake.asked == []


def test_one_candidate_is_needed(cli: Cli, fake: FakeAdmin) -> None:
    for args in ([], ["3", "--version", "4"]):
        assert cli("wordlist", "shadow", "start", *args).code == 2
    assert fake.asked == []


def test_how_it_stands(cli: Cli, fake: FakeAdmin) -> None:
    assert shadow(cli, "status") == (
        "draft:3@7 runs since 2026-11-20 03:04 UTC"
        " on 10.0% of the texts in comment, chat\n"
        "41,210 texts checked by both, 12 verdicts would differ\n"
        "\n"
        "SCENE    LIVE  SHADOW  TEXTS  SHARE\n"
        "comment  pass  risky   12     0.029%\n"
        "\n"
        "TEXTS  SCENE    LIVE  SHADOW  BY      LIST   TERM\n"
        "12     comment  pass  risky   caused  fraud  刷单\n"
        "\n"
        "serve it: seccheck wordlist shadow promote\n"
    )


def test_one_that_ended_and_dropped_texts(cli: Cli, fake: FakeAdmin) -> None:
    over = {
        "state": "stopped",
        "ended_at": "2026-11-20T04:00:00Z",
        "ended_by": "shadow",
        "reason": "draft 3 was changed",
        "dropped": 7,
        "flips": [],
        "scenes": [],
    }
    fake.on("GET", "/shadow", SHADOW | over)
    fake.on("GET", "/shadow/terms", {"items": [], "next": None})
    assert shadow(cli, "status") == (
        "draft:3@7 ran from 2026-11-20 03:04 UTC on 10.0% of the texts in all scenes\n"
        "stopped 2026-11-20 04:00 UTC by shadow: draft 3 was changed\n"
        "41,210 texts checked by both, 12 verdicts would differ,"
        " 7 texts dropped under load\n"
    )


def test_none_was_started(cli: Cli, fake: FakeAdmin) -> None:
    fake.on("GET", "/shadow", b"null")
    assert shadow(cli, "status") == "no shadow was started yet\n"


def test_more_words_than_shown(cli: Cli, fake: FakeAdmin) -> None:
    fake.on("GET", "/shadow/terms", {"items": [TERM], "next": "1"})
    ran = cli("wordlist", "shadow", "status", "--limit", "1")
    assert "raise --limit" in ran.err
    assert fake.asked[-1].query == {"limit": "1"}


def test_json_has_the_words(cli: Cli, fake: FakeAdmin) -> None:
    found = json.loads(shadow(cli, "status", "--json"))
    assert found == SHADOW | {"terms": [TERM], "more_terms": False}


def test_stopping(cli: Cli, fake: FakeAdmin) -> None:
    out = shadow(cli, "stop", "--why", "seen enough")
    (sent,) = fake.changes()
    assert (sent.method, sent.query) == ("DELETE", {"reason": "seen enough"})
    assert out == (
        "the shadow with draft:3@7 is stopped;"
        " 41,210 texts checked by both, 12 verdicts would differ\n"
    )


def test_promoting(cli: Cli, fake: FakeAdmin) -> None:
    out = shadow(cli, "promote", "--why", "all right")
    (sent,) = fake.changes()
    assert (sent.path, sent.body) == ("/shadow/promote", {"why": "all right"})
    assert f"version {VERSION['number']}" in out
