"""Letters written as digits, signs and other letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.leet import SIGNS, leet_letter, leet_pattern


@pytest.mark.parametrize(("sign", "letter"), SIGNS.items())
def test_each_sign_reads_as_its_letter(sign: str, letter: str) -> None:
    assert leet_letter(sign) == leet_letter(letter) != ""


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ("p0rn", "porn"),
        ("a55h0le", "asshole"),
        ("$lut", "slut"),
        ("v1agra", "viagra"),
        ("vi4gr@", "viagra"),
        ("phuck", "fuck"),
        ("fvck", "fuck"),
        ("cas1n0", "casino"),
        ("c4$!n0", "casino"),
        ("ki11", "kill"),
        ("phishing", "fishing"),
    ],
)
def test_leetspeak_and_its_term_have_one_pattern(written: str, term: str) -> None:
    read = "".join(leet_letter(char) for char in written.replace("ph", "f"))
    assert read == leet_pattern(term)


@pytest.mark.parametrize("char", [*"的é \n.-#%&*)", "😀", ""])
def test_other_characters_are_no_letter(char: str) -> None:
    assert leet_letter(char) == ""


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12))
def test_patterns_stay_apart_from_letters(term: str) -> None:
    pattern = leet_pattern(term)
    assert pattern
    assert not pattern.isascii()
    assert len(pattern) == len(term.replace("ph", "f"))
