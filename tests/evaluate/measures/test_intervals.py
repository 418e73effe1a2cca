"""Intervals and tests against values from the formulas, worked out by hand."""

import numpy as np
import pytest
from numpy.typing import NDArray

from app.evaluate.measures.intervals import Share, bootstrap, mcnemar


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (8, 10, 0.4902, 0.9433),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (50, 100, 0.4038, 0.5962),
    ],
)
def test_wilson(hits: int, of: int, low: float, high: float) -> None:
    assert Share(hits, of).interval == pytest.approx((low, high), abs=5e-5)


def test_a_share_of_nothing_has_no_value() -> None:
    assert Share(0, 0).value is None
    assert Share(0, 0).interval is None


def first(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    shares: NDArray[np.float64] = counts[:, 0] / counts.sum(axis=1)
    return shares


def test_the_bootstrap_agrees_with_the_normal_interval_of_a_share() -> None:
    interval = bootstrap(np.array([300, 700]), first, seed=1)
    assert interval == pytest.approx((0.3 - 0.0284, 0.3 + 0.0284), abs=0.004)


def test_the_bootstrap_is_repeatable_and_knows_when_nothing_was_counted() -> None:
    cells = np.array([3, 7])
    assert bootstrap(cells, first, seed=5) == bootstrap(cells, first, seed=5)
    assert bootstrap(np.array([0, 0]), first, seed=5) is None


@pytest.mark.parametrize(
    ("broken", "mended", "chance"),
    [
        (0, 0, 1.0),
        (1, 9, 22 / 1024),
        (9, 1, 22 / 1024),
        (5, 5, 1.0),
        (0, 5, 2 / 32),
        (600, 700, 0.0060),
    ],
)
def test_mcnemar(broken: int, mended: int, chance: float) -> None:
    assert mcnemar(broken, mended) == pytest.approx(chance, abs=5e-4)
