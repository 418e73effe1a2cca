"""`seccheck wordlist draft …` against a stand-in for the admin API."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli_fake import FakeAdmin, install
from tests.cli_helpers import Cli

DRAFT: dict[str, Any] = {
    "id": 3,
    "title": "autumn",
    "origin": "operator",
    "state": "open",
    "revision": 7,
    "base": 1,
    "created_at": "2026-11-20T03:04:05Z",
    "created_by": "alice#3",
    "changes": 2,
    "version": None,
    "approvals": [],
}
ROW: dict[str, Any] = {
    "list": "mine",
    "digest": "0" * 32,
    "term": "新骗术",
    "label": "fraud",
    "level": 90,
    "match": "fuzzy",
    "scenes": ["chat"],
    "starts": None,
    "expires": "2026-12-01T00:00:00Z",
    "note": "",
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
    return found


def draft(cli: Cli, *args: str) -> Any:
    return cli("wordlist", "draft", *args)


def test_new_opens_a_draft_and_names_the_next_step(cli: Cli, fake: FakeAdmin) -> None:
    fake.on("POST", "/drafts", DRAFT, 201)
    ran = draft(cli, "new", "autumn")
    assert fake.asked[0].body == {"title": "autumn"}
    assert ran.out.startswith("draft 3 is open: autumn\n")
    assert "seccheck wordlist draft put 3 TERM --list NAME" in ran.out


@pytest.mark.parametrize(("args", "state"), [((), "open"), (("--state", "all"), None)])
def test_list_asks_for_open_drafts_unless_told(
    cli: Cli, fake: FakeAdmin, args: tuple[str, ...], state: str | None
) -> None:
    fake.on("GET", "/drafts", {"items": [DRAFT], "next": None})
    ran = draft(cli, "list", *args)
    assert fake.asked[0].query.get("state") == state
    head, row = ran.out.splitlines()
    assert head.split() == [
        "DRAFT",
        "STATE",
        "EDITS",
        "ORIGIN",
        "BY",
        "OPENED",
        "TITLE",
    ]
    assert (
        row.split() == "3 open 2 operator alice#3 2026-11-20 03:04 UTC autumn".split()
    )


def test_show_tells_who_did_what_and_why(cli: Cli, fake: FakeAdmin) -> None:
    edit = {"id": 12, "op": "add", "list": "mine", "row": ROW, "scope": None}
    edit |= {"who": "alice#3", "at": "2026-11-20T03:04:05Z", "why": "complaints"}
    setting = edit | {"id": 13, "op": "list", "row": None}
    fake.on("GET", "/drafts/3/changes", {"items": [edit, setting], "next": "13"})
    ran = draft(cli, "show", "3", "--limit", "2")
    assert fake.asked[1].query == {"limit": "2"}
    first, _, row, other, *_ = ran.out.splitlines()
    assert first == "draft 3, open, revision 7, 2 edits, approved by nobody: autumn"
    assert "fraud 90 fuzzy chat until 2026-12-01T00:00:00Z" in row
    assert row.endswith("complaints")
    assert other.split()[:4] == ["13", "list", "mine", "-"]
    assert "add --after 13" in ran.err
    assert "serve it: seccheck wordlist publish 3" in ran.out


def test_diff_shows_both_sides_and_counts(cli: Cli, fake: FakeAdmin) -> None:
    before = ROW | {"level": 40, "scenes": [], "expires": None}
    rows = [
        {"kind": "changed", "list": "mine", "before": before, "after": ROW},
        {"kind": "removed", "list": "mine", "before": before, "after": None},
    ]
    counts = {"added": 0, "removed": 1, "changed": 1}
    page = {"items": rows, "next": None, "lists": [], "counts": counts}
    fake.on("GET", "/drafts/3/diff", page)
    lines = draft(cli, "diff", "3").out.splitlines()
    assert lines[1].split()[:6] == "changed mine 新骗术 fraud 40 fuzzy".split()
    assert lines[2].endswith("fraud 40 fuzzy  -")
    assert lines[-1] == "0 added, 1 removed, 1 changed"


def test_lint_shows_remarks_or_says_there_are_none(cli: Cli, fake: FakeAdmin) -> None:
    remark = {"list": "mine", "severity": "warning", "check": "common-word"}
    remark |= {"term": "贷款", "message": "an ordinary word"}
    fake.on("GET", "/drafts/3/lint", {"items": [remark], "errors": 0, "warnings": 1})
    lines = draft(cli, "lint", "3").out.splitlines()
    assert lines[1].split() == [*remark.values()][:4] + "an ordinary word".split()
    fake.on("GET", "/drafts/3/lint", {"items": [], "errors": 0, "warnings": 0})
    assert "nothing to say" in draft(cli, "lint", "3").err


@pytest.mark.parametrize(
    ("verb", "method", "path"),
    [("approve", "POST", "/drafts/3/approve"), ("discard", "DELETE", "/drafts/3")],
)
@pytest.mark.parametrize(("given", "sent"), [((), "7"), (("--revision", "5"), "5")])
def test_a_decision_is_about_one_revision(
    cli: Cli,
    fake: FakeAdmin,
    verb: str,
    method: str,
    path: str,
    given: tuple[str, ...],
    sent: str,
) -> None:
    fake.on(method, path, DRAFT)
    ran = draft(cli, verb, "3", *given)
    assert ran.code == 0, ran.err
    [asked] = fake.changes()
    assert (asked.method, asked.path) == (method, path)
    assert asked.revision == f'"{sent}"'


def test_discard_prints_json_even_of_an_empty_answer(cli: Cli, fake: FakeAdmin) -> None:
    fake.on("DELETE", "/drafts/3", None)
    ran = draft(cli, "discard", "3", "--json")
    assert json.loads(ran.out) == {"id": 3, "state": "discarded"}


def test_an_old_revision_is_refused_with_the_way_on(cli: Cli, fake: FakeAdmin) -> None:
    fake.refuse("POST", "/drafts/3/approve", 412, "draft 3 is at revision 9.")
    ran = draft(cli, "approve", "3")
    assert ran.code == 2
    assert "revision 9; somebody changed it meanwhile" in ran.err
    assert "wordlist draft show" in ran.err
