"""Folding: what becomes what, on any code point."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.fold import CharTable, ScanTable, fold, fold_char, fold_origins, fold_term

ANY = st.text(st.characters(), max_size=60)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("abc", "abc"),
        ("ABC", "abc"),
        ("ＡＢＣ１２３", "abc123"),
        ("ⓐⒷ⒞", "abc"),
        ("𝐚𝑏𝓬𝔡𝕖𝗳𝘨𝙝𝚒", "abcdefghi"),
        ("🅰🅱", "ab"),
        ("🇦🇧", "ab"),
        ("ﬁ", "fi"),
        ("ß", "ss"),
        ("É", "e"),
        ("e\u0301", "e"),
        ("ñ", "n"),
        ("ё", "e"),
        ("а", "a"),
        ("ο", "o"),
        ("①②③", "123"),
        ("٣", "3"),
        ("३", "3"),
        ("Ⅷ", "viii"),
        ("㎏", "kg"),
        ("賭", "赌"),
        ("⼤", "大"),
        ("銭", "钱"),
        ("愽", "博"),
        ("妳", "你"),
        ("赌", "赌"),
        ("各", "各"),
        ("각", "각"),
        ("ガ", "カ"),
        ("ｶﾞ", "カ"),
    ],
)
def test_letters_fold(written: str, canonical: str) -> None:
    assert fold(written) == canonical


@pytest.mark.parametrize(
    "sign",
    [
        *" \t\n\r\x00\x7f.,!?-_/|*#@~^&+=<>[](){}",
        *"，。！？、；：·…—～【】《》“”",
        *"\u00a0\u2003\u3000\u200b\u200c\u200d\u2060\ufeff\u00ad\u202e\u2063",
        *"\u3164\u115f\u1160\uffa0\u2800",
        *"😀❤🔥👉🏽✅🈲🈚",
        *"\u0301\u0336\u20e0\ufe0f",
        *"\ud800\udfff\ue000\uf8ff\ufffe\uffff\U0010fffd",
    ],
    ids=lambda char: f"U+{ord(char):04X}",
)
def test_what_is_no_letter_vanishes(sign: str) -> None:
    assert fold(sign) == ""


@given(ANY)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_folding_twice_changes_nothing_for_any_character() -> None:
    changed = [
        hex(code)
        for code in range(sys.maxunicode + 1)
        if fold_char(chr(code)) != chr(code)
        and any(fold_char(c) != c for c in fold_char(chr(code)))
    ]
    assert not changed


@given(ANY)
def test_folded_text_is_letters_and_numbers_in_one_case(text: str) -> None:
    folded = fold(text)
    assert all(unicodedata.category(char)[0] in "LN" for char in folded)
    assert folded.casefold() == folded


@given(ANY)
def test_origins_lead_back_to_the_source_of_each_character(text: str) -> None:
    origins, folded = fold_origins(text), fold(text)
    assert len(origins) == len(folded)
    assert origins == sorted(origins)
    for char, origin in zip(folded, origins, strict=True):
        assert char in fold_char(text[origin])


@given(ANY, ANY)
def test_folding_works_character_by_character(one: str, other: str) -> None:
    assert fold(one + other) == fold(one) + fold(other)


@given(ANY)
def test_terms_fold_as_texts_do(text: str) -> None:
    assert fold_term(text) == fold(text)


@given(ANY)
def test_case_makes_no_difference_to_ascii(text: str) -> None:
    ascii_only = text.encode("ascii", "ignore").decode()
    assert fold(ascii_only.upper()) == fold(ascii_only.lower())


def test_a_table_computes_each_character_once() -> None:
    asked: list[str] = []

    def compute(char: str) -> str:
        asked.append(char)
        return char.upper()

    table = CharTable(compute)
    assert "abab".translate(table) == "ABAB"
    assert asked == ["a", "b"]


def test_a_table_stops_remembering_beyond_its_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.text.fold._CACHE_LIMIT", 2)
    table = CharTable(str.upper)
    assert "abcd".translate(table) == "ABCD"
    assert len(table) == 2


def _odd(char: str) -> str:
    """Nothing, the same, another, or several characters, by the code point."""
    return ("", char, "\x00", "\ufdd0", "ab\U00020000")[ord(char) % 5]


@given(st.lists(ANY, max_size=4))
def test_a_scan_table_shows_each_character_as_computed(texts: list[str]) -> None:
    table = ScanTable(_odd)
    for text in [*texts, *texts]:
        assert table.translate(text) == "".join(map(_odd, text))


def test_a_scan_table_computes_each_character_once() -> None:
    asked: list[str] = []

    def compute(char: str) -> str:
        asked.append(char)
        return char.upper()

    table = ScanTable(compute)
    assert [table.translate("abab") for _ in range(3)] == ["ABAB"] * 3
    assert sorted(asked) == ["a", "b"]


def test_far_characters_do_not_spoil_near_ones() -> None:
    table = ScanTable(str.upper)
    for text in ("a\U00020000b", "ab", "\U0010ffff", "a\U00020000b", ""):
        assert table.translate(text) == text.upper()
