"""Scores of a model: what they add up to, and what that means."""

import pytest

from app.domain.finding import Strategy, Suggest
from app.domain.labels import Label
from app.image.findings.scores import doubt, score_findings
from app.plugins.meaning import Meaning
from tests.image.findings.made import page, scores

NUDE = Meaning.model_validate(
    {"label": "porn", "classes": ["nude", "hentai"], "review": 0.4, "risky": 0.8}
)
BOTH = NUDE.model_copy(update={"combine": "sum"})
NEVER = NUDE.model_copy(update={"risky": None})
GORE = Meaning.model_validate({"label": "other", "classes": ["gore"], "review": 0.5})


@pytest.mark.parametrize(
    ("score", "suggest"),
    [
        (0.0, None),
        (0.39, None),
        (0.4, Suggest.REVIEW),
        (0.79, Suggest.REVIEW),
        (0.8, Suggest.RISKY),
        (1.0, Suggest.RISKY),
    ],
)
def test_thresholds(score: float, suggest: Suggest | None) -> None:
    findings = score_findings(scores(nude=score, safe=1 - score), (NUDE,))
    assert [each.suggest for each in findings] == ([] if suggest is None else [suggest])


def test_a_finding_shows_the_classes_that_count() -> None:
    reading = scores(nude=0.2, hentai=0.91234567, safe=0.05)
    (finding,) = score_findings(reading, (NUDE,))
    assert (finding.strategy, finding.label) == (Strategy.IMAGE_MODEL, Label.PORN)
    assert (finding.prob, finding.level) == (91, None)
    assert finding.seen is not None
    assert (finding.seen.classifier, finding.seen.model) == ("nsfw", "model-1")
    assert finding.seen.classes == (("hentai", 0.9123), ("nude", 0.2))


def test_the_highest_counts_or_the_sum() -> None:
    reading = scores(nude=0.45, hentai=0.45)
    (highest,) = score_findings(reading, (NUDE,))
    assert (highest.suggest, highest.prob) == (Suggest.REVIEW, 45)
    (summed,) = score_findings(reading, (BOTH,))
    assert (summed.suggest, summed.prob) == (Suggest.RISKY, 90)
    (full,) = score_findings(scores(nude=0.9, hentai=0.9), (BOTH,))
    assert full.prob == 100


def test_without_a_threshold_a_model_never_blocks() -> None:
    (finding,) = score_findings(scores(nude=1.0), (NEVER,))
    assert (finding.suggest, finding.prob) == (Suggest.REVIEW, 100)


def test_each_meaning_speaks_for_itself() -> None:
    findings = score_findings(scores(nude=0.9, gore=0.6), (NUDE, GORE))
    assert [each.label for each in findings] == [Label.PORN, Label.OTHER]
    assert [each.suggest for each in findings] == [Suggest.RISKY, Suggest.REVIEW]


def test_a_class_that_is_not_there_counts_for_nothing() -> None:
    assert score_findings(scores(safe=1.0), (NUDE, GORE)) == ()


def test_without_scores_or_meanings_there_is_nothing() -> None:
    assert score_findings(page(), (NUDE,)) == ()
    assert score_findings(scores(nude=1.0), ()) == ()
    assert doubt(page(), (NUDE,)) is None
    assert doubt(scores(nude=1.0), ()) is None


def test_doubt_is_the_most_that_is_said_for_any_label() -> None:
    assert doubt(scores(nude=0.1, gore=0.25), (NUDE, GORE)) == 25
    assert doubt(scores(safe=1.0), (NUDE, GORE)) == 0
