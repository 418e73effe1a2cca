"""From a plan to everything that was asked for."""

from dataclasses import replace

from app.evaluate.evaluation import Repeats
from app.evaluate.measuring import Plan, evaluation
from tests.evaluate.evaluations import AFTER, BEFORE, SAMPLES, whole

PLAN = Plan(["a"], SAMPLES, Repeats(0, 0, 0, dropped=False))


def test_one_judge_alone() -> None:
    found = evaluation(PLAN, [("words", BEFORE)])
    assert (found.judged_by, found.other, found.comparison) == ("words", None, None)
    assert (found.losses, found.plantings) == ((), ())


def test_two_judges_are_compared_and_the_second_is_disguised() -> None:
    found = whole(two=True)
    assert found.other is not None
    assert found.comparison is not None
    assert found.other_by == "words two"
    assert found.losses[0].recall_before == found.other.harm.recall


def test_progress_hears_of_as_much_as_was_announced() -> None:
    heard: list[int] = []
    families = whole().losses
    assert len(families) == 3
    plan = replace(PLAN, families=())
    evaluation(plan, [("one", BEFORE), ("two", AFTER)], heard.append)
    assert sum(heard) == plan.steps(2) == 8
