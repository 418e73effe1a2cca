"""Arrays of code points say what the strings say."""

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.text.codes import COMPLEX, GONE, CodeTable, followed, to_codes, to_text

ANY = st.text(st.characters(), max_size=40)
FLAGS = st.lists(st.booleans(), max_size=12)


@given(ANY)
def test_a_text_comes_back_from_its_codes(text: str) -> None:
    codes = to_codes(text)
    assert codes.tolist() == list(map(ord, text))
    assert to_text(codes) == text


def _shown(char: str) -> str:
    return ("", "x", "xy", char)[ord(char) % 4]


def _code(char: str) -> int:
    shown = _shown(char)
    if ord(char) >= 0x20000 or len(shown) > 1:
        return COMPLEX
    return ord(shown) if shown else GONE


@given(st.lists(ANY, max_size=3))
def test_a_table_shows_what_was_computed(texts: list[str]) -> None:
    table = CodeTable(_shown)
    for text in [*texts, *texts]:
        assert table.look_up(to_codes(text)).tolist() == list(map(_code, text))


def test_a_wide_table_has_a_row_for_each_character() -> None:
    table = CodeTable(lambda char: char * 3 if char != "," else "", 3)
    rows = table.look_up(to_codes("a,b"))
    assert [to_text(column) for column in rows.T] == ["a\0b"] * 3


@given(FLAGS, st.integers(2, 5))
def test_runs_begin_where_a_pattern_would_match(flags: list[bool], size: int) -> None:
    marks = "".join("x" if flag else "." for flag in flags)
    begins = [found.start() for found in re.finditer(f"x(?=x{{{size - 1}}})", marks)]
    found = followed(np.array(flags, np.bool_), size)
    assert np.flatnonzero(found).tolist() == begins
