"""Who was taken for what, and the figures that follow from the counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from app.evaluate.measures.intervals import Share, Statistic, bootstrap

Interval = tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One class against all others.

    `f1_interval` is by bootstrap, those of the shares are by Wilson.
    """

    name: str
    precision: Share
    recall: Share
    f1: float | None
    f1_interval: Interval

    @property
    def rows(self) -> int:
        """Texts that truly are of this class."""
        return self.recall.of


@dataclass(frozen=True, slots=True)
class Confusion:
    """`counts[i, j]` texts of class `classes[i]` were taken for `classes[j]`."""

    classes: tuple[str, ...]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, truths: Sequence[str], predicted: Sequence[str]) -> Self:
        """Count pairs; the classes are sorted by how often they are true."""
        names = sorted(
            {*truths, *predicted}, key=lambda name: (-truths.count(name), name)
        )
        place = {name: i for i, name in enumerate(names)}
        counts = np.zeros((len(names), len(names)), np.int64)
        for truth, said in zip(truths, predicted, strict=True):
            counts[place[truth], place[said]] += 1
        return cls(tuple(names), counts)

    @property
    def true_classes(self) -> tuple[str, ...]:
        """Classes that some text truly has; averages go over these."""
        sums = self.counts.sum(axis=1)
        return tuple(n for n, s in zip(self.classes, sums, strict=True) if s)

    @property
    def accuracy(self) -> Share:
        """Texts of which the class is right."""
        return Share(int(np.trace(self.counts)), int(self.counts.sum()))

    def figures(self, name: str, seed: int) -> ClassFigures:
        """Precision, recall and F1 of one class."""
        at = self.classes.index(name)
        right = int(self.counts[at, at])
        said, true = int(self.counts[:, at].sum()), int(self.counts[at].sum())
        f1 = 2 * right / (said + true) if said + true else None
        interval = bootstrap(self._flat, self._f1_of(at), seed)
        return ClassFigures(name, Share(right, said), Share(right, true), f1, interval)

    def macro_f1(self, seed: int) -> tuple[float, Interval]:
        """The plain mean of the F1 of all true classes, with its interval."""
        statistic = self._macro()
        value = float(statistic(self._flat[None, :])[0])
        return value, bootstrap(self._flat, statistic, seed)

    @property
    def _flat(self) -> NDArray[np.int64]:
        return self.counts.reshape(-1)

    def _f1_of(self, at: int) -> Statistic:
        size = len(self.classes)

        def statistic(drawn: NDArray[np.int64]) -> NDArray[np.float64]:
            return _f1(drawn.reshape(-1, size, size), at)

        return statistic

    def _macro(self) -> Statistic:
        size = len(self.classes)
        places = [self.classes.index(name) for name in self.true_classes]

        def statistic(drawn: NDArray[np.int64]) -> NDArray[np.float64]:
            cube = drawn.reshape(-1, size, size)
            each = np.stack([np.nan_to_num(_f1(cube, at)) for at in places])
            mean: NDArray[np.float64] = each.mean(axis=0)
            return mean

        return statistic


def _f1(cube: NDArray[np.int64], at: int) -> NDArray[np.float64]:
    """F1 of one class in each of many tables; not a number where it is neither."""
    both = cube[:, at, :].sum(axis=1) + cube[:, :, at].sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares: NDArray[np.float64] = 2 * cube[:, at, at] / both
    return shares
