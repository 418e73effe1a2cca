"""Each disguise changes what it should, the same way for the same seed."""

from random import Random

import pytest

from app.domain.entry import Entry, Match
from app.domain.labels import Label
from app.evaluate.disguise import FAMILIES, chosen_families, disguised, planted
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from app.text.fold import fold

HAN = "老板说办假证的来洗黑钱吧，今天开门"
LATIN = "please visit the escort office at 24 North Street"
MIXED = f"{HAN} {LATIN}"

FOLDED = (
    "separator space zero_width emoji line_break full_width circled mathematical"
    " homoglyph accent variant"
).split()
"""Families that folding undoes completely."""


@pytest.mark.parametrize("name", [name for name in FAMILIES if name != "none"])
def test_a_disguise_changes_a_text_that_it_can_change(name: str) -> None:
    assert disguised(name, MIXED, seed=1, share=0.3) != MIXED


@pytest.mark.parametrize("name", FAMILIES)
def test_the_same_seed_gives_the_same_text(name: str) -> None:
    first = disguised(name, MIXED, seed=7, share=0.5)
    assert disguised(name, MIXED, seed=7, share=0.5) == first
    assert FAMILIES[name].apply(MIXED, Random(7), 0.5) == FAMILIES[name].apply(
        MIXED, Random(7), 0.5
    )


def test_another_seed_gives_another_text() -> None:
    texts = {disguised("separator", MIXED, seed=seed, share=0.5) for seed in range(5)}
    assert len(texts) == 5


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("text", ["", " ", "，。！", "\ud800", "a", "钱", "🔥"])
def test_no_text_is_too_odd(name: str, text: str) -> None:
    assert isinstance(disguised(name, text, seed=1, share=1.0), str)


@pytest.mark.parametrize("name", FAMILIES)
def test_a_share_of_nothing_changes_nothing(name: str) -> None:
    assert disguised(name, MIXED, seed=1, share=0) == MIXED


@pytest.mark.parametrize("name", FOLDED)
def test_folding_undoes_what_only_dresses_up(name: str) -> None:
    assert fold(disguised(name, MIXED, seed=3, share=1.0)) == fold(MIXED)


def test_more_share_changes_more_places() -> None:
    few = disguised("emoji", HAN, seed=1, share=0.2)
    many = disguised("emoji", HAN, seed=1, share=1.0)
    assert len(HAN) < len(few) < len(many)


def test_half_pinyin_leaves_characters_beside_the_letters() -> None:
    written = disguised("mixed_pinyin", "洗黑钱", seed=1, share=1.0)
    assert any(char.isascii() for char in written)
    assert any(not char.isascii() for char in written)


@pytest.mark.parametrize("name", FAMILIES)
def test_links_and_handles_are_left_alone(name: str) -> None:
    text = f"{HAN} https://example.org/a?b=1 {LATIN} @some_one www.example.com {HAN}"
    written = disguised(name, text, seed=1, share=1.0)
    for address in ("https://example.org/a?b=1", "@some_one", "www.example.com"):
        assert address in written
    assert "\uf8ff" not in written


def test_a_private_character_of_the_text_is_no_address() -> None:
    text = "\uf8ff 你好 @some_one"
    assert "\uf8ff" in disguised("emoji", text, seed=1, share=0.5)


def test_a_shuffle_keeps_every_character() -> None:
    written = disguised("shuffle", HAN, seed=1, share=0.5)
    assert sorted(written) == sorted(HAN)


def test_pinyin_and_initials_spell_the_sounds() -> None:
    assert disguised("pinyin", "办假证", seed=1, share=1.0) == "banjiazheng"
    assert disguised("initials", "办假证", seed=1, share=1.0) == "bjz"


@pytest.mark.parametrize("name", FAMILIES)
def test_planting_tells_where_the_term_stands_now(name: str) -> None:
    text, start, end = planted(name, "老板说办假证在线等你", "办假证", seed=2)
    assert text.startswith("老板说")
    assert text[end:] == "在线等你"
    assert start == 3


def test_a_planted_term_must_stand_in_the_text() -> None:
    with pytest.raises(ValueError, match="substring"):
        planted("emoji", "没有", "办假证", seed=1)


@pytest.mark.parametrize("name", ["separator", "emoji", "variant", "pinyin", "split"])
def test_the_engine_finds_the_planted_term_in_place(name: str) -> None:
    entry = Entry("洗黑钱", Label.CRIME, match=Match.FUZZY)
    checker = Checker(compile_snapshot([entry]))
    text, start, end = planted(name, "老板说洗黑钱在线等你", "洗黑钱", seed=1)
    found = checker.check(text).findings
    assert [(item.start, item.end) for item in found] == [(start, end)]


def test_unknown_families_are_named() -> None:
    with pytest.raises(ValueError, match=r"unknown disguise 'rot13'; use some of none"):
        chosen_families(["emoji", "rot13"])


def test_nothing_comes_first_and_once() -> None:
    names = [family.name for family in chosen_families(["emoji", "none", "emoji"])]
    assert names == ["none", "emoji"]
