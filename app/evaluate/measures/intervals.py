"""Confidence intervals: what a figure from so few texts is worth."""

from collections.abc import Callable
from dataclasses import dataclass
from math import comb, erfc, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

Z95: Final = 1.959964
"""The normal quantile for 95 %."""
RESAMPLES: Final = 1000
_EXACT: Final = 1000
"""Flips beyond this are many enough for the normal distribution."""


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `of`, as a share with its 95 % interval (Wilson 1927).

    `value`, `low` and `high` are None when nothing was counted.
    """

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """The share itself."""
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the true share lies with 95 % confidence."""
        if not self.of:
            return None
        n, p = self.of, self.hits / self.of
        middle = p + Z95**2 / (2 * n)
        spread = Z95 * sqrt(p * (1 - p) / n + Z95**2 / (4 * n**2))
        scale = 1 + Z95**2 / n
        low, high = (middle - spread) / scale, (middle + spread) / scale
        return (0.0 if not self.hits else low, 1.0 if self.hits == n else high)


Statistic = Callable[[NDArray[np.int64]], NDArray[np.float64]]
"""Counts of shape (resamples, cells) to one number for each resample."""


def bootstrap(
    cells: NDArray[np.int64], statistic: Statistic, seed: int
) -> tuple[float, float] | None:
    """The 95 % interval of a statistic of counts, by resampling the texts.

    Drawing texts with replacement changes the counts of their cells as a
    multinomial does; so no text is drawn at all. None when nothing was counted.
    """
    total = int(cells.sum())
    if not total:
        return None
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(total, cells / total, size=RESAMPLES)
    values = statistic(drawn)
    values = values[np.isfinite(values)]
    if not len(values):
        return None
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def mcnemar(broken: int, mended: int) -> float:
    """How likely so uneven flips are by chance: the exact two-sided test.

    `broken` were right before and are wrong now, `mended` the other way. McNemar
    1947, with the binomial distribution in place of the normal.
    """
    flips = broken + mended
    if not flips:
        return 1.0
    fewer = min(broken, mended)
    if flips > _EXACT:
        return _normal_tail((abs(broken - mended) - 1) / sqrt(flips))
    tail = sum(comb(flips, k) for k in range(fewer + 1)) / 2**flips
    return min(1.0, 2 * float(tail))


def _normal_tail(z: float) -> float:
    """Both tails of the normal distribution beyond `z`."""
    return erfc(max(z, 0.0) / sqrt(2))
