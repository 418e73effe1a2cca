"""Pictures made by a formula, with the hashes that the algorithm gives them."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import numpy as np

from app.image.arrays import Pixels
from app.image.pdq import ORIGINAL
from app.plugins.door import Example, Frame, Reading, Sample

WAVES_HASH: Final = bytes.fromhex(
    "0ab6b5410ab6b5414abeb5414abeb541fbfe5543aa54d6e2a9395366ac8902bf"
)
"""What the algorithm's authors' own program says of `waves(320, 240)`."""
_ROUNDING: Final = 4
"""Bits that a formula's last decimal may change on another machine."""


def waves(width: int, height: int) -> Pixels:
    """Three waves of light across a picture."""
    y, x = np.mgrid[0:height, 0:width]
    across, down = x / width, y / height
    return np.stack(
        [
            128 + 100 * np.sin(19 * across + 5 * down**2),
            128 + 90 * np.cos(23 * down - 7 * across * down),
            128 + 80 * np.sin(31 * (across - 0.3) * (down + 0.2)),
        ],
        axis=2,
    ).astype(np.uint8)


def examples() -> Sequence[Example]:
    """A picture with much to hash, the same within a frame, and a plain field."""
    framed = np.full((300, 320, 3), 250, np.uint8)
    framed[30:270] = waves(320, 240)
    plain = np.full((240, 320, 3), 90, np.uint8)
    near_waves = partial(_hashed, near=WAVES_HASH)
    return (
        _example(waves(320, 240), near_waves, "waves, which hash well"),
        _example(framed, partial(near_waves, form="trimmed"), "waves within borders"),
        _example(plain, _poor, "a plain field, whose quality is 0"),
    )


def _example(pixels: Pixels, expect: Callable[[Reading], bool], what: str) -> Example:
    height, width = pixels.shape[:2]
    return Example(Sample((Frame(pixels),), width, height, "PNG"), expect, what)


def _hashed(reading: Reading, *, near: bytes, form: str = ORIGINAL) -> bool:
    values = [region.value for region in reading.hashes if region.transform == form]
    return len(values) == 1 and _distance(values[0], near) <= _ROUNDING


def _distance(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def _poor(reading: Reading) -> bool:
    return {region.quality for region in reading.hashes} == {0}
