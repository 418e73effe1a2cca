"""Single edits of a draft against a stand-in for the admin API."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli_fake import FakeAdmin, install
from tests.cli_helpers import Cli, Ran
from tests.test_cli_drafts import DRAFT, ROW


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
    found.on("POST", "/drafts/3/changes", DRAFT)
    live(found)
    drafted(found)
    return found


def live(fake: FakeAdmin, *rows: dict[str, Any]) -> None:
    fake.on("GET", "/terms", {"items": list(rows), "next": None})


def drafted(fake: FakeAdmin, *rows: dict[str, Any]) -> None:
    items = [{"id": 12, "op": "add", "list": "mine", "row": row} for row in rows]
    gone = {"id": 13, "op": "drop_list", "list": "other", "row": None}
    fake.on("GET", "/drafts/3/changes", {"items": [*items, gone], "next": None})


def edit(cli: Cli, verb: str, *args: str) -> Ran:
    return cli("wordlist", "draft", verb, "3", *args)


def sent(fake: FakeAdmin) -> Any:
    [asked] = fake.changes()
    assert asked.revision == '"7"'
    return asked.body


def test_put_sends_one_term(cli: Cli, fake: FakeAdmin) -> None:
    options = "--list mine --label fraud --level 70 --match fuzzy --scene chat"
    times = "--scene live --expires 2027-01-01 --why complaint"
    ran = edit(cli, "put", "新骗术", *options.split(), *times.split())
    assert ran.code == 0, ran.err
    term: dict[str, Any] = {"op": "put", "list": "mine", "term": "新骗术"}
    term |= {"label": "fraud"}
    term |= {"level": 70, "match": "fuzzy", "scenes": ["chat", "live"]}
    expected = term | {"expires": "2027-01-01"}
    assert sent(fake) == {"why": "complaint", "edits": [expected]}
    assert ran.out.startswith(
        "draft 3 has 2 edits\nserve it: seccheck wordlist publish"
    )


def test_put_takes_the_place_of_all_rows_of_the_term(cli: Cli, fake: FakeAdmin) -> None:
    other = ROW | {"digest": "1" * 32}
    longer = ROW | {"digest": "2" * 32, "term": "新骗术们"}
    live(fake, ROW, other, longer)
    edit(cli, "put", "新骗术", "--list", "mine")
    assert fake.asked[1].query["q"] == "新骗术"
    first, second = sent(fake)["edits"]
    assert first["replaces"] == "0" * 32
    assert second == {"op": "remove", "list": "mine", "digest": "1" * 32}


def test_put_beside_keeps_them(cli: Cli, fake: FakeAdmin) -> None:
    live(fake, ROW)
    edit(cli, "put", "新骗术", "--list", "mine", "--beside")
    [only] = sent(fake)["edits"]
    assert "replaces" not in only


def test_remove_takes_every_row_of_the_term(cli: Cli, fake: FakeAdmin) -> None:
    live(fake, ROW, ROW | {"digest": "1" * 32})
    edit(cli, "remove", "新骗术", "--list", "mine")
    digests = [edit["digest"] for edit in sent(fake)["edits"]]
    assert digests == ["0" * 32, "1" * 32]


def test_remove_and_put_know_what_the_draft_itself_adds(
    cli: Cli, fake: FakeAdmin
) -> None:
    drafted(fake, ROW, ROW | {"list": "elsewhere", "digest": "1" * 32})
    edit(cli, "remove", "新骗术", "--list", "mine")
    removal = {"op": "remove", "list": "mine", "digest": "0" * 32}
    assert sent(fake)["edits"] == [removal]
    fake.asked.clear()
    edit(cli, "put", "新骗术", "--list", "mine", "--level", "50")
    assert sent(fake)["edits"][0]["replaces"] == "0" * 32


def test_remove_of_an_unknown_term_changes_nothing(cli: Cli, fake: FakeAdmin) -> None:
    ran = edit(cli, "remove", "没有的词", "--list", "mine")
    assert ran.code == 2
    assert "neither draft 3 nor the live list has a term '没有的词'" in ran.err
    assert fake.changes() == []


def test_set_list_sends_settings(cli: Cli, fake: FakeAdmin) -> None:
    edit(cli, "set-list", "mine", "--app", "shop", "--scene", "chat", "--no-enabled")
    expected = {"op": "list", "list": "mine", "enabled": False}
    expected |= {"apps": ["shop"], "scenes": ["chat"]}
    assert sent(fake)["edits"] == [expected]


def test_drop_list(cli: Cli, fake: FakeAdmin) -> None:
    edit(cli, "drop-list", "mine", "--why", "not ours")
    assert sent(fake) == {
        "why": "not ours",
        "edits": [{"op": "drop_list", "list": "mine"}],
    }


def test_undo_takes_back_one_edit(cli: Cli, fake: FakeAdmin) -> None:
    fake.on("DELETE", "/drafts/3/changes/12", DRAFT)
    assert edit(cli, "undo", "12").code == 0
    [asked] = fake.changes()
    assert (asked.path, asked.revision) == ("/drafts/3/changes/12", '"7"')


def test_a_given_revision_is_not_looked_up(cli: Cli, fake: FakeAdmin) -> None:
    edit(cli, "put", "新骗术", "--list", "mine", "--revision", "5")
    looked = [(asked.method, asked.path) for asked in fake.asked[:-1]]
    assert looked == [("GET", "/terms"), ("GET", "/drafts/3/changes")]
    assert fake.asked[-1].revision == '"5"'
