"""Two judges on the same texts: who answers otherwise, and whether it is chance."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.domain.finding import Suggest
from app.evaluate.measures.confusion import Interval
from app.evaluate.measures.intervals import RESAMPLES, mcnemar
from app.evaluate.report import predictions
from app.evaluate.running import Run
from app.evaluate.sample import Sample


@dataclass(frozen=True, slots=True)
class Flip:
    """Texts of one true class that were answered `before` and are answered `after`.

    An answer is the verdict and its label, such as `review ads`.
    """

    truth: str
    before: str
    after: str
    count: int


@dataclass(frozen=True, slots=True)
class Flipped:
    """One text whose class is right under one judge only, for those who asked."""

    sample: Sample
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """From the first judge to the second.

    `mended` were wrong and are right, `broken` the other way. `chance` is the
    probability of so uneven flips if both were equally good (McNemar, two-sided).
    `macro_f1` is the difference, with a paired bootstrap interval.
    """

    mended: int
    broken: int
    chance: float
    accuracy: float
    accuracy_interval: Interval
    macro_f1: float
    macro_f1_interval: Interval
    flips: tuple[Flip, ...]
    examples: tuple[Flipped, ...]

    @property
    def sure(self) -> bool:
        """Whether chance is ruled out at the usual 5 %."""
        return self.chance < 0.05


def compare(
    one: Run,
    two: Run,
    *,
    at: Suggest = Suggest.REVIEW,
    seed: int = 0,
    examples: int = 0,
) -> Comparison:
    """Compare two runs over the same samples."""
    truths = [sample.truth for sample in one.samples]
    before, after = predictions(one, at), predictions(two, at)
    rows = list(zip(truths, before, after, strict=True))
    mended = sum(a != truth == b for truth, a, b in rows)
    broken = sum(b != truth == a for truth, a, b in rows)
    bootstrapped = _Resampled(rows, seed)
    gain, f1_gain = bootstrapped.plain()
    accuracy, macro = bootstrapped.intervals()
    return Comparison(
        mended=mended,
        broken=broken,
        chance=mcnemar(broken, mended),
        accuracy=gain,
        accuracy_interval=accuracy,
        macro_f1=f1_gain,
        macro_f1_interval=macro,
        flips=tuple(_flips(one, two)),
        examples=tuple(_examples(one.samples, before, after, examples)),
    )


def _flips(one: Run, two: Run) -> list[Flip]:
    """Changes of the answer with their counts, most frequent first."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for sample, a, b in zip(one.samples, one.judgements, two.judgements, strict=True):
        before, after = (
            _answer(a.suggest, a.label.title),
            _answer(b.suggest, b.label.title),
        )
        if before != after:
            counts[sample.truth, before, after] += 1
    return [Flip(*key, count) for key, count in counts.most_common()]


def _answer(suggest: Suggest, label: str) -> str:
    return suggest.value if suggest is Suggest.PASS else f"{suggest.value} {label}"


def _examples(
    samples: Sequence[Sample], before: Sequence[str], after: Sequence[str], most: int
) -> list[Flipped]:
    """Up to `most` broken and as many mended texts."""
    rows = list(zip(samples, before, after, strict=True))
    broken = [Flipped(s, a, b) for s, a, b in rows if b != s.truth == a]
    mended = [Flipped(s, a, b) for s, a, b in rows if a != s.truth == b]
    return broken[:most] + mended[:most]


class _Resampled:
    """Both figures of both judges over resampled texts.

    Only the counts of (truth, before, after) matter, so those are drawn.
    """

    def __init__(self, rows: Sequence[tuple[str, str, str]], seed: int) -> None:
        counts = Counter(rows)
        self._cells = list(counts)
        self._counts = np.array([counts[cell] for cell in self._cells])
        self._classes = sorted({truth for truth, _, _ in self._cells})
        self._seed = seed

    def plain(self) -> tuple[float, float]:
        """The gains in accuracy and in macro-F1."""
        accuracy, macro = self._gains(self._counts[None, :])
        return float(accuracy[0]), float(macro[0])

    def intervals(self) -> tuple[Interval, Interval]:
        """Their 95 % intervals."""
        total = int(self._counts.sum())
        rng = np.random.default_rng(self._seed)
        drawn = rng.multinomial(total, self._counts / total, size=RESAMPLES)
        accuracy, macro = self._gains(drawn)
        return _middle(accuracy), _middle(macro)

    def _gains(self, drawn: NDArray[np.int64]) -> tuple[NDArray[np.float64], ...]:
        total = drawn.sum(axis=1)
        gained = self._right(2).astype(int) - self._right(1).astype(int)
        accuracy = drawn @ gained / total
        return accuracy, self._macro(drawn, 2) - self._macro(drawn, 1)

    def _right(self, judge: int) -> NDArray[np.bool_]:
        return np.array([cell[0] == cell[judge] for cell in self._cells])

    def _macro(self, drawn: NDArray[np.int64], judge: int) -> NDArray[np.float64]:
        each = []
        for name in self._classes:
            true = np.array([cell[0] == name for cell in self._cells])
            said = np.array([cell[judge] == name for cell in self._cells])
            both = drawn @ true.astype(int) + drawn @ said.astype(int)
            right = drawn @ (true & said).astype(int)
            each.append(2 * right / np.maximum(both, 1))
        return np.asarray(np.mean(each, axis=0), np.float64)


def _middle(values: NDArray[np.float64]) -> Interval:
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
