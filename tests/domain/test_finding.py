"""Findings, their weight, and the order of verdicts."""

import pytest

from app.domain.finding import Finding, Span, Strategy, Suggest
from app.domain.labels import Label


def finding(level: int | None = None, prob: int | None = None) -> Finding:
    return Finding(Strategy.KEYWORD, Label.ADS, Suggest.REVIEW, level=level, prob=prob)


def test_suggests_are_ordered_from_mild_to_severe() -> None:
    ranks = [item.rank for item in (Suggest.PASS, Suggest.REVIEW, Suggest.RISKY)]
    assert ranks == [0, 1, 2]


def test_suggests_are_the_words_of_the_contract() -> None:
    assert {item.value for item in Suggest} == {"pass", "review", "risky"}


def test_the_two_strategies_of_the_contract_have_its_names() -> None:
    assert Strategy.KEYWORD.value == "keyword"
    assert Strategy.CONTENT_MODEL.value == "content_model"


@pytest.mark.parametrize(
    ("level", "prob", "weight"),
    [(90, None, 90), (0, None, 0), (None, 55, 55), (None, 0, 0), (None, None, 0)],
)
def test_weight_is_the_level_or_the_probability(
    level: int | None, prob: int | None, weight: int
) -> None:
    assert finding(level, prob).weight == weight


def test_a_level_of_zero_hides_no_probability() -> None:
    assert finding(0, 70).weight == 0


def test_spans_sort_by_place() -> None:
    spans = [Span(5, 6), Span(1, 9), Span(1, 3)]
    assert sorted(spans) == [Span(1, 3), Span(1, 9), Span(5, 6)]


def test_a_finding_needs_no_evidence() -> None:
    plain = finding(10)
    assert plain.term is None
    assert plain.start is None
    assert plain.folds == ()
    assert plain.parts == ()


def test_a_plain_term_is_its_own_keyword() -> None:
    plain = Finding(Strategy.KEYWORD, Label.ADS, Suggest.REVIEW, level=1, term="假钞")
    assert plain.keyword == "假钞"


def test_a_rule_is_known_by_the_words_that_stood_in_the_text() -> None:
    rule = Finding(
        Strategy.KEYWORD,
        Label.ADS,
        Suggest.REVIEW,
        level=1,
        term="出售|转让&枪支",
        words=("转让", "枪支"),
    )
    assert rule.keyword == "转让&枪支"


def test_without_a_term_there_is_no_keyword() -> None:
    assert finding(1).keyword == ""


@pytest.mark.parametrize(
    ("start", "end", "parts", "spans"),
    [
        (None, None, (), ()),
        (2, None, (), ()),
        (2, 5, (), (Span(2, 5),)),
        (2, 9, (Span(2, 4), Span(7, 9)), (Span(2, 4), Span(7, 9))),
    ],
)
def test_spans_are_the_parts_or_the_whole(
    start: int | None, end: int | None, parts: tuple[Span, ...], spans: tuple[Span, ...]
) -> None:
    found = Finding(
        Strategy.KEYWORD,
        Label.ADS,
        Suggest.REVIEW,
        level=1,
        start=start,
        end=end,
        parts=parts,
    )
    assert found.spans == spans
