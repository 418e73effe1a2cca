"""`seccheck check`: verdicts on the command line, as the service gives them."""

import json
from pathlib import Path

import pytest

from app.cli_show import mark
from app.domain.finding import Finding, Span, Strategy, Suggest
from app.domain.labels import Label
from tests.cli_helpers import ROOT, Cli

WORDS = """term,label,level,scenes
扑克大师,crime,90,
群主小店,ads,50,
头像专用,vulgar,90,profile
"""


@pytest.fixture
def cli(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Cli:
    return Cli.at(tmp_path, monkeypatch, capfd)


@pytest.fixture
def words(tmp_path: Path) -> str:
    path = tmp_path / "words.csv"
    path.write_text(WORDS, encoding="utf-8")
    return str(path)


def test_the_hit_is_marked_in_the_text(cli: Cli, words: str) -> None:
    ran = cli("check", "--wordlist", words, "来找扑 克 大 师玩")
    assert ran.code == 0
    verdict, marked, reason = ran.out.splitlines()
    assert verdict == "risky  crime (20006)"
    assert marked == "  来找>>扑 克 大 师<<玩"
    assert "扑克大师" in reason
    assert "characters 2 to 9" in reason


def test_a_clean_text_passes(cli: Cli, words: str) -> None:
    ran = cli("check", "--wordlist", words, "今天天气不错")
    assert ran.out == "pass  normal (100)\n  今天天气不错\n"


def test_given_wordlists_never_open_the_database(cli: Cli, words: str) -> None:
    cli.monkeypatch.setenv("SECCHECK_DATABASE_URL", "postgresql://127.0.0.1:1/x")
    assert cli("check", "--wordlist", words, "扑克大师").out.startswith("risky")


def test_several_wordlists_add_up(cli: Cli, words: str, tmp_path: Path) -> None:
    more = tmp_path / "more.csv"
    more.write_text("term\n第二张表\n", encoding="utf-8")
    for text in ("扑克大师", "第二张表"):
        ran = cli("check", "--wordlist", words, "--wordlist", str(more), text)
        assert ran.out.startswith("risky")


def test_without_a_database_the_packs_are_used_and_said_so(cli: Cli) -> None:
    ran = cli("check", "今天天气不错")
    assert ran.out.startswith("pass")
    assert "no database yet" in ran.err
    assert not (cli.data / "data").exists()


def test_json_is_one_result_of_the_native_api(cli: Cli, words: str) -> None:
    shown = json.loads(cli("check", "--wordlist", words, "--json", "群主小店在此").out)
    assert shown["suggest"] == "review"
    assert (shown["label"], shown["label_code"]) == ("ads", 10001)
    assert shown["masked_text"] == "****在此"
    [finding] = shown["findings"]
    assert finding == {
        "strategy": "keyword",
        "label": "ads",
        "label_code": 10001,
        "suggest": "review",
        "level": 50,
        "term": "群主小店",
        "start": 0,
        "end": 4,
        "folds": [],
    }


def test_explain_shows_how_it_came_about(cli: Cli, words: str) -> None:
    ran = cli("check", "--wordlist", words, "--explain", "扑-克-大-师")
    assert "folded: 扑克大师" in ran.out


def test_scene_decides_which_terms_apply(cli: Cli, words: str) -> None:
    given = ("check", "--wordlist", words, "头像专用")
    assert cli(*given).out.startswith("pass")
    for scene in ("profile", "1"):
        assert cli(*given, "--scene", scene).out.startswith("risky")


def test_search_carries_the_notice(cli: Cli, words: str) -> None:
    cli.monkeypatch.setenv("SECCHECK_SEARCH_NOTICE", "nothing to see")
    given = ("check", "--wordlist", words, "--scene", "search", "--json")
    assert json.loads(cli(*given, "扑克大师").out)["notice"] == "nothing to see"
    assert "notice" not in json.loads(cli(*given, "好").out)


def test_jsonl_answers_each_line_in_order(cli: Cli, words: str) -> None:
    lines = [
        '"扑克大师"',
        '{"text": "扑克大师", "scene": "chat", "id": "a"}',
        '{"text": "好", "scene": null, "other": 1}',
        '{"text": "头像专用", "scene": 1}',
        r'"\u6251\u514b\u5927\u5e08"',
        r'"\ud800"',
    ]
    stdin = "\n".join(lines).encode()
    ran = cli("check", "--wordlist", words, "--jsonl", stdin=stdin)
    shown = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 0
    said = [result["suggest"] for result in shown]
    assert said == ["risky", "risky", "pass", "risky", "risky", "pass"]
    assert shown[1]["id"] == "a"


@pytest.mark.parametrize(
    "line",
    [
        b"{broken",
        b"",
        b"[1]",
        b"1",
        b"null",
        b'{"text": 1}',
        b'{"scene": 2}',
        b'{"text": "x", "scene": "nowhere"}',
        b'{"text": "x", "scene": [2]}',
        b'"\xff"',
        b"[" * 100_000,
    ],
)
def test_a_broken_line_is_an_error_and_the_run_goes_on(
    cli: Cli, words: str, line: bytes
) -> None:
    stdin = b'"a"\n' + line + b'\n"b"\n'
    ran = cli("check", "--wordlist", words, "--jsonl", stdin=stdin)
    first, broken, last = (json.loads(shown) for shown in ran.out.splitlines())
    assert ran.code == 1
    assert broken["error"]["line"] == 2
    assert broken["error"]["detail"]
    assert first["suggest"] == last["suggest"] == "pass"


def test_a_megabyte_on_one_line(cli: Cli, words: str) -> None:
    stdin = json.dumps("好" * 350_000 + "扑克大师", ensure_ascii=False).encode()
    ran = cli("check", "--wordlist", words, "--jsonl", stdin=stdin)
    assert json.loads(ran.out)["findings"][0]["start"] == 350_000


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("check",), "give one TEXT"),
        (("check", "--jsonl", "text"), "give one TEXT"),
        (("check", "--wordlist", "nope.csv", "x"), "cannot read nope.csv"),
        (("check", "--scene", "nowhere", "x"), "unknown scene 'nowhere'"),
    ],
)
def test_a_wrong_call_is_one_sentence(
    cli: Cli, args: tuple[str, ...], says: str
) -> None:
    ran = cli(*args)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith(f"seccheck: {says}")
    assert ran.err.count("\n") == 1


def test_bad_rows_are_named_by_file_and_line_and_the_rest_is_used(
    cli: Cli, tmp_path: Path
) -> None:
    path = tmp_path / "bad.csv"
    rows = "坏词,nothing\n出售&枪,crime\n枪！&出售,crime\n！！,ads\n扑克大师,crime\n"
    path.write_text(f"term,label\n{rows}", encoding="utf-8")
    ran = cli("check", "--wordlist", str(path), "来找扑克大师，出售枪")
    assert ran.code == 0
    assert ran.out.startswith("risky  crime")
    told = [line for line in ran.err.splitlines() if str(path) in line]
    assert [f"{path}:{line}:" in said for line, said in enumerate(told, 2)] == [
        True
    ] * 4
    assert "unknown label 'nothing'" in told[0]
    assert "one character" in told[1]
    ran = cli("check", "--wordlist", str(path), "--jsonl", stdin=b'"x"\n{\n')
    assert ran.code == 1


def test_very_many_bad_rows_are_counted(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("term\n" + "出售&枪\n" * 30, encoding="utf-8")
    ran = cli("check", "--wordlist", str(path), "x")
    assert ran.code == 0
    assert "left out 25 more rows" in ran.err


@pytest.mark.parametrize("text", ["", "word,label\n好词,crime\n", "term,term\nx\n"])
def test_a_file_without_a_usable_header_is_refused(
    cli: Cli, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    ran = cli("check", "--wordlist", str(path), "x")
    assert ran.code == 2
    assert f"{path}:1: " in ran.err


@pytest.mark.parametrize("match", ["exact", "standard", "fuzzy"])
def test_one_character_is_a_term(cli: Cli, tmp_path: Path, match: str) -> None:
    path = tmp_path / "one.csv"
    path.write_text(f"term,match\n屌,{match}\n", encoding="utf-8")
    ran = cli("check", "--wordlist", str(path), "你个屌人")
    assert ran.out.startswith("risky")
    assert cli("check", "--wordlist", str(path), "一雕二钓").out.startswith("pass")
    told = f"matched as standard, not fuzzy: {path}:2: '屌'" in ran.err
    assert told is (match == "fuzzy")


def test_no_text_drives_the_terminal(cli: Cli, words: str) -> None:
    ran = cli("check", "--wordlist", words, "扑克\x1b[31m大师\x07\u202e")
    assert "\x1b" not in ran.out
    assert r"\x1b[31m" in ran.out
    assert r"\u202e" in ran.out


def _finding(start: int, end: int, *parts: Span) -> Finding:
    return Finding(
        Strategy.KEYWORD,
        Label.ADS,
        Suggest.RISKY,
        level=90,
        term="x",
        start=start,
        end=end,
        parts=parts,
    )


def test_overlapping_hits_are_marked_once() -> None:
    marked = mark("abcdefgh", [_finding(2, 4), _finding(0, 3), _finding(6, 7)])
    assert "".join(_plain(marked)) == ">>abcd<<ef>>g<<h"


def test_parts_of_a_rule_are_marked_apart() -> None:
    finding = _finding(0, 6, Span(0, 2), Span(4, 6))
    assert _plain(mark("abcdef", [finding])) == ">>ab<<cd>>ef<<"


def _plain(styled: str) -> str:
    """Without the colour codes, which `echo` removes when there is no terminal."""
    for code in ("\x1b[31m", "\x1b[1m", "\x1b[0m"):
        styled = styled.replace(code, "")
    return styled


def test_the_shipped_packs_can_all_be_read(cli: Cli) -> None:
    packs = sorted((ROOT / "wordlists").glob("*.csv"))
    options = [part for pack in packs for part in ("--wordlist", str(pack))]
    ran = cli("check", *options, "今天天气不错")
    assert ran.code == 0
    assert ran.err == ""
