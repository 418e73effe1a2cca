"""Plain lists, in our grammar and in that of others."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.entry import Entry, Match
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.lexicon.formats import Format, iter_entries
from app.lexicon.formats.source import MAX_LINE_BYTES
from app.text.grammar import parse_term
from tests.lexicon.formats.helpers import Endless, refusals, rows, terms

PLAIN: list[Format] = ["text", "houbb", "toolgood"]


@pytest.mark.parametrize("format_", PLAIN)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_one_term_per_line(format_: Format, end: str) -> None:
    content = end.join(["\ufeff坏词", "", "  更坏的词\t", "two words", ""])
    assert terms(content, format_) == ["坏词", "更坏的词", "two words"]


@pytest.mark.parametrize("format_", PLAIN)
def test_the_file_says_only_the_term(format_: Format) -> None:
    scenes = frozenset({Scene.CHAT})
    found = rows(
        "坏词\n",
        format_,
        label=Label.ADS,
        level=70,
        match=Match.FUZZY,
        scenes=scenes,
    )
    expected = Entry("坏词", Label.ADS, 70, Match.FUZZY, scenes)
    assert [(row.line, row.entry) for row in found] == [(1, expected)]


@pytest.mark.parametrize("format_", PLAIN)
def test_an_allow_file_has_exempt_phrases(format_: Format) -> None:
    found = rows("生日快乐\n游戏机", format_, label=None)
    assert [row.entry and row.entry.exempt for row in found] == [True, True]


def test_our_text_has_rules_and_comments() -> None:
    content = "# a comment\n出售&枪支~玩具{20}\n #another\n\\#话题\nAT\\&T\n"
    assert terms(content, "text") == ["出售&枪支~玩具{20}", "#话题", r"AT\&T"]


def test_lines_of_other_projects_are_words_whatever_is_in_them() -> None:
    content = "#话题\n高压气枪|气枪货到付款\n发~~抡\nAT&T\n{a}\\b\nas$hole\n"
    for format_ in ("houbb", "toolgood"):
        found = rows(content, format_)
        parsed = [parse_term(row.entry.term) for row in found if row.entry]
        assert [p.require[0][0] for p in parsed] == content.split("\n")[:-1]
        assert {p.kind for p in parsed} == {"term"}


@pytest.mark.parametrize(
    "content", ["中国|zg人|abc", "中国|zg人|abc\n", "中国||zg人| abc|"]
)
def test_toolgood_words_between_bars(content: str) -> None:
    assert terms(content, "toolgood") == ["中国", "zg人", "abc"]


def test_words_between_bars_are_counted() -> None:
    assert refusals("甲乙|" + "长" * 501 + "|丙丁", "toolgood") == [
        (2, "the term has 501 characters; at most 500")
    ]


@given(st.lists(st.text("甲乙ab&~ \\#é", min_size=1).map(str.strip).filter(bool)))
def test_bars_and_lines_say_the_same(words: list[str]) -> None:
    assert terms("|".join(words), "toolgood") == terms("\n".join(words), "houbb")


def test_a_line_of_bars_may_be_longer_than_any_line() -> None:
    words = [f"词语{n}" for n in range(20_000)]
    content = "|".join(words)
    assert len(content.encode()) > 3 * MAX_LINE_BYTES
    assert terms(content, "toolgood") == words


@pytest.mark.parametrize("format_", PLAIN)
def test_refusals_name_their_line(format_: Format) -> None:
    content = "好词\n" + "长" * 10_000 + "\n坏\0词\n" + "a\x1bb\n好词二\n"
    found = rows(content, format_)
    assert [row.line for row in found if row.entry] == [1, 5]
    assert [(p.line, p.column) for row in found for p in row.problems] == [
        (2, "term"),
        (3, "term"),
        (4, "term"),
    ]
    assert [
        words in p.message
        for row in found
        for p, words in zip(row.problems, ["10000", "U+0000", "U+001B"], strict=False)
    ]


def test_a_rule_with_thousands_of_alternatives_is_refused() -> None:
    rule = "|".join(f"词{n}" for n in range(5000)) + "&出售"
    ((line, message),) = refusals(rule, "text")
    assert line == 1
    assert "at most 500" in message


def test_mistakes_of_grammar_are_refused_in_our_text_alone() -> None:
    assert [line for line, _ in refusals("甲&乙丙\n(a+)+$\n坏\\词", "text")] == [1, 3]
    assert refusals("甲&乙丙\n(a+)+$\n坏\\词", "houbb") == []


@pytest.mark.parametrize("format_", PLAIN)
def test_a_line_without_end_ends_the_reading(format_: Format) -> None:
    file = Endless(b"good\nfine\n", b"x" * 5000)
    *good, last = iter_entries(io.BufferedReader(file), format_)
    assert [row.entry and row.entry.term for row in good] == ["good", "fine"]
    assert last.stopped
    assert last.line == 3
    assert "longer than" in last.problems[0].message
    assert file.given < 10 * MAX_LINE_BYTES


def test_a_word_between_bars_without_end_ends_the_reading() -> None:
    file = Endless(b"good|fine|", b"x" * 5000)
    *good, last = iter_entries(io.BufferedReader(file), "toolgood")
    assert len(good) == 2
    assert (last.stopped, last.line) == (True, 3)


@pytest.mark.parametrize("format_", PLAIN)
def test_an_empty_file_has_no_rows(format_: Format) -> None:
    assert rows(b"", format_) == rows(b"\xef\xbb\xbf\n\n", format_) == []
