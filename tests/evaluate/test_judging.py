"""Checkers as judges say what the service would say."""

from dataclasses import dataclass

import pytest

from app.domain.entry import Entry
from app.domain.finding import Span, Suggest
from app.domain.labels import Label
from app.domain.policy import Policy, Thresholds
from app.domain.scenes import Scene
from app.evaluate.judging import NOTHING, Judgement, checker_judge, model_judge
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from tests.evaluate.helpers import found

ENTRIES = [
    Entry("办假证", Label.CRIME, level=90),
    Entry("小广告", Label.ADS, level=50),
    Entry("旧词", Label.ADS, level=20, scenes=frozenset({Scene.CHAT})),
]
CHECKER = Checker(compile_snapshot(ENTRIES))


def test_the_worst_finding_decides_and_each_label_has_a_weight() -> None:
    said = checker_judge(CHECKER)("办假证的小广告", Scene.COMMENT)
    assert (said.suggest, said.label) == (Suggest.RISKY, Label.CRIME)
    assert said.weights == {Label.CRIME: 90, Label.ADS: 50}
    assert said.spans == (Span(0, 3), Span(4, 7))
    assert said.weight == 90


def test_scenes_count() -> None:
    judge = checker_judge(CHECKER)
    assert judge("旧词", Scene.COMMENT) is NOTHING
    said = judge("旧词", Scene.CHAT)
    assert (said.suggest, said.label, said.weight) == (Suggest.PASS, Label.NORMAL, 20)


def test_a_policy_may_be_another() -> None:
    strict = Policy(Thresholds(review=10, risky=50))
    assert checker_judge(CHECKER, strict)("小广告", Scene.COMMENT).suggest == "risky"


def test_what_was_not_looked_at_to_its_end_never_passes() -> None:
    words = [Entry(f"旧{a}", Label.ADS, level=1) for a in "词书人"]
    judge = checker_judge(Checker(compile_snapshot(words)))
    said = judge("旧词，旧书，旧人。" * 5000, Scene.COMMENT)
    assert (said.suggest, said.label) == (Suggest.REVIEW, Label.OTHER)


@pytest.mark.parametrize(
    ("suggest", "at", "binary", "name"),
    [
        (Suggest.RISKY, Suggest.REVIEW, False, "abuse"),
        (Suggest.RISKY, Suggest.REVIEW, True, "any"),
        (Suggest.REVIEW, Suggest.RISKY, False, "normal"),
        (Suggest.REVIEW, Suggest.REVIEW, False, "abuse"),
        (Suggest.PASS, Suggest.REVIEW, True, "normal"),
    ],
)
def test_verdicts_count_from_a_level_on(
    suggest: Suggest, at: Suggest, binary: bool, name: str
) -> None:
    assert found(suggest=suggest).predicted(at, binary=binary) == name


@dataclass(frozen=True)
class Answer:
    label: Label
    prob: int
    reported: bool


class Oracle:
    """A model that knows one word."""

    def judge(self, text: str, /) -> Answer:
        bad = "bad" in text
        return Answer(Label.FRAUD, 97 if bad else 12, bad)


def test_a_model_alone_reviews_what_it_reports() -> None:
    judge = model_judge(Oracle())
    bad, good = judge("bad", Scene.CHAT), judge("good", Scene.CHAT)
    assert (bad.suggest, bad.label, bad.weight) == (Suggest.REVIEW, Label.FRAUD, 97)
    assert (good.suggest, good.label, good.weight) == (Suggest.PASS, Label.NORMAL, 12)


def test_nothing_has_no_weight() -> None:
    assert Judgement(Suggest.PASS, Label.NORMAL).weight == 0
