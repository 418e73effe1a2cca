"""Precision against recall, and what a weight is worth, threshold by threshold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.evaluate.measures.intervals import Share

BINS: Final = 10


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What happens when texts from this weight on count as found."""

    threshold: float
    precision: float
    recall: float


@dataclass(frozen=True, slots=True)
class Curve:
    """Points from the highest threshold down, and average precision.

    `average` is the sum of precision times gain in recall over the points, without
    interpolation; texts of weight 0 count as never found.
    """

    points: tuple[CurvePoint, ...]
    average: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Texts with weights in one tenth of the scale.

    A weight that is a probability is well calibrated when `mean` (0 to 1) is
    near the share of texts that truly are of the class.
    """

    low: int
    high: int
    mean: float
    true: Share


@dataclass(frozen=True, slots=True)
class Calibration:
    """Bins that hold a text, and the expected calibration error over them (0 to 1).

    Texts of weight 0 are left out: nothing was claimed about them.
    """

    bins: tuple[Bin, ...]
    error: float | None


def precision_recall(weights: Sequence[float], true: Sequence[bool]) -> Curve:
    """The curve of one class; no points when nothing is true or nothing found."""
    scores, truths = np.asarray(weights, float), np.asarray(true, bool)
    total = int(truths.sum())
    order = np.argsort(-scores, kind="stable")
    order = order[scores[order] > 0]
    if not total or not len(order):
        return Curve((), 0.0)
    ranked = scores[order]
    last = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
    hits = np.cumsum(truths[order])[last]
    precision, recall = hits / (last + 1), hits / total
    average = float((precision * np.diff(recall, prepend=0.0)).sum())
    columns = (ranked[last].tolist(), precision.tolist(), recall.tolist())
    return Curve(tuple(map(CurvePoint, *columns)), average)


def calibration(weights: Sequence[float], true: Sequence[bool]) -> Calibration:
    """How often texts of each tenth of the scale truly are of the class."""
    scores, truths = np.asarray(weights, float), np.asarray(true, bool)
    place = np.minimum(scores * BINS // 100, BINS - 1)
    bins: list[Bin] = []
    for number in range(BINS):
        inside = (place == number) & (scores > 0)
        if inside.any():
            share = Share(int(truths[inside].sum()), int(inside.sum()))
            low, high = number * 100 // BINS, (number + 1) * 100 // BINS
            bins.append(Bin(low, high, float(scores[inside].mean()) / 100, share))
    return Calibration(tuple(bins), _error(bins))


def _error(bins: Sequence[Bin]) -> float | None:
    total = sum(b.true.of for b in bins)
    if not total:
        return None
    gaps = (abs(b.mean - b.true.hits / b.true.of) * b.true.of for b in bins)
    return sum(gaps) / total
