"""`seccheck picture`: against a stand-in, and once for real on a database."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.image.known_examples import waves
from tests.cli_fake import FakeAdmin, install
from tests.cli_helpers import Cli

HASH = "0ab6b5410ab6b5414abeb5414abeb541fbfe5543aa54d6e2a9395366ac8902bf"
OTHER = "f" * 64
VERSION: dict[str, Any] = {
    "number": 5,
    "live": True,
    "created_at": "2026-11-20T03:04:05Z",
    "who": "alice#3",
    "why": "complaints",
    "origin": "add",
    "picture_count": 12345,
    "added": 2,
    "changed": 0,
    "removed": 1,
    "checksum": "0" * 32,
    "rolled_back_to": None,
}
CHANGE: dict[str, Any] = {
    "version": VERSION,
    "added": 2,
    "changed": 0,
    "removed": 1,
    "unchanged": 0,
    "warnings": [],
}
PICTURE: dict[str, Any] = {
    "list": "own",
    "hash": HASH,
    "label": "porn",
    "quality": 96,
    "centre": None,
    "note": "ticket 7",
    "who": "alice#3",
    "at": "2026-11-20T03:04:05Z",
}
REPORT = CHANGE | {"applied": True, "refused": [], "refused_total": 0}
LIVE = "version 5 is live: 2 added, 1 removed; used by every process within seconds\n"


@pytest.fixture
def cli(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Cli:
    (tmp_path / "one.jpg").write_bytes(b"a picture")
    (tmp_path / "two.jpg").write_bytes(b"another")
    (tmp_path / "list.txt").write_text(f"{HASH}\n", encoding="utf-8")
    return Cli.at(tmp_path, monkeypatch, capfd)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeAdmin:
    found = install(monkeypatch)
    lists = "/pictures/lists/own"
    found.on("POST", f"{lists}/entries", CHANGE)
    found.on("POST", f"{lists}/remove", CHANGE)
    found.on("POST", f"{lists}/upload", CHANGE | {"pictures": [PICTURE]})
    found.on("POST", f"{lists}/import", REPORT)
    found.on("GET", "/pictures/versions", {"items": [VERSION], "next": None})
    return found


def test_hashes_go_in_one_call_and_each_file_in_one(cli: Cli, fake: FakeAdmin) -> None:
    options = "--list own --label porn --note seen --why ticket --expected 4".split()
    ran = cli("picture", "add", "one.jpg", HASH, "two.jpg", OTHER, *options)
    assert ran.code == 0, ran.err
    add, one, two = fake.changes()
    assert add.path == "/pictures/lists/own/entries"
    assert add.body == {
        "pictures": [
            {"hash": HASH, "label": "porn", "quality": 100, "note": "seen"},
            {"hash": OTHER, "label": "porn", "quality": 100, "note": "seen"},
        ],
        "why": "ticket",
    }
    assert (one.content, two.content) == (b"a picture", b"another")
    assert one.query == {"label": "porn", "note": "seen", "why": "ticket"}
    assert [asked.query.get("expected") for asked in (add, one, two)] == [
        "4",
        None,
        None,
    ]
    assert ran.out.count(LIVE) == 3
    assert f"one.jpg: {HASH} quality 96\n" in ran.out


def test_what_was_done_is_told_when_the_rest_fails(cli: Cli, fake: FakeAdmin) -> None:
    ran = cli("picture", "add", "one.jpg", "none.jpg", "--list", "own")
    assert (ran.code, LIVE in ran.out) == (2, True)
    assert "seccheck: none.jpg: cannot read none.jpg: No such file" in ran.err
    fake.refuse("POST", "/pictures/lists/own/upload", 415, "The file is no picture.")
    ran = cli("picture", "add", "two.jpg", "--list", "own")
    assert (ran.code, ran.out) == (2, "")
    assert "two.jpg: The file is no picture" in ran.err


def test_warnings_and_nothing_new(cli: Cli, fake: FakeAdmin) -> None:
    same = {"version": None, "unchanged": 2, "warnings": ["a poor hash"]}
    fake.on("POST", "/pictures/lists/own/entries", CHANGE | same)
    ran = cli("picture", "add", HASH, OTHER, "--list", "own")
    assert ran.out == "nothing changed: 2 listed so already\n"
    assert ran.err == "seccheck: a poor hash\n"


def test_remove(cli: Cli, fake: FakeAdmin) -> None:
    ran = cli("picture", "remove", HASH, "--list", "own", "--why", "harmless")
    [asked] = fake.changes()
    assert (asked.path, asked.body) == (
        "/pictures/lists/own/remove",
        {"hashes": [HASH], "why": "harmless"},
    )
    assert ran.out == LIVE


def test_lists_and_what_is_in_them(cli: Cli, fake: FakeAdmin) -> None:
    item = {"name": "own", "count": 4211, "exempt": 2}
    fake.on("GET", "/pictures/lists", {"items": [item]})
    assert cli("picture", "list").out.splitlines()[1].split() == ["own", "4,211", "2"]
    assert json.loads(cli("picture", "list", "--json").out) == [item]
    fake.on("GET", "/pictures/lists/own/entries", {"items": [PICTURE], "next": "17"})
    ran = cli("picture", "list", "own", "--version", "2", "--limit", "1")
    assert fake.asked[-1].query == {"version": "2", "limit": "1"}
    assert HASH in ran.out
    assert "--after 17" in ran.err
    fake.on("GET", "/pictures/lists", {"items": []})
    assert "no picture is listed" in cli("picture", "list").err


def test_find(cli: Cli, fake: FakeAdmin) -> None:
    fake.on("GET", "/pictures/entries", {"items": [PICTURE]})
    ran = cli("picture", "find", HASH)
    assert fake.asked[-1].query == {"hash": HASH}
    assert ran.out.splitlines()[1].split()[:3] == ["own", "porn", "96"]
    fake.on("GET", "/pictures/entries", {"items": []})
    assert cli("picture", "find", HASH).out == "no list has this hash\n"


def test_versions_mark_the_live_one(cli: Cli, fake: FakeAdmin) -> None:
    old = VERSION | {"number": 4, "live": False}
    fake.on("GET", "/pictures/versions", {"items": [VERSION, old], "next": "4"})
    ran = cli("picture", "versions", "--limit", "2")
    _, live, former = ran.out.splitlines()
    assert (live.split()[0], former.split()[0]) == ("5*", "4")
    assert "12,345" in live
    assert "--before 4" in ran.err
    assert json.loads(cli("picture", "versions", "--json").out) == [VERSION, old]


@pytest.mark.parametrize(
    ("args", "path"), [(("0", "4"), "0/diff/4"), (("2",), "2/diff/5")]
)
def test_diff(cli: Cli, fake: FakeAdmin, args: tuple[str, ...], path: str) -> None:
    row = {"kind": "changed", "before": PICTURE, "after": PICTURE | {"label": "ads"}}
    page = {"items": [row], "next": None, "added": 0, "removed": 0, "changed": 1}
    fake.on("GET", f"/pictures/versions/{path}", page)
    ran = cli("picture", "diff", *args)
    assert "porn 96  ads 96" in ran.out
    assert ran.out.endswith("0 added, 0 removed, 1 changed\n")


def test_rollback_gives_a_reason_of_its_own(cli: Cli, fake: FakeAdmin) -> None:
    fake.on("POST", "/pictures/versions/2/rollback", VERSION, 201)
    assert cli("picture", "rollback", "2").out == LIVE
    assert fake.asked[0].body == {"why": "back to version 2"}


def test_import_sends_the_file(cli: Cli, fake: FakeAdmin) -> None:
    ran = cli("picture", "import", "list.txt", "--list", "own", "--label", "porn")
    [asked] = fake.changes()
    assert asked.content == f"{HASH}\n".encode()
    assert asked.query == {
        "format": "auto",
        "label": "porn",
        "note": "",
        "mode": "merge",
        "dry_run": "false",
        "skip_refused": "false",
        "why": "import of list.txt",
    }
    assert ran.out == LIVE
    cli("picture", "import", "-", "--list", "own", stdin=b"x")
    assert fake.changes()[-1].query["why"] == "import of standard input"


def test_import_names_what_was_refused(cli: Cli, fake: FakeAdmin) -> None:
    bad = {"line": 3, "column": "hash", "message": "it is none"}
    refused = {"version": None, "applied": False, "refused": [bad] * 25}
    fake.on(
        "POST", "/pictures/lists/own/import", REPORT | refused | {"refused_total": 30}
    )
    ran = cli("picture", "import", "list.txt", "--list", "own")
    assert ran.code == 2
    assert ran.err.count("list.txt:3: hash: it is none") == 20
    assert "10 more refused rows not shown" in ran.err
    assert "nothing was changed: 30 mistakes in list.txt" in ran.err
    ran = cli("picture", "import", "list.txt", "--list", "own", "--dry-run")
    assert ran.out.startswith("dry run, nothing was changed: 2 added, 0 changed")
    assert ran.code == 2


def test_export(cli: Cli, fake: FakeAdmin) -> None:
    fake.on("GET", "/pictures/lists/own/export", b"hash\nabc\n")
    assert cli("picture", "export", "--list", "own").out == "hash\nabc\n"
    ran = cli("picture", "export", "--list", "own", "-o", "out.csv", "--excel")
    assert fake.asked[-1].query == {"format": "csv", "excel": "true"}
    assert Path("out.csv").read_bytes() == b"hash\nabc\n"
    assert "2 lines written to out.csv" in ran.err


def test_for_real_on_a_new_database(cli: Cli) -> None:
    Image.fromarray(waves(320, 240)).save("waves.png")
    Image.fromarray(np.full((90, 90, 3), 90, np.uint8)).save("plain.png")
    ran = cli("picture", "add", "waves.png", "--list", "own", "--label", "fraud")
    assert ran.code == 0, ran.err
    assert f"waves.png: {HASH} quality 100" in ran.out
    ran = cli("picture", "add", "plain.png", "--list", "own")
    assert "quality 0: below 50" in ran.err
    ran = cli("picture", "add", "list.txt", "--list", "own")
    assert (ran.code, ran.out) == (2, "")
    assert "list.txt: The file is not a picture" in ran.err
    ran = cli("picture", "import", "list.txt", "--list", "copy", "--expected", "1")
    assert ran.code == 2
    assert "Version 1 was expected, but version 2 is live" in ran.err
    assert cli("picture", "import", "list.txt", "--list", "copy").code == 0
    assert len(json.loads(cli("picture", "find", HASH, "--json").out)) == 2
    assert cli("picture", "rollback", "1").code == 0
    (left,) = json.loads(cli("picture", "list", "own", "--json").out)
    assert (left["hash"], left["label"]) == (HASH, "fraud")
    made = json.loads(cli("audit", "--json", "--limit", "2").out)
    entries = made if isinstance(made, list) else made["items"]
    assert [one["action"] for one in entries] == ["picture.rollback", "picture.import"]
