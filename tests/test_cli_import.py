"""`seccheck wordlist import`: files into drafts, against a stand-in."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from app.cli_common import CommandError
from app.cli_upload import Upload, opened, pieces, progress
from tests.cli_fake import FakeAdmin, install
from tests.cli_helpers import Cli, Ran
from tests.test_cli_drafts import DRAFT
from tests.test_cli_versions import VERSION

REPORT: dict[str, Any] = {
    "added": 2,
    "changed": 0,
    "removed": 0,
    "unchanged": 1,
    "refused": [],
    "refused_total": 0,
}


@pytest.fixture
def cli(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Cli:
    (tmp_path / "mine.csv").write_text("term\n甲甲\n乙乙\n", encoding="utf-8")
    return Cli.at(tmp_path, monkeypatch, capfd)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeAdmin:
    found = install(monkeypatch)
    found.on("POST", "/drafts", DRAFT, 201)
    found.on("GET", "/drafts/3", DRAFT)
    found.on("DELETE", "/drafts/3", None)
    found.on("POST", "/drafts/3/import", REPORT)
    found.on("POST", "/drafts/3/publish", VERSION, 201)
    return found


def bring(cli: Cli, *args: str) -> Ran:
    return cli("wordlist", "import", "mine.csv", *args)


def made(fake: FakeAdmin) -> list[str]:
    return [f"{asked.method} {asked.path}" for asked in fake.changes()]


def test_without_publish_it_opens_a_draft(cli: Cli, fake: FakeAdmin) -> None:
    ran = bring(cli)
    assert made(fake) == ["POST /drafts", "POST /drafts/3/import"]
    sent = fake.changes()[1]
    assert sent.content == Path("mine.csv").read_bytes()
    assert sent.revision == '"7"'
    assert sent.query["list"] == "mine"
    assert sent.query["mode"] == "merge"
    assert ran.out.startswith(
        "draft 3 waits for publication; list mine: 2 added, 0 removed, 1 unchanged\n"
    )
    assert "seccheck wordlist draft diff 3" in ran.out
    assert "seccheck wordlist publish 3" in ran.out


def test_a_draft_that_is_there_is_extended(cli: Cli, fake: FakeAdmin) -> None:
    bring(cli, "--draft", "3")
    assert made(fake) == ["POST /drafts/3/import"]


def test_publish_does_both(cli: Cli, fake: FakeAdmin) -> None:
    ran = bring(cli, "--publish", "--why", "complaint")
    assert made(fake)[-1] == "POST /drafts/3/publish"
    assert fake.changes()[-1].body["why"] == "complaint"
    assert "version 5 is live; list mine: 2 added" in ran.out


def test_a_dry_run_leaves_no_draft(cli: Cli, fake: FakeAdmin) -> None:
    ran = bring(cli, "--dry-run")
    assert fake.changes()[1].query["dry_run"] == "true"
    assert made(fake)[-1] == "DELETE /drafts/3"
    assert ran.out.startswith("dry run, nothing was changed; list mine: 2 added")


def test_every_option_reaches_the_server(cli: Cli, fake: FakeAdmin) -> None:
    bring(
        cli,
        *"--list scam --replace --format text --label fraud --level 70".split(),
        *"--match fuzzy --skip-refused --draft 3 --revision 5".split(),
    )
    [sent] = fake.changes()
    expected = {"list": "scam", "mode": "replace", "format": "text", "label": "fraud"}
    expected |= {"level": "70", "match": "fuzzy", "skip_refused": "true"}
    assert expected.items() <= sent.query.items()
    assert sent.revision == '"5"'


def test_a_file_that_changes_nothing_leaves_no_draft(cli: Cli, fake: FakeAdmin) -> None:
    fake.on("POST", "/drafts/3/import", REPORT | {"added": 0})
    ran = bring(cli, "--publish")
    assert made(fake)[-1] == "DELETE /drafts/3"
    assert ran.code == 0
    assert ran.out.startswith("nothing to change; list mine: 0 added")


def test_a_refused_import_leaves_no_draft(cli: Cli, fake: FakeAdmin) -> None:
    fake.refuse("POST", "/drafts/3/import", 422, "a list name is 1 to 64 letters")
    ran = bring(cli)
    assert ran.code == 2
    assert "a list name is" in ran.err
    assert made(fake)[-1] == "DELETE /drafts/3"


def test_a_draft_of_somebody_else_is_not_dropped(cli: Cli, fake: FakeAdmin) -> None:
    fake.refuse("POST", "/drafts/3/import", 422, "no")
    assert bring(cli, "--draft", "3").code == 2
    assert made(fake) == ["POST /drafts/3/import"]


def test_standard_input_needs_the_name_of_a_list(cli: Cli, fake: FakeAdmin) -> None:
    assert "--list" in cli("wordlist", "import", "-").err
    ran = cli("wordlist", "import", "-", "--list", "mine", stdin="甲甲\n".encode())
    assert ran.code == 0, ran.err
    assert fake.changes()[1].content == "甲甲\n".encode()


def test_a_missing_file_asks_nothing(cli: Cli, fake: FakeAdmin) -> None:
    ran = cli("wordlist", "import", "nope.csv", "--publish")
    assert ran.code == 2
    assert ran.err.startswith("seccheck: cannot read nope.csv: ")
    assert fake.asked == []


def test_json_has_the_report_and_what_became_of_it(cli: Cli, fake: FakeAdmin) -> None:
    found = json.loads(bring(cli, "--json").out)
    assert found["added"] == 2
    assert (found["draft"], found["version"]) == (3, None)


async def test_pieces_are_bounded_and_counted() -> None:
    seen: list[int] = []
    upload = Upload(150_000, seen.append)
    sent = [piece async for piece in pieces(io.BytesIO(b"x" * 150_000), upload)]
    assert b"".join(sent) == b"x" * 150_000
    assert seen == [65_536, 65_536, 18_928]


async def test_the_second_half_of_the_bar_is_what_the_server_has_read() -> None:
    seen: list[int] = []
    upload = Upload(400, seen.append)
    upload.sent(b"word\n" * 80)
    for rows in (0, 20, 20, 80, 90):
        upload.read(rows)
    assert seen == [400, 100, 300]


def test_on_a_terminal_the_server_is_asked_how_far_it_is(
    cli: Cli, fake: FakeAdmin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.cli_import.POLL_SECONDS", 0.01)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    fake.on("GET", "/drafts/3/import", {"rows": 1})
    fake.slow("POST", "/drafts/3/import", 0.2)
    ran = bring(cli)
    assert ran.code == 0, ran.err
    assert "/drafts/3/import" in [one.path for one in fake.asked if one.method == "GET"]
    assert "%" in ran.err


def test_a_server_that_does_not_tell_is_no_failure(
    cli: Cli, fake: FakeAdmin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.cli_import.POLL_SECONDS", 0.01)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    fake.slow("POST", "/drafts/3/import", 0.1)
    assert bring(cli).code == 0


def test_a_bar_is_for_terminals(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source = io.BytesIO(b"x" * 10)
    with progress(source, "mine ", read=True) as upload:
        assert upload is None
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress(source, "mine ", read=True) as upload:
        assert upload is not None
        upload.sent(b"x" * 9 + b"\n")
        upload.read(1)
    assert "100%" in capsys.readouterr().err
    assert source.tell() == 0


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot read"), opened(tmp_path):
        pass
