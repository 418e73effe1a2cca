"""A candidate seen with its surroundings: spans, gaps, context."""

import math

import pytest

from app.text.fold import fold, fold_origins
from app.text.forms import Kind
from app.text.sight import Candidate, Match, Sight
from app.text.views import Mapped, View, ViewKind


def sight(text: str, term: str) -> Sight:
    """The first place where the folded text holds the folded term."""
    folded, starts = fold(text), fold_origins(text)
    mapped = Mapped(folded, starts, [start + 1 for start in starts])
    view = View(ViewKind.PLAIN, lambda: mapped)
    start = folded.index(fold(term))
    end = start + len(fold(term))
    return Sight(text, Candidate(view, start, end, Kind.PLAIN, fold(term), term))


@pytest.mark.parametrize(
    ("text", "term", "span"),
    [
        ("假钞", "假钞", (0, 2)),
        ("出售假-钞！", "假钞", (2, 5)),
        ("假\u0336钞\u0336\u0336。", "假钞", (0, 5)),
        ("a\u0301", "a", (0, 2)),
        ("x ﬁn", "fin", (2, 4)),
        ("\U00020000假😀钞", "假钞", (1, 4)),
        ("假钞\u200b", "假钞", (0, 2)),
        ("假钞❤\ufe0f", "假钞", (0, 2)),
    ],
)
def test_the_span_takes_its_marks_along(
    text: str, term: str, span: tuple[int, int]
) -> None:
    assert sight(text, term).span == span


@pytest.mark.parametrize(
    ("text", "left", "right"),
    [
        ("我有假钞卖给你", "我有", "卖给你"),
        ("一二三四五六七假钞七六五四三二一", "二三四五六七", "七六五四三二"),
        ("我有，假钞，卖", "", ""),
        ("我有\u200b假钞卖", "我有", "卖"),
        ("abc假钞xyz", "", ""),
        ("我有，假-钞，卖", "我有", "卖"),
        ("我有 假钞\n卖", "", ""),
    ],
)
def test_context_is_what_runs_into_the_hit(text: str, left: str, right: str) -> None:
    assert sight(text, "假钞").around == (left, "假钞", right)


@pytest.mark.parametrize(
    ("text", "term", "names"),
    [
        ("假钞", "假钞", ()),
        ("假-鈔", "假钞", ("variant", "separator")),
        ("Ｋ 粉", "K 粉", ("width",)),
        ("k-粉", "k-粉", ()),
    ],
)
def test_names_leave_out_the_gaps_of_the_term(
    text: str, term: str, names: tuple[str, ...]
) -> None:
    assert sight(text, term).result(0).folds == names


def test_a_result_covers_the_whole_span() -> None:
    match = sight("卖假-钞\u0336吧", "假钞").result(7, "split")
    assert match == Match(1, 5, 7, ("separator", "split"))


@pytest.mark.parametrize(
    ("text", "surface", "natural"),
    [
        ("领导要有威信", "威信", True),
        ("出售贾钞", "贾钞", False),
        ("来堵博平台", "堵博", False),
    ],
)
def test_ordinary_words_are_natural(text: str, surface: str, *, natural: bool) -> None:
    assert sight(text, surface).natural(math.log(1e-2)) is natural


def test_a_gap_between_two_words() -> None:
    prior = math.log(1e-3)
    assert sight("我们去看电影，院子里有人", "电影院").two_words(prior)
    assert not sight("出售假，钞", "假钞").two_words(math.log(1e-2))
