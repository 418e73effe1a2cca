"""Properties of the whole checker on generated texts.

Differential: `exact` terms against a naive search, and the two engines against
each other. Planting: a disguised term in foreign surroundings is found with its
exact span. Robustness: no text whatever makes it fail or answer nonsense.
"""

from collections.abc import Callable
from functools import cache
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.entry import Entry, Match
from app.domain.labels import Label
from app.text.automaton import Engine
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from app.text.scan import OVERLAP, SLICE
from tests.text.helpers import ENGINES, checker, entry, keywords, outcome

# --- differential

ALPHABET: Final = "ab假钞-😀 \u200b\U00020000"
EXACT_TERMS = st.lists(
    st.text("ab假钞-😀\U00020000", min_size=1, max_size=4),
    min_size=1,
    max_size=6,
    unique=True,
)


def naive(terms: list[str], text: str) -> set[tuple[str, int, int]]:
    """Every occurrence that lies in no other occurrence of equal standing."""
    every = {
        (term, start, start + len(term))
        for term in terms
        for start in range(len(text))
        if text.startswith(term, start)
    }
    return {
        one
        for one in every
        if not any(o != one and o[1] <= one[1] and one[2] <= o[2] for o in every)
    }


@pytest.mark.parametrize("engine", ENGINES)
@given(EXACT_TERMS, st.text(ALPHABET, max_size=24))
def test_exact_terms_equal_a_naive_search(
    engine: Engine, terms: list[str], text: str
) -> None:
    rows = [entry(term, Match.EXACT) for term in terms]
    found = checker(*rows, engine=engine).check(text).findings
    assert {(f.term, f.start, f.end) for f in found} == naive(terms, text)


MIXED: Final = (
    *(entry(term) for term in ("假钞", "办假证", "porn", "escort", "加微信", "K粉")),
    entry("出售&枪支~模型", Match.STANDARD),
    entry("洗黑钱", Match.STANDARD),
    entry("A-B", Match.EXACT),
    Entry("识别假钞", None),
)
PIECES: Final = [
    *["假", "钞", "办", "假证", "porn", "p0rn", "jia", "chao", "加微信", "k粉"],
    *["出售", "枪支", "模型", "识别", "洗黑钱", "A-B", "木仓", "1", "x", " ", "\n"],
    *["😀", "\u200b", "\u0301", "，", "。", "的", "贾", "抄", "escrot", "wei", "信"],
]
ODD_TEXTS = st.lists(st.sampled_from(PIECES) | st.characters(), max_size=24).map(
    "".join
)


@cache
def mixed(engine: Engine) -> Checker:
    return Checker(compile_snapshot(MIXED, engine=engine))


@given(ODD_TEXTS)
@settings(max_examples=200)
def test_both_engines_give_equal_findings(text: str) -> None:
    assert outcome(mixed("daachorse"), text) == outcome(mixed("pyahocorasick"), text)


# --- planting

HAN_TERMS = ["假钞", "办假证", "枪械配件", "洗黑钱", "裸聊", "嫖娼", "冰毒粉", "代开票"]
SEPARATORS = st.sampled_from([*"-._*/|·~#=+^&", "~_~", "——", "】【", "..", "-·-"])
SPACES = st.sampled_from([" ", "  ", "\u3000", "\u00a0", "\u2003"])
UNSEEN = st.sampled_from([*"\u200b\u200c\u200d\u2060\ufeff\u00ad\u3164\u2063\u202e"])
EMOJI = st.sampled_from(["😀", "🔥", "❤️", "👩🏽‍💻", "🈲", "✅", "👉👈"])
DIGITS = st.integers(0, 999).map(str)
BREAKS = st.sampled_from(["\n", "\r\n", "\n\n"])
MARKS = st.sampled_from([*"\u0336\u0301\u20e0\u0489"])


def between_all(term: str, draw: Callable[[], str]) -> str:
    return "".join(char + draw() for char in term[:-1]) + term[-1]


@st.composite
def joined(draw: st.DrawFn, term: str, sign: st.SearchStrategy[str]) -> str:
    """One sign between all characters, or at one place."""
    chosen = draw(sign)
    if draw(st.booleans()):
        return between_all(term, lambda: chosen)
    at = draw(st.integers(1, len(term) - 1))
    return term[:at] + chosen + term[at:]


@st.composite
def disguised(draw: st.DrawFn) -> tuple[str, str]:
    term = draw(st.sampled_from(HAN_TERMS))
    family = draw(st.sampled_from([SEPARATORS, SPACES, UNSEEN, EMOJI, DIGITS, BREAKS]))
    kind = draw(st.sampled_from(["joined", "repeated", "marked", "plain"]))
    if kind == "joined":
        return term, draw(joined(term, family))
    if kind == "repeated":
        times = draw(st.lists(st.integers(1, 4), min_size=9, max_size=9))
        return term, "".join(c * n for c, n in zip(term, times, strict=False))
    if kind == "marked":
        mark = draw(MARKS)
        return term, "".join(char + mark for char in term)
    return term, term


# Foreign surroundings: no Han characters, no letters or digits at the edges.
FOREIGN = st.lists(
    st.sampled_from([*"!?~ ;。，「」😀\u0416\u05d0カ각", "abc ", " xyz", "77 "]),
    max_size=15,
).map("".join)


@cache
def all_terms() -> Checker:
    return checker(*HAN_TERMS)


@given(disguised(), FOREIGN, FOREIGN)
@settings(max_examples=300)
def test_planted_terms_are_found_with_their_exact_span(
    case: tuple[str, str], before: str, after: str
) -> None:
    term, written = case
    text = f"{before}!{written}!{after}"
    start = len(before) + 1
    found = keywords(all_terms().check(text).findings)
    assert [(f.term, f.start, f.end) for f in found] == [
        (term, start, start + len(written))
    ]


@given(disguised(), st.integers(0, 3 * SLICE))
def test_planted_terms_are_found_anywhere_in_a_long_text(
    case: tuple[str, str], start: int
) -> None:
    term, written = case
    text = "!" * start + written + "!" * (3 * SLICE + OVERLAP - start)
    found = all_terms().check(text).findings
    assert [(f.term, f.start, f.end) for f in found] == [
        (term, start, start + len(written))
    ]


@given(disguised())
def test_masking_hides_just_the_disguise(case: tuple[str, str]) -> None:
    _, written = case
    result = all_terms().check(f"?{written}?")
    assert result.masked == "?" + "*" * len(written) + "?"


# --- robustness

ANYTHING = st.text(st.characters(), max_size=80)
"""Any code points: lone surrogates, NUL, astral and unassigned ones included."""


def sound(one: Checker, text: str) -> None:
    """What must hold for every answer to any text."""
    result = one.check(text, explain=True)
    assert len(result.masked) == len(text)
    previous = 0
    for item in result.findings:
        assert item.start is not None
        assert item.end is not None
        assert previous <= item.start < item.end <= len(text)
        assert item.level is not None
        assert 0 <= item.level <= 100
        for part in item.parts:
            assert item.start <= part.start < part.end <= item.end
        previous = item.start
    if not result.findings:
        assert result.masked == text


@pytest.mark.parametrize("engine", ENGINES)
@given(ANYTHING)
@settings(max_examples=200)
def test_any_text_gives_a_sound_answer(engine: Engine, text: str) -> None:
    sound(mixed(engine), text)


@given(ODD_TEXTS)
@settings(max_examples=300)
def test_odd_texts_give_a_sound_answer(text: str) -> None:
    sound(mixed("daachorse"), text)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "char",
    [
        *"aA1假 \n\x00\t-。",
        *"\u0301\u200b\u202e\ufe0f\u3164\ud800\udc00\ue000\uffff\ufffe\U0010fffd",
        *"😀🇦🈲𝐚ﷺ\U00020000각カﬁ",
    ],
    ids=lambda char: f"U+{ord(char):04X}",
)
def test_ten_thousand_of_one_character(char: str, engine: Engine) -> None:
    sound(mixed(engine), char * 10_000)
    sound(mixed(engine), "假" + char * 700 + "钞" + char)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\u0301",
        "\u0301假钞\u0301",
        "\ud83d",
        "\ud83d假钞\ude00",
        "假\ud800钞",
        "\x00假\x00钞\x00",
        "\ufeff假钞",
        "\U0010ffff假钞\U0010fffd",
        "\uffff假\ufffe钞\uffff",
        "假钞\ufe0f\u20e3",
        "\u202e钞假\u202c",
    ],
)
def test_awkward_texts(text: str) -> None:
    sound(mixed("daachorse"), text)
    sound(mixed("pyahocorasick"), text)


@given(st.lists(st.text(st.characters(), max_size=12), max_size=8), ANYTHING)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_terms_compile_and_any_text_is_checked(terms: list[str], text: str) -> None:
    rows = [
        Entry(term, Label.ADS, 50, match) for term in terms for match in list(Match)
    ]
    for engine in ENGINES:
        snapshot = compile_snapshot(rows, engine=engine)
        assert len(snapshot.entries) + len(snapshot.problems) == len(rows)
        sound(Checker(snapshot), text + "".join(terms) + text)


@given(st.text(st.characters(), min_size=1, max_size=8))
def test_a_listed_term_finds_itself(term: str) -> None:
    snapshot = compile_snapshot([Entry(term, match=Match.EXACT)])
    if not snapshot.problems and snapshot.units[0].group < 0:
        text = snapshot.units[0].text
        found = Checker(snapshot).check(text).findings
        assert any((f.start, f.end) == (0, len(text)) for f in found)
