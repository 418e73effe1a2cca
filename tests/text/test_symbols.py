"""The private alphabet never meets the alphabet of texts."""

import unicodedata

import pytest

from app.text.fold import fold
from app.text.symbols import (
    OTHER,
    SENTINEL,
    SEPARATOR,
    is_han,
    is_latin,
    leet_symbol,
    outlines,
    sounds,
    syllables,
)

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def families() -> dict[str, set[str]]:
    return {
        "sounds": set(syllables().values()),
        "shapes": set(outlines().values()),
        "leet": {leet_symbol(letter) for letter in LETTERS},
        "signs": {SEPARATOR, OTHER, SENTINEL},
    }


def test_families_share_no_symbol() -> None:
    every = [symbol for family in families().values() for symbol in family]
    assert len(every) == len(set(every))


@pytest.mark.parametrize("family", ["sounds", "shapes", "leet", "signs"])
def test_no_symbol_survives_folding(family: str) -> None:
    for symbol in families()[family]:
        assert len(symbol) == 1
        assert unicodedata.category(symbol) in {"Co", "Cn"}
        assert fold(symbol) == ""


def test_homophones_share_a_sound() -> None:
    assert sounds()["假"] == sounds()["贾"]
    assert sounds()["假"] != sounds()["钞"]


def test_look_alikes_share_a_shape() -> None:
    assert outlines()["赌"] == outlines()["睹"]
    assert outlines()["赌"] != outlines()["钱"]


@pytest.mark.parametrize("char", ["一", "赌", "龥", "㐀", "\U00020000", "\U0003134a"])
def test_han(char: str) -> None:
    assert is_han(char)
    assert not is_latin(char)


@pytest.mark.parametrize("char", [*"aZ09"])
def test_latin(char: str) -> None:
    assert is_latin(char)
    assert not is_han(char)


@pytest.mark.parametrize("char", [*"é-。カ각٣ ⼤氵"[:-1], "", "\ue000", OTHER])
def test_neither(char: str) -> None:
    assert not is_latin(char)
    assert not is_han(char)
