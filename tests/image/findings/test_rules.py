"""What an operator may decide about pictures."""

import pytest

from app.domain.finding import Finding, Strategy, Suggest
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.image.findings.rules import MOST_FINDINGS, ImageRules, Words, worst
from app.plugins.meaning import Meaning
from tests.image.findings.made import page, scores


@pytest.mark.parametrize(
    ("classifier", "absent", "forgiven"),
    [
        ("always", True, True),
        ("always", False, True),
        ("absent", True, True),
        ("absent", False, False),
        ("other", True, False),
        ("other", False, False),
    ],
)
def test_leniency(classifier: str, absent: bool, forgiven: bool) -> None:
    rules = ImageRules(lenient={"always": "always", "absent": "absent"})
    assert rules.forgives(classifier, absent=absent) is forgiven


def test_nothing_is_forgiven_unless_told() -> None:
    assert not ImageRules().forgives("ocr", absent=True)


def test_a_bare_code_is_for_review_unless_told() -> None:
    rules = ImageRules(codes={Scene.CHAT: Suggest.PASS})
    assert rules.bare_code(Scene.CHAT) is Suggest.PASS
    assert rules.bare_code(Scene.PROFILE) is Suggest.REVIEW


def test_meanings_belong_to_a_classifier() -> None:
    gore = Meaning.model_validate({"label": "other", "classes": ["x"], "review": 0.5})
    rules = ImageRules(labels={"nsfw": (gore,)})
    assert rules.labels_of(scores(x=1.0)) == (gore,)
    assert rules.labels_of(page()) == ()


def hit(level: int, suggest: Suggest, term: str = "") -> Finding:
    return Finding(Strategy.KEYWORD, Label.ADS, suggest, level=level, term=term)


@pytest.mark.parametrize("truncated", [False, True])
def test_as_many_as_may_be_are_all_told(truncated: bool) -> None:
    said = Words((hit(20, Suggest.PASS),) * MOST_FINDINGS, truncated)
    assert worst(said) is said


def test_of_too_many_the_worst_are_told_in_their_order() -> None:
    mild, bad = hit(99, Suggest.REVIEW), hit(80, Suggest.RISKY)
    many = [hit(20, Suggest.PASS)] * MOST_FINDINGS
    said = worst(Words((mild, *many, bad, mild)))
    assert said.truncated
    assert len(said.findings) == MOST_FINDINGS
    assert said.findings[0] == mild
    assert said.findings[-2:] == (bad, mild)
