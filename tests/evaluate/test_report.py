"""One run as figures, by hand."""

import pytest

from app.domain.finding import Suggest
from app.domain.labels import Label
from app.evaluate.mistakes import FALSE_ALARM, MISSED, OTHER_LABEL
from app.evaluate.report import Report, measure
from app.evaluate.running import run
from app.evaluate.sample import Sample
from tests.evaluate.helpers import by_word, found, sample

JUDGE = by_word(
    {
        "ad": found(Label.ADS, 50, Suggest.REVIEW),
        "rude": found(Label.ABUSE, 90),
        "hint": found(Label.ADS, 20, Suggest.PASS),
    }
)
SAMPLES = [
    sample("good", source="a"),
    sample("good too", source="a"),
    sample("an ad", source="a"),
    sample("rude", source="b"),
    sample("ad", "ads", source="b"),
    sample("hint", "ads", source="b"),
    sample("rude", "ads", source="b"),
    sample("rude", "abuse", source="b"),
]


def report(samples: list[Sample] = SAMPLES, at: Suggest = Suggest.REVIEW) -> Report:
    return measure(run(JUDGE, samples), at=at, seed=1, mistakes=5)


def test_the_whole() -> None:
    found = report()
    assert found.rows == 8
    assert found.truths == {"normal": 4, "ads": 3, "abuse": 1}
    assert found.accuracy.hits == 2 + 1 + 1
    assert found.commonest[0] == "normal"
    assert found.commonest[1].value == 0.5


def test_harm_counts_whatever_the_label() -> None:
    harm = report().harm
    assert (harm.recall.hits, harm.recall.of) == (3, 4)
    assert (harm.precision.hits, harm.precision.of) == (3, 5)


def test_verdicts_on_clean_and_harmful_texts() -> None:
    clean, harmful = report().on_clean, report().on_harmful
    assert [s.hits for s in (clean.passed, clean.review, clean.risky)] == [2, 1, 1]
    assert [s.hits for s in (harmful.passed, harmful.review, harmful.risky)] == [
        1,
        1,
        2,
    ]


def test_only_risky_may_count() -> None:
    assert report(at=Suggest.RISKY).harm.recall.hits == 2


def test_files_are_told_apart() -> None:
    a, b = report().parts
    assert (a.name, a.accuracy.hits, a.accuracy.of) == ("a", 2, 3)
    assert a.recall.value is None
    assert (a.false_alarms.hits, a.false_alarms.of) == (1, 3)
    assert (b.recall.hits, b.recall.of, b.false_alarms.of) == (3, 4, 1)


def test_each_label_has_its_own_scale() -> None:
    scales = {scale.name: scale.curve for scale in report().scales}
    assert list(scales) == ["any", "ads", "abuse"]
    # Of the findings of ads from 50 on, one of two is right; from 20 on two of three.
    points = [(p.threshold, p.precision) for p in scales["ads"].points]
    assert points == [(50, 0.5), (20, pytest.approx(2 / 3))]


def test_mistakes_are_sorted_by_how_bad_they_are() -> None:
    kinds = [(m.kind, m.sample.text, m.said) for m in report().mistakes]
    assert kinds == [
        (FALSE_ALARM, "rude", "abuse"),
        (FALSE_ALARM, "an ad", "ads"),
        (MISSED, "hint", "normal"),
        (OTHER_LABEL, "rude", "abuse"),
    ]
    assert measure(run(JUDGE, SAMPLES)).mistakes == ()


def test_a_binary_file_asks_only_whether_something_was_found() -> None:
    samples = [sample("rude", "any"), sample("ad", "any"), sample("good")]
    found = report(samples)
    assert found.accuracy.value == 1
    assert found.confusion.classes == ("any", "normal")
    assert [scale.name for scale in found.scales] == ["any"]


def test_a_file_of_clean_texts_only() -> None:
    found = report([sample("good"), sample("better")])
    assert found.harm.recall.value is None
    assert found.on_clean.passed.value == 1
    assert found.macro_f1 == 1


def test_another_column_may_tell_parts_apart() -> None:
    samples = [
        sample("ad", "ads", source="a", part="x"),
        sample("good", source="a", part="y"),
        sample("rude", source="b", part="x"),
    ]
    parts = [(part.name, part.accuracy.of) for part in report(samples).parts]
    assert parts == [("x", 2), ("y", 1)]
