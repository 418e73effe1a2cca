"""How words do, and who tripped: against a stand-in for the admin API."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.api.admin.holds import HoldsView, HoldView
from app.api.admin.stats import StatsView, StatView
from tests.cli_fake import FakeAdmin, install
from tests.cli_helpers import Cli

KEY = "5b0e3f1c9a7d42688c1e0f2b3a4d5e6f"
STAT: dict[str, Any] = {
    "key": KEY,
    "list": "fraud",
    "term": "刷单返利",
    "hits": 5120,
    "users": 812,
    "share_overturned": 0.04,
    "last_hit": "2026-11-20T03:04:05Z",
    "dead": False,
    "covered_by": None,
}
HOLD: dict[str, Any] = {
    "key": KEY,
    "list": "own",
    "term": "的",
    "state": "tripped",
    "reason": "new_term",
    "hits": 1120,
    "texts": 2600,
    "minutes": 2,
    "share": 0.4307,
    "usual_share": None,
    "tripped_at": "2026-11-20T03:04:05Z",
    "decided_at": None,
    "decided_by": None,
    "alert": "delivered",
}


@pytest.fixture
def cli(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Cli:
    return Cli.at(tmp_path, monkeypatch, capfd)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeAdmin:
    return install(monkeypatch)


def test_the_answers_here_are_those_of_the_service() -> None:
    assert set(STAT) == set(StatView.model_fields)
    assert set(HOLD) == set(HoldView.model_fields)
    StatsView.model_validate({"items": [STAT], "next": None})
    HoldsView.model_validate({"items": [HOLD]})


def test_stats(cli: Cli, fake: FakeAdmin) -> None:
    dead = STAT | {
        "term": "旧词",
        "hits": 0,
        "users": 0,
        "share_overturned": None,
        "last_hit": None,
        "dead": True,
        "covered_by": "词",
    }
    fake.on("GET", "/stats/terms", {"items": [STAT, dead], "next": "52"})
    options = "--list fraud --order users --days 7 --limit 2 --after 50".split()
    ran = cli("wordlist", "stats", *options)
    assert fake.asked[0].query == {
        "list": "fraud",
        "order": "users",
        "days": "7",
        "limit": "2",
        "after": "50",
    }
    head, first, second = ran.out.splitlines()
    assert head.split("  ")[0] == "LIST"
    assert first.split() == [
        "fraud", "刷单返利", "5,120", "812", "4.0%",
        "2026-11-20", "03:04", "UTC", "no", "-",
    ]  # fmt: skip
    assert second.split() == ["fraud", "旧词", "0", "0", "-", "-", "yes", "词"]
    assert "--after 52" in ran.err


def test_stats_of_nothing_and_as_json(cli: Cli, fake: FakeAdmin) -> None:
    page: dict[str, Any] = {"items": [], "next": None}
    fake.on("GET", "/stats/terms", page)
    ran = cli("wordlist", "stats")
    assert (ran.out, "no term has hit" in ran.err) == ("", True)
    assert fake.asked[0].query == {"order": "hits", "days": "30", "limit": "50"}
    assert json.loads(cli("wordlist", "stats", "--json").out) == page


@pytest.mark.parametrize("options", [("--days", "0"), ("--order", "best")])
def test_stats_refuse_what_the_service_would(
    cli: Cli, fake: FakeAdmin, options: tuple[str, str]
) -> None:
    assert cli("wordlist", "stats", *options).code == 2
    assert fake.asked == []


def test_holds_show_why_and_what_to_do(cli: Cli, fake: FakeAdmin) -> None:
    jump = HOLD | {
        "key": "0" * 32,
        "term": "口罩",
        "state": "confirmed",
        "reason": "jump",
        "share": 0.123,
        "usual_share": 0.0012,
    }
    fake.on("GET", "/holds", {"items": [jump, HOLD]})
    ran = cli("wordlist", "holds")
    _, confirmed, tripped, confirm, release = ran.out.splitlines()
    assert confirmed.endswith("12.3% of 2,600 texts in 2 min, usually 0.1%")
    assert tripped.split()[:4] == [KEY, "own", "的", "tripped"]
    assert tripped.endswith("2026-11-20 03:04 UTC  43.1% of 2,600 texts in 2 min, new")
    assert confirm.endswith(f"seccheck wordlist confirm {KEY}")
    assert release.endswith(f"seccheck wordlist release {KEY}")


def test_no_holds(cli: Cli, fake: FakeAdmin) -> None:
    fake.on("GET", "/holds", {"items": []})
    ran = cli("wordlist", "holds")
    assert (ran.out, ran.err) == ("", "seccheck: no term is held\n")


@pytest.mark.parametrize(
    ("verb", "effect"),
    [("confirm", "stays at review"), ("release", "counts in full again")],
)
def test_decisions(cli: Cli, fake: FakeAdmin, verb: str, effect: str) -> None:
    done = HOLD | {"state": f"{verb}ed", "decided_by": "alice#3"}
    fake.on("POST", f"/holds/{KEY}/{verb}", done)
    assert cli("wordlist", verb, KEY).out == f"的 in own {effect}\n"
    assert json.loads(cli("wordlist", verb, KEY, "--json").out) == done
    assert [asked.path for asked in fake.changes()] == [f"/holds/{KEY}/{verb}"] * 2


def test_a_key_is_not_a_path(cli: Cli, fake: FakeAdmin) -> None:
    ran = cli("wordlist", "release", "../drafts")
    assert ran.code == 2
    assert fake.asked[0].path == "/holds/../drafts/release"


def test_a_word_that_is_not_held(cli: Cli, fake: FakeAdmin) -> None:
    fake.refuse("POST", f"/holds/{KEY}/release", 404, "No word with this key is held.")
    ran = cli("wordlist", "release", KEY)
    assert ran.code == 2
    assert ran.err == "seccheck: No word with this key is held\n"
