"""Borders and gaps of words in Latin letters, through small mapped texts."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.entry import Match
from app.text.fold import fold, fold_origins
from app.text.gaps import Gap
from app.text.latin import latin_borders, latin_gaps, pinyin_fits
from app.text.views import Mapped
from tests.text.helpers import hits


@dataclass(frozen=True)
class At:
    start: int
    end: int


def mapped(text: str) -> Mapped:
    starts = fold_origins(text)
    return Mapped(fold(text), starts, [start + 1 for start in starts])


def at(text: str, word: str) -> At:
    start = fold(text).index(word)
    return At(start, start + len(word))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("porn", "porn"),
        ("a porn b", "porn"),
        ("看porn吧", "porn"),
        ("porn123", "porn"),
        ("123porn", "porn"),
        ("(porn)", "porn"),
        ("-porn-", "porn"),
        ("😀porn😀", "porn"),
        ("ａ ＰＯＲＮ", "porn"),
        ("微信x", "微信"),
        ("x微信", "微信"),
        ("k粉x", "粉"),
    ],
)
def test_words_of_their_own(text: str, word: str) -> None:
    assert latin_borders(text, mapped(text), at(text, word))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("popporn", "porn"),
        ("porno", "porn"),
        ("p\u200borno", "porn"),
        ("porn\u0301o", "porn"),
        ("ｐorno", "porn"),
        ("porn\u200bo", "porn"),
        ("éporn", "porn"),
        ("12345", "234"),
        ("ok粉", "k粉"),
        ("ﬁsh", "ish"),
        ("℡", "el"),
        ("㏂", "a"),
    ],
)
def test_parts_of_a_longer_word(text: str, word: str) -> None:
    assert not latin_borders(text, mapped(text), at(text, word))


@pytest.mark.parametrize(
    ("surface", "gaps", "allowed"),
    [
        ("porn", [], True),
        ("porn", [Gap(1, "-")], True),
        ("porn", [Gap(1, ".")], True),
        ("porn", [Gap(1, "\u200b")], True),
        ("porn", [Gap(1, " ")], False),
        ("porn", [Gap(0, " "), Gap(2, " ")], False),
        ("porn", [Gap(0, " "), Gap(1, " "), Gap(2, " ")], True),
        ("porn", [Gap(0, "\n"), Gap(1, "\n"), Gap(2, "\n")], True),
        ("porn", [Gap(1, ", ")], False),
        ("porn", [Gap(1, ",")], True),
        ("加微信", [Gap(0, " ")], True),
        ("k粉", [Gap(0, " ")], True),
        ("vx号", [Gap(0, " ")], True),
    ],
)
def test_spaces_between_letters(
    surface: str, gaps: list[Gap], *, allowed: bool
) -> None:
    assert latin_gaps(surface, gaps) is allowed


@pytest.mark.parametrize(
    ("text", "word", "fits"),
    [
        ("jiachao", "jiachao", True),
        ("mai jiachao", "jiachao", True),
        ("maijiachaoma", "jiachao", True),
        ("xjiachao", "jiachao", False),
        ("jiachaox", "jiachao", False),
        ("dubo", "dubo", True),
        ("zaidubo", "dubo", False),
        ("jia chao", "jiachao", True),
        ("mai jia chao ma", "jiachao", True),
        ("the jia chao", "jiachao", False),
        ("jia chao is", "jiachao", False),
        ("的jia chao的", "jiachao", True),
        ("jia-chao", "jiachao", True),
        ("j i a c h a o", "jiachao", True),
    ],
)
def test_pinyin_falls_on_syllables_of_its_tokens(
    text: str, word: str, *, fits: bool
) -> None:
    assert pinyin_fits(text, mapped(text), at(text, word)) is fits


def test_pinyin_is_letters() -> None:
    assert not pinyin_fits("微信", mapped("微信"), At(0, 2))


def test_tokens_are_worked_out_once() -> None:
    text = "jia chao jia chao"
    one = mapped(text)
    pinyin_fits(text, one, At(0, 7))
    first = one.tokens
    pinyin_fits(text, one, At(7, 14))
    assert first is not None
    assert one.tokens is first


SENTENCE = (
    "as sure she will push it past the glass house and wash it fast so the class "
    "hit on a pass to us all while Essex therapists assess an analysis of canals"
)
ENGLISH = SENTENCE.split()


@given(st.lists(st.sampled_from(ENGLISH), max_size=12))
def test_ordinary_english_holds_no_short_word(words: list[str]) -> None:
    text = " ".join(words)
    for term in ("ass", "shit", "sex", "anal", "rapist"):
        assert hits(term, text, Match.STANDARD) == []
        assert hits(term, text.upper(), Match.FUZZY) == []
