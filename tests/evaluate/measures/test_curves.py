"""Curves, threshold by threshold, by hand."""

import pytest

from app.evaluate.measures.curves import calibration, precision_recall


def test_precision_and_recall_at_each_threshold() -> None:
    weights = [90, 80, 80, 60, 0, 0]
    truth = [True, True, False, False, True, False]
    curve = precision_recall(weights, truth)
    assert [p.threshold for p in curve.points] == [90, 80, 60]
    assert [p.precision for p in curve.points] == pytest.approx([1, 2 / 3, 1 / 2])
    assert [p.recall for p in curve.points] == pytest.approx([1 / 3, 2 / 3, 2 / 3])
    assert curve.average == pytest.approx(1 / 3 * 1 + 1 / 3 * 2 / 3)


@pytest.mark.parametrize(
    ("weights", "truth"),
    [([], []), ([0.0, 0.0], [True, False]), ([50.0], [False])],
)
def test_there_is_no_curve_without_harm_or_findings(
    weights: list[float], truth: list[bool]
) -> None:
    curve = precision_recall(weights, truth)
    assert (curve.points, curve.average) == ((), 0.0)


def test_calibration_by_tenths() -> None:
    weights = [5.0, 91.0, 99.0, 100.0, 40.0, 0.0]
    truth = [False, True, True, False, True, True]
    found = calibration(weights, truth)
    bins = [(b.low, b.high, b.true.hits, b.true.of) for b in found.bins]
    assert bins == [(0, 10, 0, 1), (40, 50, 1, 1), (90, 100, 2, 3)]
    assert [b.mean for b in found.bins] == pytest.approx([0.05, 0.4, 290 / 300])
    gaps = 0.05 * 1 + 0.6 * 1 + (290 / 300 - 2 / 3) * 3
    assert found.error == pytest.approx(gaps / 5)


def test_nothing_claimed_is_nothing_calibrated() -> None:
    found = calibration([0.0, 0.0], [True, False])
    assert (found.bins, found.error) == ((), None)
