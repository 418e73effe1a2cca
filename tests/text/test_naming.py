"""The names of the disguises that were undone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.gaps import Gap
from app.text.naming import fold_names


@pytest.mark.parametrize(
    ("chars", "names"),
    [
        ("porn", ()),
        ("假钞", ()),
        ("PORN", ("case",)),
        ("ｐｏｒｎ", ("width",)),
        ("ＰＯ", ("width",)),
        ("ⓟ", ("enclosed",)),
        ("🅿", ("enclosed",)),
        ("🇵", ("enclosed",)),
        ("①", ("enclosed",)),
        ("𝐩", ("styled",)),
        ("ℙ", ("styled",)),
        ("р", ("homoglyph",)),
        ("ο", ("homoglyph",)),
        ("ö", ("accent",)),
        ("賭", ("variant",)),
        ("⼤", ("variant",)),
        ("Pоr𝐧", ("case", "homoglyph", "styled")),
        ("-. \u0301", ()),
        ("", ()),
    ],
)
def test_characters(chars: str, names: tuple[str, ...]) -> None:
    assert fold_names(chars, []) == names


@pytest.mark.parametrize(
    ("gap", "name"),
    [
        ("-", "separator"),
        ("，", "separator"),
        ("~_~", "separator"),
        ("的", "separator"),
        (" ", "space"),
        ("\u3000", "space"),
        ("\t", "space"),
        ("\n", "line_break"),
        (" \r\n", "line_break"),
        ("\u200b", "zero_width"),
        ("\u200b\ufe0f", "zero_width"),
        ("\u0301", "accent"),
        ("\u0336\u0336", "accent"),
        ("😀", "emoji"),
        ("👩🏽‍💻", "emoji"),
        (" 😀 ", "emoji"),
        ("1", "inserted"),
        ("-x-", "inserted"),
        ("ａ", "inserted"),
    ],
)
def test_gaps(gap: str, name: str) -> None:
    assert fold_names("", [Gap(0, gap)]) == (name,)


def test_names_are_distinct_and_in_order() -> None:
    gaps = [Gap(0, "-"), Gap(1, " "), Gap(2, "-")]
    names = fold_names("PＰP", gaps, "pinyin", "case")
    assert names == ("case", "width", "separator", "space", "pinyin")


@given(st.text(st.characters(), max_size=20), st.text(st.characters(), min_size=1))
def test_any_text_has_names(chars: str, gap: str) -> None:
    names = fold_names(chars, [Gap(0, gap)])
    assert names
    assert len(set(names)) == len(names)
