"""Publishing, going back, blocking: against a stand-in for the admin API."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli_fake import FakeAdmin, install
from tests.cli_helpers import Cli
from tests.test_cli_drafts import DRAFT

VERSION: dict[str, Any] = {
    "number": 5,
    "live": True,
    "created_at": "2026-11-20T03:04:05Z",
    "term_count": 12345,
    "added": 2,
    "removed": 1,
    "who": "alice#3",
    "why": "complaints",
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
    found = install(monkeypatch)
    found.on("GET", "/drafts/3", DRAFT)
    found.on("GET", "/versions", {"items": [VERSION], "next": None})
    return found


def test_versions_mark_the_one_in_service(cli: Cli, fake: FakeAdmin) -> None:
    old = VERSION | {"number": 4, "live": False}
    fake.on("GET", "/versions", {"items": [VERSION, old], "next": "4"})
    ran = cli("wordlist", "versions", "--limit", "2", "--before", "6")
    assert fake.asked[0].query == {"limit": "2", "before": "6"}
    _, live, former = ran.out.splitlines()
    assert live.split()[:2] == ["5*", "2026-11-20"]
    assert "12,345  +2     -1       alice#3  complaints" in live
    assert former.startswith("4 ")
    assert "--before 4" in ran.err


def test_versions_as_json_are_a_plain_list(cli: Cli, fake: FakeAdmin) -> None:
    assert json.loads(cli("wordlist", "versions", "--json").out) == [VERSION]


@pytest.mark.parametrize(
    ("args", "path"), [(("2", "4"), "2/diff/4"), (("2",), "2/diff/5")]
)
def test_diff_compares_two_versions_or_one_with_live(
    cli: Cli, fake: FakeAdmin, args: tuple[str, ...], path: str
) -> None:
    counts = {"added": 1, "removed": 0, "changed": 0}
    page: dict[str, Any] = {"items": [], "next": None, "lists": []}
    page["counts"] = counts
    fake.on("GET", f"/versions/{path}", page)
    ran = cli("wordlist", "diff", *args)
    assert ran.code == 0, ran.err
    assert ran.out == "1 added, 0 removed, 0 changed\n"


def test_diff_without_any_version_says_so(cli: Cli, fake: FakeAdmin) -> None:
    fake.on("GET", "/versions", {"items": [], "next": None})
    assert "nothing was published yet" in cli("wordlist", "diff", "2").err


def test_publish_sends_the_revision_that_was_looked_at(
    cli: Cli, fake: FakeAdmin
) -> None:
    fake.on("POST", "/drafts/3/publish", VERSION, 201)
    ran = cli("wordlist", "publish", "3", "--why", "complaints", "--force")
    [asked] = fake.changes()
    assert asked.revision == '"7"'
    assert asked.body == {"why": "complaints", "force": True}
    served = "served by every process within seconds"
    assert ran.out == f"version 5 is live: 2 added, 1 removed; {served}\n"


def test_a_conflict_is_told_with_the_words_and_the_way_on(
    cli: Cli, fake: FakeAdmin
) -> None:
    detail = "a version published meanwhile changed the same words: '词' in mine"
    fake.refuse("POST", "/drafts/3/publish", 409, detail)
    ran = cli("wordlist", "publish", "3")
    assert ran.code == 2
    assert "'词' in mine" in ran.err


def test_rollback_gives_a_reason_of_its_own(cli: Cli, fake: FakeAdmin) -> None:
    fake.on("POST", "/versions/2/rollback", VERSION, 201)
    assert cli("wordlist", "rollback", "2").out.startswith("version 5 is live")
    assert fake.asked[0].body == {"why": "back to version 2"}


def test_block_sends_hours_and_says_how_to_undo_it(cli: Cli, fake: FakeAdmin) -> None:
    fake.on("POST", "/blocks", VERSION, 201)
    options = "--label fraud --for 90m --why scam --scene chat".split()
    ran = cli("wordlist", "block", "新骗术", *options)
    assert fake.asked[0].body == {
        "term": "新骗术",
        "label": "fraud",
        "hours": 1.5,
        "why": "scam",
        "scenes": ["chat"],
    }
    assert "version 5 is live: blocked for 90m; served by every process" in ran.out
    assert "seccheck wordlist rollback 4" in ran.out


def test_block_refuses_a_span_that_is_none(cli: Cli, fake: FakeAdmin) -> None:
    ran = cli("wordlist", "block", "新骗术", "--label", "fraud", "--for", "long")
    assert ran.code == 2
    assert (
        ran.err == "seccheck: --for: 'long' is no duration; write 90m, 72h, 3d or 2w\n"
    )
    assert fake.asked == []


def test_block_needs_a_label(cli: Cli, fake: FakeAdmin) -> None:
    assert "--label" in cli("wordlist", "block", "新骗术").err


def test_packs_propose_a_draft_or_nothing(cli: Cli, fake: FakeAdmin) -> None:
    fake.on("POST", "/drafts/packs", DRAFT, 201)
    assert "wordlist publish 3" in cli("wordlist", "packs").out
    fake.on("POST", "/drafts/packs", None)
    assert cli("wordlist", "packs").out == "the packs have nothing new\n"
