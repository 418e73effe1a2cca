"""The patterns that one term puts into the automaton."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.forms import Kind, collapse, fuzzy_forms, standard_forms
from app.text.leet import leet_pattern
from app.text.symbols import is_han


def of_kind(folded: str, kind: Kind) -> set[str]:
    return {text for text, found in fuzzy_forms(folded) if found is kind}


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("", ""),
        ("abc", "abc"),
        ("aabbcc", "abc"),
        ("abab", "abab"),
        ("aaa", "a"),
        ("妈妈的", "妈的"),
        ("aa\n\n", "a\n"),
    ],
)
def test_collapse(text: str, short: str) -> None:
    assert collapse(text) == short


@given(st.text(st.characters(), max_size=30))
def test_collapsed_text_has_no_neighbours_alike(text: str) -> None:
    short = collapse(text)
    assert all(a != b for a, b in pairwise(short))
    assert collapse(short) == short
    assert set(short) == set(text)


@pytest.mark.parametrize(
    ("folded", "forms"),
    [
        ("假钞", {("假钞", Kind.PLAIN)}),
        ("妈妈", {("妈妈", Kind.PLAIN)}),  # a longer run holds the term itself
        ("ass", {("ass", Kind.PLAIN), ("as", Kind.COLLAPSED)}),
    ],
)
def test_standard_forms(folded: str, forms: set[tuple[str, Kind]]) -> None:
    assert set(standard_forms(folded)) == forms


def test_a_term_in_han_is_spelled() -> None:
    assert "jiachao" in of_kind("假钞", Kind.PINYIN)


def test_a_spelling_with_u_umlaut_has_two_ways() -> None:
    assert {"lvka", "luka"} <= of_kind("绿卡", Kind.PINYIN)


def test_a_spelling_that_is_an_english_word_is_left_out() -> None:
    assert "change" not in of_kind("嫦娥", Kind.PINYIN)


@pytest.mark.parametrize(
    ("term", "initials"), [("枪械配件", {"qxpj"}), ("办假证", set()), ("假钞", set())]
)
def test_initials_need_four_characters(term: str, initials: set[str]) -> None:
    assert of_kind(term, Kind.INITIALS) == initials


def test_a_term_of_two_is_tried_backwards_only() -> None:
    assert of_kind("假钞", Kind.SWAPPED) == {"钞假"}


def test_longer_terms_are_tried_with_neighbours_exchanged() -> None:
    assert of_kind("办假证", Kind.SWAPPED) == {"证假办", "假办证", "办证假"}


def test_very_long_terms_are_not_exchanged() -> None:
    assert of_kind("办假证" * 5, Kind.SWAPPED) == set()


@pytest.mark.parametrize("char", ["假", "钞"])
def test_one_character_has_no_fuzzy_form(char: str) -> None:
    assert list(fuzzy_forms(char)) == []


def test_sounds_are_symbols_of_their_own() -> None:
    for sound in of_kind("假钞", Kind.SOUND):
        assert len(sound) == 2
        assert not any(is_han(char) or char.isascii() for char in sound)


def test_terms_of_one_sound_share_their_symbols() -> None:
    assert of_kind("假钞", Kind.SOUND) & of_kind("贾抄", Kind.SOUND)
    assert not of_kind("假钞", Kind.SOUND) & of_kind("假币", Kind.SOUND)


def test_terms_of_one_shape_share_their_symbols() -> None:
    assert of_kind("赌场", Kind.SHAPE) & of_kind("睹场", Kind.SHAPE)


def test_a_latin_term_has_leetspeak_and_masked_letters() -> None:
    assert of_kind("porn", Kind.LEET) == {leet_pattern("porn")}
    assert {"prn", "pon", "pn"} <= of_kind("porn", Kind.MASKED)
    assert of_kind("porn", Kind.SWAPPED) == {"pron"}


@pytest.mark.parametrize("term", ["vx", "qq", "a"])
def test_short_latin_terms_have_no_fuzzy_form(term: str) -> None:
    assert list(fuzzy_forms(term)) == []


def test_first_and_last_letters_are_never_hidden() -> None:
    for masked in of_kind("escort", Kind.MASKED):
        assert (masked[0], masked[-1]) == ("e", "t")


@pytest.mark.parametrize("term", ["2024", "각각", "カカ", "привет"])
def test_other_scripts_have_no_fuzzy_form(term: str) -> None:
    assert list(fuzzy_forms(term)) == []


@given(st.text("假钞办证枪abcm1", min_size=1, max_size=8))
def test_no_form_is_empty(term: str) -> None:
    assert all(text for text, _ in [*standard_forms(term), *fuzzy_forms(term)])
