"""The text with its hits hidden."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.finding import Finding, Span, Strategy, Suggest
from app.domain.labels import Label
from app.text.mask import DEFAULT_MASK, mask


def finding(start: int | None, end: int | None, *parts: Span) -> Finding:
    return Finding(
        Strategy.KEYWORD,
        Label.ADS,
        Suggest.RISKY,
        level=90,
        start=start,
        end=end,
        parts=parts,
    )


@pytest.mark.parametrize(
    ("spans", "masked"),
    [
        ([], "abcdef"),
        ([(0, 1)], "*bcdef"),
        ([(0, 6)], "******"),
        ([(1, 3), (5, 6)], "a**de*"),
        ([(1, 4), (2, 5)], "a****f"),
        ([(1, 4), (2, 3)], "a***ef"),
        ([(3, 3)], "abcdef"),
    ],
)
def test_hits_become_stars(spans: list[tuple[int, int]], masked: str) -> None:
    assert mask("abcdef", [finding(*span) for span in spans]) == masked


def test_only_the_parts_of_a_rule_are_hidden() -> None:
    rule = finding(0, 6, Span(0, 2), Span(4, 6))
    assert mask("abcdef", [rule]) == "**cd**"


def test_a_finding_without_a_place_hides_nothing() -> None:
    assert mask("abcdef", [finding(None, None)]) == "abcdef"


def test_another_sign() -> None:
    assert mask("abc", [finding(1, 2)], "█") == "a█c"
    assert DEFAULT_MASK == "*"


def test_astral_characters_are_one_star_each() -> None:
    assert mask("a😀\U00020000b", [finding(1, 3)]) == "a**b"


TEXTS = st.text(st.characters(exclude_characters="*"), max_size=30)


@given(TEXTS, st.data())
def test_the_length_and_the_rest_stay(text: str, data: st.DataObject) -> None:
    place = st.integers(0, len(text))
    pairs = data.draw(st.lists(st.tuples(place, place), max_size=4))
    spans = [(min(pair), max(pair)) for pair in pairs]
    masked = mask(text, [finding(*span) for span in spans])
    assert len(masked) == len(text)
    for index, (before, after) in enumerate(zip(text, masked, strict=True)):
        hidden = any(start <= index < end for start, end in spans)
        assert after == ("*" if hidden else before)
