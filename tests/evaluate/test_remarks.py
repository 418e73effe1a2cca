"""Doubts are spoken out."""

from dataclasses import replace

from app.evaluate.evaluation import Repeats
from app.evaluate.measuring import Plan, evaluation
from app.evaluate.remarks import remarks
from tests.evaluate.evaluations import BEFORE, whole
from tests.evaluate.helpers import sample


def test_few_texts_broken_rows_and_repeats_are_named() -> None:
    said = " ".join(remarks(whole()))
    assert "Fewer than 100 texts: normal, abuse, ads." in said
    assert "1 row could not be read" in said
    assert "2 near-duplicates of other texts count in full" in said
    assert "1 groups have several labels" in said


def test_dropped_repeats_are_said_to_be_left_out() -> None:
    found = replace(whole(), repeats=Repeats(5, 2, 0, dropped=True))
    assert any(
        "5 near-duplicates of other texts are left out." in r for r in remarks(found)
    )


def test_a_class_that_is_missing_is_named() -> None:
    def said(truth: str) -> str:
        plan = Plan(["a"], [sample("x", truth)] * 100, Repeats(0, 0, 0, dropped=False))
        return " ".join(remarks(evaluation(plan, [("words", BEFORE)])))

    assert said("normal").startswith("No text is harmful here")
    assert said("ads").startswith("No text is clean here")
