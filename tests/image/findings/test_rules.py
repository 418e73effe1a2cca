"""What an operator may decide about pictures."""

import pytest

from app.domain.finding import Suggest
from app.domain.scenes import Scene
from app.image.findings.rules import ImageRules
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
