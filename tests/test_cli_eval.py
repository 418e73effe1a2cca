"""`seccheck eval`: figures on the command line, errors in one sentence."""

import json
from pathlib import Path
from typing import NoReturn

import pytest

from app.text.model.format import ModelError
from app.text.model.model import Judgement
from tests.cli_helpers import ROOT, Cli

LABELLED = """text,label,term
找人办假证的,crime,办假证
脑残玩意儿,abuse,
民警提醒办假证犯法,normal,
今天天气真好,normal,
"""
SECRET = "今天天气真好"


@pytest.fixture
def cli(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Cli:
    return Cli.at(tmp_path, monkeypatch, capfd)


@pytest.fixture
def words(tmp_path: Path) -> str:
    return write(tmp_path / "words.csv", "term,label,level\n办假证,crime,90\n")


@pytest.fixture
def file(tmp_path: Path) -> str:
    return write(tmp_path / "labelled.csv", LABELLED)


@pytest.fixture
def packs(cli: Cli, tmp_path: Path) -> None:
    """Few words for the first start, so that nothing takes long."""
    (tmp_path / "packs").mkdir()
    write(tmp_path / "packs" / "small.csv", "term,label,level\n脑残,abuse,80\n")
    cli.monkeypatch.setenv("SECCHECK_WORDLISTS_DIR", str(tmp_path / "packs"))


def write(path: Path, content: str) -> str:
    path.write_text(content, encoding="utf-8")
    return str(path)


def test_the_figures_are_printed(cli: Cli, file: str, words: str) -> None:
    ran = cli("eval", file, "--wordlist", words)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == "labelled.csv: 4 texts (2 normal, 1 crime, 1 abuse)"
    assert "== judged by the words of words.csv (1 entries)" in lines
    (accuracy,) = [line for line in lines if line.startswith("accuracy")]
    assert accuracy == "accuracy 50.0 % (15.0 to 85.0); always normal: 50.0 %"
    assert any(line.split() == ["normal", "1", "0", "1"] for line in lines)


def test_no_text_is_shown_unless_asked_for(cli: Cli, file: str, words: str) -> None:
    page, data = Path("page.html"), Path("data.json")
    args = ("eval", file, "--wordlist", words, "--html", str(page), "--json", str(data))
    ran = cli(*args)
    written = page.read_text("utf-8") + data.read_text("utf-8") + ran.out + ran.err
    assert "民警提醒" not in written
    shown = cli(*args, "--errors", "1")
    assert "false alarm: normal taken for crime, weight 90  labelled.csv:4" in shown.out
    for place in (shown.out, page.read_text("utf-8"), data.read_text("utf-8")):
        assert "民警提醒" in place
        assert SECRET not in place


def test_json_alone_goes_to_standard_output(cli: Cli, file: str, words: str) -> None:
    ran = cli("eval", file, "--wordlist", words, "--json", "-")
    assert json.loads(ran.out)["report"]["harm"]["recall"]["hits"] == 1


def test_the_same_command_gives_the_same_figures(
    cli: Cli, file: str, words: str
) -> None:
    def figures() -> object:
        args = ("--wordlist", words, "--perturb", "all", "--seed", "4", "--json", "-")
        found = json.loads(cli("eval", file, *args).out)
        del found["report"]["speed"]
        return found

    assert figures() == figures()


def test_disguises_are_listed_with_their_loss(cli: Cli, file: str, words: str) -> None:
    ran = cli("eval", file, "--wordlist", words, "--perturb", "emoji, variant")
    rows = [line.split() for line in ran.out.splitlines()]
    families = [row[0] for row in rows if row and row[0] in ("none", "emoji", "mean")]
    assert families == ["none", "emoji", "mean", "none", "emoji"]
    assert "== listed terms under disguise" in ran.out


def test_two_word_files_side_by_side(
    cli: Cli, file: str, words: str, tmp_path: Path
) -> None:
    other = write(tmp_path / "other.csv", "term,label,level\n脑残,abuse,60\n")
    ran = cli("eval", file, "--compare", words, other)
    assert ran.code == 0
    # The warning is no longer flagged and the insult is found; the offer is lost.
    assert "2 texts mended, 1 broken; McNemar p: 1.000" in ran.out
    changes = [line.split() for line in ran.out.splitlines()]
    assert ["abuse", "pass", "review", "abuse", "1"] in changes


def test_versions_of_the_database_side_by_side(cli: Cli, file: str, words: str) -> None:
    assert cli("wordlist", "import", words, "--publish").code == 0
    ran = cli("eval", file, "--compare", "1", "live")
    assert ran.code == 0
    assert "== before: lexicon version 1 (" in ran.out
    assert "== after: lexicon version 2 (" in ran.out
    ran = cli("eval", file, "--compare", "1", "99")
    assert ran.code == 2
    assert "99" in ran.err


@pytest.mark.usefixtures("packs")
def test_the_live_words_judge_by_default(cli: Cli, file: str, words: str) -> None:
    packs = cli("eval", file)
    assert "judged by the packs that come along" in packs.out
    assert not (cli.data / "data").exists()
    cli("wordlist", "import", words, "--publish")
    assert "judged by lexicon version 2" in cli("eval", file).out


def test_broken_rows_are_named_and_cost_only_themselves(
    cli: Cli, tmp_path: Path, words: str
) -> None:
    path = write(tmp_path / "broken.csv", LABELLED + "only one cell\n")
    ran = cli("eval", path, "--wordlist", words)
    assert ran.code == 1
    assert "broken.csv:6: 1 cells where the header has 3" in ran.err
    assert "broken.csv: 4 texts" in ran.out
    many = write(tmp_path / "many.csv", LABELLED + "x\n" * 25)
    assert "5 more broken rows not shown" in cli("eval", many, "--wordlist", words).err


def test_other_columns_labels_and_encodings(
    cli: Cli, tmp_path: Path, words: str
) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes("comment,bad\n找人办假证的,1\n你好,0\n".encode("gb18030"))
    rules = write(tmp_path / "map", "# of the file\n1=any\n")
    args = ["--text-column", "comment", "--label-column", "bad", "--map-file", rules]
    args += ["--map", "0=clean", "--encoding", "gb18030", "--wordlist", words]
    ran = cli("eval", str(path), *args)
    assert ran.out.startswith("data.csv: 2 texts (1 any harm, 1 normal)")
    assert "accuracy 100.0 %" in ran.out


def test_decisions_as_json_lines_need_no_options(
    cli: Cli, tmp_path: Path, words: str
) -> None:
    decided = [
        {"text": "找人办假证的", "label": 20006, "scene": 2},
        {"text": "你好", "label": "normal", "scene": "chat"},
    ]
    content = "".join(json.dumps(row) + "\n" for row in decided)
    path = write(tmp_path / "decisions.jsonl", content)
    assert "accuracy 100.0 %" in cli("eval", path, "--wordlist", words).out


def test_repeats_may_be_dropped(cli: Cli, tmp_path: Path, words: str) -> None:
    path = write(tmp_path / "twice.csv", LABELLED + "民警提醒：办假证犯法！,normal,\n")
    ran = cli("eval", path, "--wordlist", words)
    assert "1 near-duplicates of other texts count in full" in ran.out
    ran = cli("eval", path, "--wordlist", words, "--drop-duplicates")
    assert ran.out.startswith("twice.csv: 4 texts")


def test_figures_may_be_told_apart_by_a_column(
    cli: Cli, tmp_path: Path, words: str
) -> None:
    path = write(tmp_path / "by.csv", "text,label,topic\na,clean,x\nb,clean,y\n")
    ran = cli("eval", path, "--by", "topic", "--wordlist", words)
    head = ran.out.index("part  accuracy")
    rows = ran.out[head:].splitlines()[1:3]
    assert [row.split()[0] for row in rows] == ["x", "y"]


def test_a_limit_draws_texts(cli: Cli, file: str, words: str) -> None:
    ran = cli("eval", file, "--wordlist", words, "--limit", "2")
    assert ran.out.startswith("labelled.csv: 2 texts")


def test_texts_do_not_drive_the_terminal(cli: Cli, tmp_path: Path, words: str) -> None:
    path = write(tmp_path / "odd.csv", 'text,label\n"\x1b[31m办假证\n",clean\n')
    ran = cli("eval", path, "--wordlist", words, "--errors", "1")
    assert "\x1b" not in ran.out
    assert r"\x1b[31m办假证\n" in ran.out


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["none.csv"], "cannot read none.csv"),
        (["labelled.csv", "--label-column", "foo"], "has no column 'foo'"),
        (["labelled.csv", "--map", "crime=spam"], "cannot read the mapping"),
        (["labelled.csv", "--map", "spam=ads"], "no row has the label 'spam'"),
        (["labelled.csv", "--map", "crime=any"], "some labels map to 'any'"),
        (["labelled.csv", "--label-column", "text"], "do not map to ours"),
        (["labelled.csv", "--encoding", "klingon"], "unknown encoding 'klingon'"),
        (["labelled.csv", "--scene", "moon"], "unknown scene 'moon'"),
        (["labelled.csv", "--at", "pass"], "--at is review or risky"),
        (["labelled.csv", "--perturb", "rot13"], "unknown disguise 'rot13'"),
        (["labelled.csv", "--compare", "x", "live"], "'x' is no file"),
        (["labelled.csv", "--html", "no/such/page.html"], "cannot write"),
    ],
)
def test_mistakes_get_one_sentence(
    cli: Cli, file: str, words: str, args: list[str], message: str
) -> None:
    rest = [] if "--compare" in args else ["--wordlist", words]
    ran = cli("eval", *args, *rest)
    assert ran.code == 2
    assert message in ran.err.splitlines()[-1]
    assert SECRET not in ran.err + ran.out or "--html" in args


def unshipped() -> NoReturn:
    message = "none in this test"
    raise ModelError(message)


@pytest.fixture(autouse=True)
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the shipped model says would change with every training."""
    monkeypatch.setattr("app.text.model.shipped.load_shipped", unshipped)


class Oracle:
    """A content model that knows one word."""

    version = "t1"

    def judge(self, text: str, /) -> Judgement:
        bad = "脑残" in text
        return Judgement("abuse", 97 if bad else 3, reported=bad, scores=())


@pytest.fixture
def oracle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("app.text.model.shipped.load_file", lambda path: Oracle())
    return write(tmp_path / "oracle.model", "")


def test_a_content_model_judges_beside_the_words(
    cli: Cli, file: str, words: str, oracle: str
) -> None:
    ran = cli("eval", file, "--wordlist", words, "--model", oracle)
    assert "words.csv (1 entries) and content model t1" in ran.out
    assert "accuracy 75.0 %" in ran.out
    ran = cli("eval", file, "--wordlist", words, "--model", "off")
    assert "content model" not in ran.out
    assert "accuracy 50.0 %" in ran.out


def test_a_content_model_alone_is_a_side(
    cli: Cli, file: str, words: str, oracle: str
) -> None:
    ran = cli("eval", file, "--model", "off", "--compare", words, oracle)
    assert "== after: content model t1 alone" in ran.out
    assert "2 texts mended, 1 broken" in ran.out


def test_a_file_that_is_no_model_is_refused(
    cli: Cli, file: str, words: str, tmp_path: Path
) -> None:
    bad = write(tmp_path / "bad.model", "nothing of the kind")
    for args in (["--model", bad, "--wordlist", words], ["--compare", words, bad]):
        ran = cli("eval", file, *args)
        assert ran.code == 2
        assert "bad.model" in ran.err.splitlines()[-1]


def test_a_result_without_a_place_is_refused_before_the_work(
    cli: Cli, file: str, words: str
) -> None:
    ran = cli("eval", file, "--wordlist", words, "--json", "no/such/figures.json")
    assert (ran.code, ran.out) == (2, "")
    assert "there is no folder no/such" in ran.err
    ran = cli("eval", file, "--wordlist", words, "--json", str(cli.data))
    assert ran.code == 2
    assert "accuracy 50.0 %" in ran.out
    assert "cannot write" in ran.err


def test_both_sides_are_named_by_compare_alone(cli: Cli, file: str, words: str) -> None:
    ran = cli("eval", file, "--compare", words, words, "--wordlist", words)
    assert ran.code == 2
    assert "--wordlist does not go with it" in ran.err


def test_the_example_of_the_manual_is_read(cli: Cli) -> None:
    ran = cli("eval", str(ROOT / "docs/evaluation-example.csv"))
    assert ran.code == 0
    assert ran.out.startswith("evaluation-example.csv: 50 texts (25 normal, 8 crime,")
