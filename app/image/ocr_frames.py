"""Which frames of an animated picture are worth reading: those that differ."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.plugins.door import Frame

EVERY: Final = 4
"""Every fourth pixel of every fourth row is compared."""
APART: Final = 24
"""How much brighter or darker a sample must be to count: compression wavers."""
CHANGED: Final = 0.001
"""The part of the samples that must change: a short word in a corner does."""


def differing(frames: Sequence[Frame], *, most: int) -> list[Frame]:
    """The frames that differ from all chosen before, at most `most` of them.

    If more differ, they are taken evenly, the first and the last among them.
    """
    chosen: list[Frame] = []
    seen: list[NDArray[np.int16]] = []
    for frame in frames:
        samples = frame.pixels[::EVERY, ::EVERY].mean(axis=2).astype(np.int16)
        if all(_differ(samples, other) for other in seen):
            chosen.append(frame)
            seen.append(samples)
    if len(chosen) <= most:
        return chosen
    places = np.linspace(0, len(chosen) - 1, most).round().astype(int)
    return [chosen[place] for place in dict.fromkeys(places.tolist())]


def _differ(one: NDArray[np.int16], other: NDArray[np.int16]) -> bool:
    if one.shape != other.shape:
        return True
    return bool((np.abs(one - other) > APART).mean() > CHANGED)
