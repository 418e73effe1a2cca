"""`seccheck wordlist` from end to end."""

import json
from pathlib import Path

import pytest

from app.lexicon.csvfile import read_entries
from tests.cli_helpers import Cli

HEAD = "term,label,level,match,scenes,starts,expires,note\n"


@pytest.fixture
def cli(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Cli:
    ready = Cli.at(tmp_path, monkeypatch, capfd)
    packs = tmp_path / "packs"
    packs.mkdir()
    (packs / "shipped.csv").write_text("term,label\n原有词语,ads\n", encoding="utf-8")
    monkeypatch.setenv("SECCHECK_WORDLISTS_DIR", str(packs))
    return ready


def write(name: str, text: str) -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def test_lint_is_silent_about_good_lists(cli: Cli) -> None:
    ran = cli("wordlist", "lint")
    assert (ran.code, ran.out) == (0, "")
    assert "1 file with 1 entry: 0 errors, 0 warnings" in ran.err


def test_lint_shows_place_and_reason(cli: Cli) -> None:
    name = write(
        "mine.csv", "term,level\n好词语,5\n甲！&的的,5\n贷款,90\n坏词语,high\n"
    )
    ran = cli("wordlist", "lint", name)
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert lines[0].split() == ["PLACE", "SEVERITY", "CHECK", "TERM", "MESSAGE"]
    assert [line.split()[:3] for line in lines[1:]] == [
        ["mine.csv:3", "error", "one-character"],
        ["mine.csv:4", "warning", "common-word"],
        ["mine.csv:5", "error", "unreadable"],
    ]
    assert "2 errors, 1 warning" in ran.err


def test_lint_warnings_alone_are_no_failure(cli: Cli) -> None:
    assert cli("wordlist", "lint", write("mine.csv", "term\n贷款\n")).code == 0


def test_lint_as_json(cli: Cli) -> None:
    name = write("mine.csv", "term,level\n屌,30\n")
    ran = cli("wordlist", "lint", "--json", name)
    assert ran.code == 0
    (remark,) = json.loads(ran.out)
    assert remark["file"] == "mine.csv"
    assert remark["line"] == 2
    assert (remark["check"], remark["severity"]) == ("one-character", "warning")
    assert json.loads(cli("wordlist", "lint", "--json").out) == []


def test_lint_of_very_many_remarks_shows_the_errors(cli: Cli) -> None:
    many = "贷款,90\n" * 300 + "词语,high\n" * 300
    ran = cli("wordlist", "lint", write("mine.csv", f"term,level\n{many}"))
    assert len(ran.out.splitlines()) == 501
    assert "more are not shown" in ran.err


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("lint", "nope.csv"), "cannot read nope.csv"),
        (("lint", "."), "no CSV file"),
        (("import", "nope.csv", "--publish"), "cannot read nope.csv"),
        (("import", "mine.csv", "--publish", "--list", "a/b"), "list: "),
        (("import", "mine.csv", "--draft", "9"), "no draft 9"),
        (("publish", "9"), "no draft 9"),
        (("rollback", "9"), "no version 9"),
        (("block", "新词语", "--label", "nonsense"), "label: use one of ads, "),
        (("block", "新词语", "--label", "fraud", "--for", "soon"), "--for: "),
        (("export", "--list", "nope"), "lists: shipped"),
        (("export", "--version", "9"), "no version 9"),
        (("export", "-o", "no/such/folder.csv"), "cannot write"),
    ],
)
def test_mistakes_are_one_sentence(cli: Cli, args: tuple[str, ...], words: str) -> None:
    if "mine.csv" in args:
        write("mine.csv", "term\n新词语\n")
    ran = cli("wordlist", *args)
    assert ran.code == 2
    assert words in ran.err
    assert len(ran.err.splitlines()) == 1


def test_an_import_waits_as_a_draft_unless_published(cli: Cli) -> None:
    ran = cli("wordlist", "import", write("mine.csv", "term\n新词语\n"))
    assert ran.code == 0, ran.err
    assert "draft 1 waits for publication; list mine: 1 added" in ran.out
    assert "新词语" not in cli("wordlist", "export").out
    shown = cli("wordlist", "draft", "diff", "1").out
    assert shown.splitlines()[1].split()[:3] == ["added", "mine", "新词语"]
    assert "version 2 is live" in cli("wordlist", "publish", "1").out
    assert "新词语" in cli("wordlist", "export").out


def test_import_publishes_beside_the_shipped_packs(cli: Cli) -> None:
    name = write("mine.csv", "term,label\n新词语,fraud\n")
    ran = cli("wordlist", "import", name, "--publish", "--why", "a complaint")
    assert ran.code == 0, ran.err
    assert "version 2 is live; list mine: 1 added, 0 removed" in ran.out
    listed = json.loads(cli("wordlist", "versions", "--json").out)
    assert [(v["number"], v["live"], v["why"]) for v in listed] == [
        (2, True, "a complaint"),
        (1, False, "first start"),
    ]
    table = cli("wordlist", "versions").out.splitlines()
    assert table[1].startswith("2*")
    exported = cli("wordlist", "export").out
    assert exported.startswith(HEAD)
    assert "原有词语,ads" in exported
    assert "新词语,fraud" in exported
    assert "新词语" not in cli("wordlist", "export", "--version", "1").out


def test_import_merges_unless_told_to_replace(cli: Cli) -> None:
    first = write("mine.csv", "term,level\n甲甲词,10\n乙乙词,10\n")
    cli("wordlist", "import", first, "--publish")
    more = write("more.csv", "term,level\n乙乙词,70\n丙丙词,70\n")
    args = ("wordlist", "import", more, "--list", "mine")
    dry = cli(*args, "--dry-run")
    assert dry.out == (
        "dry run, nothing was changed; list mine:"
        " 1 added, 1 changed, 0 removed, 1 unchanged\n"
    )
    assert "1 added, 1 changed" in cli(*args, "--publish").out
    kept = cli("wordlist", "export", "--list", "mine").out
    assert "甲甲词,other,10" in kept
    assert "乙乙词,other,70" in kept
    cli(*args, "--replace", "--publish")
    assert "甲甲词" not in cli("wordlist", "export", "--list", "mine").out


def test_a_file_with_a_mistake_changes_nothing(cli: Cli) -> None:
    name = write("mine.csv", "term,level\n好词语,5\n出售&枪,90\n坏词语,high\n")
    ran = cli("wordlist", "import", name, "--publish")
    assert ran.code == 2
    assert "mine.csv:3: term: the part '枪' has one character" in ran.err
    assert "mine.csv:4: level" in ran.err
    assert "nothing was changed: 2 mistakes" in ran.err
    assert "好词语" not in cli("wordlist", "export").out


def test_one_character_is_never_matched_fuzzily_and_lint_warns(cli: Cli) -> None:
    name = write("mine.csv", "term,match\n屌,\n屄,exact\n肏,fuzzy\n好词语,fuzzy\n")
    ran = cli("wordlist", "import", name)
    assert ran.code == 0, ran.err
    said = json.loads(cli("wordlist", "draft", "lint", "1", "--json").out)
    warned = [one["term"] for one in said["items"] if one["check"] == "one-character"]
    assert sorted(warned) == sorted("屌屄肏")
    cli("wordlist", "publish", "1")
    kept = cli("wordlist", "export", "--list", "mine").out.splitlines()[1:]
    matches = {line.split(",")[0]: line.split(",")[3] for line in kept}
    assert matches == {
        "屌": "standard",
        "屄": "exact",
        "肏": "standard",
        "好词语": "fuzzy",
    }


def test_an_export_imports_again_without_change(cli: Cli, tmp_path: Path) -> None:
    rich = (
        HEAD
        + '"a, ""b"" c",20003,7,exact,chat;live,2026-01-01,2027-01-01,"x, y"\n'
        + "出售&枪支~玩具{30},crime,95,fuzzy,,,,\n"
        + "大麻烦,exempt,,,,,,\n"
    )
    cli("wordlist", "import", write("mine.csv", rich), "--publish")
    out = tmp_path / "out.csv"
    ran = cli("wordlist", "export", "--list", "mine", "-o", str(out))
    assert f"4 lines written to {out}" in ran.err
    assert read_entries(out).entries == read_entries(Path("mine.csv")).entries
    ran = cli(
        "wordlist", "import", str(out), "--list", "mine", "--replace", "--publish"
    )
    assert ran.out == (
        "nothing to change; list mine: 0 added, 0 removed, 3 unchanged\n"
    )
    drafts = json.loads(
        cli("wordlist", "draft", "list", "--state", "all", "--json").out
    )
    # The first was published; the second had nothing to change.
    assert [one["state"] for one in drafts["items"]] == ["discarded", "published"]
