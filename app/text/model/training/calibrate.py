"""Scores to probabilities, and the thresholds from which harms are reported."""

from collections.abc import Sequence
from math import exp, log
from typing import Final, NamedTuple

from app.text.model.format import HARMS

_EVEN: Final = 50
_ROUNDS: Final = 50
_ENOUGH: Final = 500
"""Texts of a harm from which on a calibration is trusted."""


class Scored(NamedTuple):
    """A row of a source that the scores were not fitted on."""

    label: str
    source: str
    weight: float
    scores: tuple[float, ...]

    @property
    def harm(self) -> str:
        """The harm with the highest score."""
        harms = self.scores[1:]
        return HARMS[harms.index(max(harms))]

    @property
    def margin(self) -> float:
        """The log-odds of any harm, before calibration."""
        top = max(self.scores[1:])
        return top + log(sum(exp(s - top) for s in self.scores[1:])) - self.scores[0]


Slopes = dict[str, tuple[float, float]]


def calibrate(
    outside: Sequence[Scored], preferred: frozenset[str] = frozenset()
) -> Slopes:
    """Slope and offset of each harm, by Platt's method on what was left out.

    Where the `preferred` sources have enough of a harm, they alone decide on it. The
    slope is never below a tenth: a higher score is always a higher probability.
    """
    slopes: Slopes = {}
    for harm in HARMS:
        own = [row for row in outside if row.harm == harm]
        real = [row for row in own if row.source in preferred]
        if sum(row.label == harm for row in real) >= _ENOUGH:
            own = real
        points = [(row.margin, float(row.label != "clean"), row.weight) for row in own]
        slope, offset = _platt(points)
        slopes[harm] = (round(max(0.1, slope), 4), round(offset, 4))
    return slopes


def _platt(points: Sequence[tuple[float, float, float]]) -> tuple[float, float]:
    """Logistic regression on one number, by damped Newton steps."""
    a, b = 1.0, 0.0
    if not points:
        return a, b
    for _ in range(_ROUNDS):
        ga = gb = haa = hab = hbb = 0.0
        for x, y, w in points:
            p = 1.0 / (1.0 + exp(-min(60.0, max(-60.0, a * x + b))))
            wrong, curve = w * (p - y), w * max(p * (1.0 - p), 1e-9)
            ga += wrong * x
            gb += wrong
            haa += curve * x * x
            hab += curve * x
            hbb += curve
        ga, haa, hbb = ga + 0.01 * (a - 1.0), haa + 0.01, hbb + 0.01
        gb += 0.01 * b
        det = haa * hbb - hab * hab
        da, db = (ga * hbb - gb * hab) / det, (gb * haa - ga * hab) / det
        size = min(1.0, 2.0 / max(1e-9, abs(da) + abs(db)))
        a, b = a - size * da, b - size * db
        if abs(da) + abs(db) < 1e-6:
            break
    return a, b


def probability(row: Scored, slopes: Slopes) -> int:
    """The probability of harm in per cent, as the model would say it."""
    slope, offset = slopes[row.harm]
    odds = min(60.0, max(-60.0, slope * row.margin + offset))
    return int(100.0 / (1.0 + exp(-odds)) + 0.5)


def thresholds(
    outside: Sequence[Scored],
    slopes: Slopes,
    ordinary: frozenset[str],
    false_alarms: float,
) -> dict[str, int]:
    """For each harm the least threshold, 50 or more, that keeps the promise.

    The promise is that each harm is reported on at most a share of `false_alarms` of
    the clean rows of `ordinary` sources; without such rows every threshold is 50.
    """
    clean = [r for r in outside if r.label == "clean" and r.source in ordinary]
    allowed = int(false_alarms * len(clean))
    chosen: dict[str, int] = {}
    for harm in HARMS:
        probs = sorted(
            (probability(row, slopes) for row in clean if row.harm == harm),
            reverse=True,
        )
        over = probs[allowed] + 1 if len(probs) > allowed else 0
        chosen[harm] = min(100, max(_EVEN, over))
    return chosen
