"""Two judges side by side."""

import pytest

from app.domain.labels import Label
from app.evaluate.compare import Comparison, Flip, compare
from app.evaluate.running import run
from tests.evaluate.helpers import by_word, found, sample

SAMPLES = [
    *[sample("ad", "ads") for _ in range(9)],
    sample("rude", "abuse"),
    *[sample("good") for _ in range(10)],
]
BEFORE = by_word({"rude": found()})
AFTER = by_word({"ad": found(Label.ADS)})


def compared(examples: int = 0) -> Comparison:
    one, two = run(BEFORE, SAMPLES), run(AFTER, SAMPLES)
    return compare(one, two, seed=1, examples=examples)


def test_flips_are_counted_by_what_they_mean() -> None:
    found = compared()
    assert (found.mended, found.broken) == (9, 1)
    assert found.flips == (
        Flip("ads", "pass", "risky ads", 9),
        Flip("abuse", "risky abuse", "pass", 1),
    )


def test_chance_and_gains() -> None:
    found = compared()
    assert found.chance == pytest.approx(22 / 1024)
    assert found.sure
    assert found.accuracy == pytest.approx(8 / 20)
    # Before: ads 0, abuse 1, normal 20/29; after: ads 1, abuse 0, normal 20/21.
    assert found.macro_f1 == pytest.approx((20 / 21 - 20 / 29) / 3)
    assert found.accuracy_interval is not None
    low, high = found.accuracy_interval
    assert low < 0.4 < high


def test_a_judge_is_as_good_as_itself() -> None:
    one = run(BEFORE, SAMPLES)
    found = compare(one, one)
    assert (found.mended, found.broken, found.chance, found.flips) == (0, 0, 1.0, ())
    assert found.accuracy_interval == pytest.approx((0, 0))
    assert not found.sure


def test_examples_are_given_on_request_only() -> None:
    assert compared().examples == ()
    shown = [(e.sample.text, e.before, e.after) for e in compared(2).examples]
    assert shown == [("rude", "abuse", "normal")] + [("ad", "normal", "ads")] * 2
