"""PDQ: a perceptual hash of 256 bits, and how much there was to hash.

The published algorithm: brightness, two passes of a box filter along both axes
(together a tent), 64 x 64 samples of that, the 16 x 16 lowest frequencies of
their cosine transform without the constant one, and one bit for each that is
above their median. The filter and the sampling are linear, so that both
together are one matrix per axis, and turning or mirroring a picture only moves
the frequencies or changes their signs.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import Final

import numpy as np

from app.image.arrays import Floats, Pixels

MODEL: Final = "pdq-1"
BYTES: Final = 32
BITS: Final = 256
LEAST_SIDE: Final = 5
"""Smaller pictures have no hash: all bits and the quality are zero."""

_GRID: Final = 64
_WAVES: Final = 16
_LUMA: Final = np.array([0.299, 0.587, 0.114], np.float32)
_BAND: Final = 1 << 18
"""Pixels that are worked on at once: what fits into a processor's cache."""

ORIGINAL: Final = "original"
TURNS: Final = (
    ORIGINAL,
    "turned left",
    "turned around",
    "turned right",
    "upside down",
    "mirrored",
    "transposed",
    "transversed",
)
"""The eight forms: quarter turns, then mirror images.

"upside down" swaps top and bottom, "mirrored" left and right; "transposed"
swaps rows and columns, and "transversed" does so after half a turn.
"""


@dataclass(frozen=True, slots=True)
class Pdq:
    """A hash with its quality, 0 (nothing to see) to 100; below 50 is poor."""

    value: bytes
    quality: int


def pdq(pixels: Pixels) -> Pdq:
    """Hash a picture as it stands."""
    return pdq_turns(pixels)[ORIGINAL]


def pdq_turns(pixels: Pixels) -> dict[str, Pdq]:
    """Hash a picture in all eight forms, by their names in `TURNS`.

    The first is the picture as it stands, the others are what a copy of it
    hashes to that was turned or mirrored.
    """
    if min(pixels.shape[:2]) < LEAST_SIDE:
        return dict.fromkeys(TURNS, Pdq(bytes(BYTES), 0))
    grid = shrink(pixels)
    seen = quality(grid)
    forms = turned(spectrum(grid))
    return {name: Pdq(_bits(form), seen) for name, form in forms.items()}


def shrink(pixels: Pixels) -> Floats:
    """Brightness, filtered and sampled to 64 x 64."""
    height, width = pixels.shape[:2]
    down, across = _sampler(height), _sampler(width)
    rows = max(1, _BAND // width)
    total = np.zeros((_GRID, _GRID), np.float32)
    for top in range(0, height, rows):
        light: Floats = pixels[top : top + rows].astype(np.float32) @ _LUMA
        total += down[:, top : top + rows] @ (light @ across.T)
    return total


def quality(grid: Floats) -> int:
    """How much changes between neighbouring samples, 0 to 100."""
    steps = [np.diff(grid, axis=axis) for axis in (0, 1)]
    counted = sum(int(np.abs((step * 100 / 255).astype(int)).sum()) for step in steps)
    return min(100, counted // 90)


def spectrum(grid: Floats) -> Floats:
    """The 16 x 16 lowest frequencies of 64 x 64 samples, rows first."""
    waves = _waves()
    return (waves @ grid @ waves.T).astype(np.float32, copy=False)


def turned(lowest: Floats) -> dict[str, Floats]:
    """The frequencies of the picture's eight forms, by their names."""
    odd = np.where(np.arange(_WAVES) % 2, 1, -1).astype(np.float32)
    across, down = odd[None, :], odd[:, None]
    mirrored, upside_down = lowest * across, lowest * down
    around = mirrored * down
    forms = (lowest, mirrored.T, around, upside_down.T)
    others = (upside_down, mirrored, lowest.T, around.T)
    return dict(zip(TURNS, forms + others, strict=True))


def _bits(lowest: Floats) -> bytes:
    """One bit per frequency, the last one first."""
    ordered = np.sort(lowest, axis=None)
    above = lowest.reshape(-1) > ordered[(BITS - 1) // 2]
    return np.packbits(above[::-1]).tobytes()


@lru_cache(maxsize=1)
def _waves() -> Floats:
    """The rows 1 to 16 of the cosine transform of 64 samples."""
    row = np.arange(1, _WAVES + 1)[:, None]
    column = np.arange(_GRID)[None, :]
    angle = np.pi / 2 / _GRID * row * (2 * column + 1)
    waves: Floats = np.cos(angle).astype(np.float32) * np.float32(sqrt(2 / _GRID))
    return waves


@lru_cache(maxsize=32)
def _sampler(length: int) -> Floats:
    """What of a line of `length` pixels goes into each of 64 samples."""
    window = (length + 2 * _GRID - 1) // (2 * _GRID)
    places = np.arange(length)
    after = window // 2
    first = np.maximum(places - (window - after - 1), 0)
    last = np.minimum(places + after, length - 1)
    share = 1.0 / (last - first + 1)
    centres = ((np.arange(_GRID) + 0.5) * length / _GRID).astype(int)
    changes = np.zeros((_GRID, length + 1))
    rows = np.arange(_GRID)
    for step in range(window):
        middle = first[centres] + step
        inside = middle <= last[centres]
        row, seen = rows[inside], middle[inside]
        weight = share[centres[inside]] * share[seen]
        np.add.at(changes, (row, first[seen]), weight)
        np.add.at(changes, (row, last[seen] + 1), -weight)
    return np.cumsum(changes, axis=1)[:, :length].astype(np.float32)
