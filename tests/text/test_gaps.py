"""What stands between the characters of a hit."""

import pytest

from app.text.gaps import (
    Gap,
    fold_keep_space,
    follows_measure,
    gaps_between,
    is_mark,
    own_gaps,
)


@pytest.mark.parametrize(
    ("text", "visible", "blank", "inserted"),
    [
        ("-", "-", False, ""),
        (" ", " ", True, ""),
        ("\u3000", "\u3000", True, ""),
        ("\n", "\n", True, ""),
        ("\u200b", "", False, ""),
        ("\u200b \u200d", " ", True, ""),
        ("\u0301", "", False, ""),
        ("\ufe0f", "", False, ""),
        ("\ud800", "", False, ""),
        ("\x00", "", False, ""),
        ("😀", "😀", False, ""),
        ("12", "12", False, "12"),
        ("ａＢ", "ａＢ", False, "ab"),
        ("-x-", "-x-", False, "x"),
        ("的", "的", False, ""),
    ],
)
def test_what_a_gap_shows(text: str, visible: str, inserted: str, blank: bool) -> None:
    gap = Gap(0, text)
    assert gap.visible == visible
    assert gap.blank is blank
    assert gap.inserted == inserted


@pytest.mark.parametrize("text", [*"。！？；，、：!?;,…", " ，", "，\n"])
def test_punctuation_ends_a_clause(text: str) -> None:
    assert Gap(0, text).clause


@pytest.mark.parametrize("text", [*"-_*/|·~#=+^&.'", " ", "1", "😀"])
def test_signs_end_no_clause(text: str) -> None:
    assert not Gap(0, text).clause


@pytest.mark.parametrize("text", ["\n", "\r", "\r\n", "\u2028", "\u2029", " \n"])
def test_line_breaks(text: str) -> None:
    assert Gap(0, text).line_break


@pytest.mark.parametrize("text", [" ", "\t", "-", "\u200b"])
def test_no_line_breaks(text: str) -> None:
    assert not Gap(0, text).line_break


@pytest.mark.parametrize("char", [*"\u0301\u0336\u20e0\ufe0f\u0903"])
def test_marks(char: str) -> None:
    assert is_mark(char)


@pytest.mark.parametrize("char", [*"aé假-\u200b "])
def test_no_marks(char: str) -> None:
    assert not is_mark(char)


def test_gaps_are_numbered_by_the_character_before() -> None:
    text = "办-假证 。件"
    gaps = gaps_between(text, [0, 2, 3, 6], [1, 3, 4, 7])
    assert gaps == [Gap(0, "-"), Gap(2, " 。")]


def test_characters_of_one_source_have_no_gap() -> None:
    assert gaps_between("ﬁx", [0, 0, 1], [1, 1, 2]) == []


@pytest.mark.parametrize(
    ("term", "positions"),
    [
        ("假钞", set()),
        ("K 粉", {0}),
        ("a-b-c", {0, 1}),
        ("-ab", set()),
        ("ab-", {1}),
        ("㎏ x", {1}),
    ],
)
def test_a_term_may_have_gaps_of_its_own(term: str, positions: set[int]) -> None:
    assert own_gaps(term) == positions


@pytest.mark.parametrize(
    ("gap", "following", "measure"),
    [
        ("3", "支", True),
        ("12", "个", True),
        (" 3 ", "支", True),
        ("３", "支", True),
        ("3", "钞", False),
        ("1234", "支", False),
        ("x", "支", False),
        ("", "支", False),
    ],
)
def test_counts_before_a_measure_word(
    gap: str, following: str, *, measure: bool
) -> None:
    assert follows_measure(Gap(0, gap), following) is measure


def test_folding_with_spaces_keeps_the_length_of_signs() -> None:
    assert fold_keep_space("Ａ-，b") == "a  b"
    assert fold_keep_space("3-") == "3 "
