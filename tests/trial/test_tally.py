import pytest

from app.domain.verdict import CLEAN
from app.trial.compare import compare
from app.trial.report import EXAMPLE_LENGTH, MAX_REFUSED, Flip, Summary, excerpt
from app.trial.tally import Tally
from tests.trial.helpers import finding, verdict

UP = compare(CLEAN, verdict(finding("甲")))
OTHER = compare(CLEAN, verdict(finding("乙", 50)))
SAME = compare(CLEAN, CLEAN)


def test_totals_and_words_in_order_of_weight() -> None:
    tally = Tally()
    for difference in (OTHER, UP, UP, SAME):
        tally.add(difference, "一段文字", None)
    tally.pass_over()
    summary = tally.summary(2.5)
    assert summary.texts == 5
    assert summary.flips == (Flip("pass", "risky", 2), Flip("pass", "review", 1))
    assert (summary.flipped, tally.flipped, summary.seconds) == (3, 3, 2.5)
    first, second = tally.by_term()
    assert (first.term, first.kind, first.before, first.after, first.count) == (
        "甲",
        "caused",
        "pass",
        "risky",
        2,
    )
    assert (second.term, second.after, second.count) == ("乙", "review", 1)
    assert summary.terms == 2


def test_examples_are_few_and_short() -> None:
    tally = Tally()
    for number in range(10):
        tally.add(UP, f"{number}" + "长" * 500, None)
    (flip,) = tally.by_term()
    assert [example[0] for example in flip.examples] == ["0", "1", "2"]
    assert all(len(example) == EXAMPLE_LENGTH for example in flip.examples)
    assert flip.samples == ()


def test_texts_of_the_ring_are_only_named() -> None:
    tally = Tally()
    for number in range(10):
        tally.add(UP, "a text of some user", number)
    (flip,) = tally.by_term()
    assert (flip.examples, flip.samples) == ((), (0, 1, 2))


def test_words_are_bounded_and_the_rest_is_counted() -> None:
    tally = Tally(max_terms=3, max_exemplary=2)
    for number in range(5):
        tally.add(compare(CLEAN, verdict(finding(f"词{number}"))), "文", None)
    tally.add(compare(CLEAN, verdict(finding("词0"))), "文", None)
    assert [(flip.term, flip.count) for flip in tally.by_term()] == [
        ("词0", 2),
        ("词1", 1),
        ("词2", 1),
    ]
    assert [len(flip.examples) for flip in tally.by_term()] == [2, 1, 0]
    summary = tally.summary(0)
    assert (summary.flipped, summary.terms, summary.left_out) == (6, 3, 2)


def test_refused_lines_are_named_up_to_a_bound() -> None:
    tally = Tally()
    for line in range(1, 151):
        tally.refuse(line, "not UTF-8")
    summary = tally.summary(0)
    assert (summary.refused, len(summary.refused_lines)) == (150, MAX_REFUSED)
    assert (summary.refused_lines[0].line, summary.texts) == (1, 0)


def test_a_summary_comes_back_from_json() -> None:
    tally = Tally()
    tally.add(UP, "文", None)
    tally.refuse(2, "no")
    summary = tally.summary(1.0)
    assert Summary.load(summary.dump()) == summary


@pytest.mark.parametrize(
    ("before", "after"), [(0, 300), (300, 0), (500, 500), (150, 60), (0, 0)]
)
def test_a_part_of_a_long_text_shows_the_word(before: int, after: int) -> None:
    text = "前" * before + "刷单" + "后" * after
    part = excerpt(text, before)
    assert "刷单" in part
    assert len(part) == min(EXAMPLE_LENGTH, len(text))
    inner = part.strip("…")
    assert inner in text
    assert part.startswith("…") or text.startswith(inner)
    assert part.endswith("…") or text.endswith(inner)
