"""Sounds of terms, and letters read as pinyin."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.pinyin import (
    is_english,
    parse,
    spellings,
    syllable_borders,
    symbol_of,
    term_readings,
)

SYLLABLES = st.lists(
    st.sampled_from(["xi", "an", "xian", "fang", "gan", "e", "zhuang", "nv", "lu"]),
    max_size=8,
)


@pytest.mark.parametrize(
    ("term", "reading"),
    [
        ("假钞", ("jia", "chao")),
        ("重庆", ("chong", "qing")),
        ("银行", ("yin", "hang")),
        ("绿卡", ("lv", "ka")),
        ("加v信", ("jia", "v", "xin")),
        ("3号", ("3", "hao")),
        ("abc", ("a", "b", "c")),
        ("", ()),
    ],
)
def test_likely_readings(term: str, reading: tuple[str, ...]) -> None:
    assert reading in term_readings(term)


def test_a_character_without_a_reading_gives_none() -> None:
    assert term_readings("假\U0003134a") == []


def test_readings_are_few() -> None:
    assert len(term_readings("行长重乐" * 4)) <= 4


@pytest.mark.parametrize(
    ("run", "parts"),
    [
        ("", ()),
        ("jiachao", ("jia", "chao")),
        ("xian", ("xian",)),
        ("fangan", ("fang", "an")),
        ("nver", ("nv", "er")),
        ("luse", ("lu", "se")),
        ("zhuangbi", ("zhuang", "bi")),
        ("shabi", ("sha", "bi")),
    ],
)
def test_runs_are_split(run: str, parts: tuple[str, ...]) -> None:
    assert parse(run) == parts


@pytest.mark.parametrize(
    "run", ["x", "porn", "jiachaox", "qjia", "vx", "hello", "jia1"]
)
def test_what_is_no_pinyin(run: str) -> None:
    assert parse(run) is None


@given(SYLLABLES)
def test_joined_syllables_are_always_split_again(parts: list[str]) -> None:
    run = "".join(parts)
    found = parse(run)
    assert found is not None
    assert "".join(found) == run
    assert all(part in spellings() for part in found)


@given(st.text("xianfgeq", max_size=9))
def test_a_split_exists_just_when_one_does(run: str) -> None:
    def splits(text: str) -> bool:
        return not text or any(
            text[:size] in spellings() and splits(text[size:])
            for size in range(1, min(6, len(text)) + 1)
        )

    assert (parse(run) is not None) is splits(run)


@given(st.text("xianfgeq", max_size=9))
def test_borders_agree_with_splits(run: str) -> None:
    before, behind = syllable_borders(run)
    for at in range(len(run) + 1):
        assert before[at] is (parse(run[:at]) is not None)
        assert behind[at] is (parse(run[at:]) is not None)


@pytest.mark.parametrize(("one", "other"), [("lv", "lu"), ("nve", "nue")])
def test_u_umlaut_is_typed_as_v_or_u(one: str, other: str) -> None:
    assert {one, other} <= spellings()
    assert symbol_of(one)
    assert symbol_of(other)


def test_each_syllable_has_a_symbol() -> None:
    assert all(symbol_of(syllable) for syllable in spellings())


@pytest.mark.parametrize("word", ["", "x", "porn", "jiachao"])
def test_what_is_no_syllable_has_none(word: str) -> None:
    assert symbol_of(word) == ""


def test_different_sounds_have_different_symbols() -> None:
    sounds = ["ba", "pa", "jia", "chao", "du", "bo", "xi", "qian"]
    symbols = sorted(symbol_of(sound) for sound in sounds)
    assert all(a != b for a, b in pairwise(symbols))


@pytest.mark.parametrize("word", ["change", "she", "long", "game", "women"])
def test_english_words(word: str) -> None:
    assert is_english(word)
    assert parse(word) is not None or word


@pytest.mark.parametrize("word", ["jiachao", "shabi", "dubo", ""])
def test_no_english_words(word: str) -> None:
    assert not is_english(word)
