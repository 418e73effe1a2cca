"""One conformance suite for both engines; each is the other's oracle."""

import importlib.util
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text import automaton
from app.text.automaton import Automaton, Daachorse, Found, PyAhoCorasick, build
from app.text.symbols import OTHER, SENTINEL, SEPARATOR
from tests.text.helpers import ENGINES

NO_LIMIT = 100_000
ALPHABET = "ab的赌\U00020000😀"
PATTERNS = st.lists(
    st.text(ALPHABET, min_size=1, max_size=4), min_size=1, max_size=12, unique=True
)
TEXTS = st.text(ALPHABET + OTHER + SEPARATOR + SENTINEL, max_size=40)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
ANY_PATTERNS = st.lists(
    st.text(
        st.characters(
            exclude_categories=["Cs"], exclude_characters=OTHER + SENTINEL + SEPARATOR
        ),
        min_size=1,
        max_size=3,
    ),
    min_size=1,
    max_size=20,
    unique=True,
)


def naive(patterns: Sequence[str], haystack: str) -> set[Found]:
    return {
        (start, start + len(pattern), index)
        for index, pattern in enumerate(patterns)
        for start in range(len(haystack) - len(pattern) + 1)
        if haystack.startswith(pattern, start)
    }


def both(patterns: Sequence[str]) -> list[Automaton]:
    return [PyAhoCorasick.build(patterns, "的ab"), Daachorse.build(patterns)]


@pytest.fixture(params=["pyahocorasick", "daachorse"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def made(engine: str, *patterns: str) -> Automaton:
    if engine == "daachorse":
        return Daachorse.build(patterns)
    return PyAhoCorasick.build(patterns, "的一是")


@pytest.mark.parametrize(
    ("patterns", "haystack", "found"),
    [
        (["赌博"], "去赌博吧", [(1, 3, 0)]),
        (["赌博"], "赌", []),
        (["赌博"], "", []),
        (["a", "ab", "b"], "ab", [(0, 1, 0), (0, 2, 1), (1, 2, 2)]),
        (["国家知识产权局", "知识产权"], "国家知识产权", [(2, 6, 1)]),
        (["aa"], "aaaa", [(0, 2, 0), (1, 3, 0), (2, 4, 0)]),
        (["😀"], "a😀b😀", [(1, 2, 0), (3, 4, 0)]),
        (["\U00020000c"], "\U00020000\U00020000c", [(1, 3, 0)]),
        (["e\u0301"], "e\u0301é", [(0, 2, 0)]),
        (["的"], "的" + SENTINEL, [(0, 1, 0)]),
    ],
)
def test_finds_all_overlaps_in_code_points(
    engine: str, patterns: list[str], haystack: str, found: list[Found]
) -> None:
    assert sorted(made(engine, *patterns).scan(haystack, NO_LIMIT)) == sorted(found)


def test_the_sentinels_of_the_root_are_never_reported(engine: str) -> None:
    haystack = "的" + SENTINEL + OTHER + SENTINEL + "一" + SENTINEL
    assert made(engine, "赌博").scan(haystack, NO_LIMIT) == []


def test_sentinels_do_not_count_towards_the_limit(engine: str) -> None:
    haystack = ("的" + SENTINEL) * 50 + "赌博"
    assert made(engine, "赌博").scan(haystack, 1) == [(100, 102, 0)]


@pytest.mark.parametrize("limit", [1, 2, 7, 100])
def test_gives_at_most_the_limit(engine: str, limit: int) -> None:
    found = made(engine, "a", "aa", "aaa").scan("a" * 100, limit)
    assert len(found) == limit
    assert set(found) <= naive(["a", "aa", "aaa"], "a" * 100)


def test_ends_never_decrease(engine: str) -> None:
    ends = [end for _, end, _ in made(engine, "a", "ba", "aba").scan("aba" * 9, 99)]
    assert ends == sorted(ends)


def test_scanning_twice_gives_the_same(engine: str) -> None:
    one = made(engine, "赌博", "博")
    assert one.scan("赌博博", 9) == one.scan("赌博博", 9)


@given(PATTERNS, TEXTS)
def test_both_engines_equal_a_naive_search(patterns: list[str], text: str) -> None:
    wanted = naive(patterns, text)
    for one in both(patterns):
        found = one.scan(text, NO_LIMIT)
        assert set(found) == wanted
        assert len(found) == len(wanted)


@given(ANY_PATTERNS, ANY_TEXT)
def test_both_engines_agree_on_any_text(patterns: list[str], text: str) -> None:
    haystack = text + "".join(patterns) + text
    wanted = naive(patterns, haystack)
    for one in both(patterns):
        assert set(one.scan(haystack, NO_LIMIT)) == wanted


@given(PATTERNS)
def test_a_pattern_finds_itself(patterns: list[str]) -> None:
    for one in both(patterns):
        for index, pattern in enumerate(patterns):
            assert (0, len(pattern), index) in one.scan(pattern, NO_LIMIT)


@pytest.mark.parametrize("name", ENGINES)
def test_build_gives_the_wanted_engine(name: automaton.Engine) -> None:
    assert build(["赌博"], lambda: "的", name).name == name


def test_the_faster_engine_is_used_when_installed() -> None:
    assert build(["赌博"], lambda: "的").name == "daachorse"


def test_the_default_engine_serves_when_the_other_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        automaton, "find_spec", lambda n: None if n == "daachorse" else real(n)
    )
    assert build(["赌博"], lambda: "的").name == "pyahocorasick"
    assert build(["赌博"], lambda: "的", "pyahocorasick").name == "pyahocorasick"
    with pytest.raises(RuntimeError, match="not installed"):
        build(["赌博"], lambda: "的", "daachorse")
