"""Plain borders: bars above, below and beside a picture, found to be cut off.

A hash sees the bars of a letterbox as part of the picture and changes beyond
recognition. Cut off, the picture within hashes as it did without them.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.image.arrays import Pixels

CLOSE: Final = 20
"""How far a sample may be from the border's colour: compression wavers."""
STRAY: Final = 0.01
"""The part of a line's samples that may be farther."""
LEAST_CUT: Final = 0.02
"""Less than this part of a side is not worth another hash."""
LEAST_LEFT: Final = 0.2
"""What must be left of each side; otherwise the picture is a plain field."""

_AT_ONCE: Final = 64


def trimmed(pixels: Pixels) -> Pixels | None:
    """What is left of the picture without plain borders, None if it has none."""
    height, width = pixels.shape[:2]
    top = _plain_lines(pixels)
    if top == height:
        return None
    bottom = height - _plain_lines(pixels[::-1])
    body = pixels[top:bottom].transpose(1, 0, 2)
    left, right = _plain_lines(body), width - _plain_lines(body[::-1])
    kept = pixels[top:bottom, left:right]
    return kept if _worth_it(pixels, kept) else None


def _worth_it(pixels: Pixels, kept: Pixels) -> bool:
    parts: list[float] = [
        after / before
        for before, after in zip(pixels.shape[:2], kept.shape[:2], strict=True)
    ]
    return LEAST_LEFT <= min(parts) <= 1 - LEAST_CUT


def _plain_lines(lines: Pixels) -> int:
    """How many lines from the start are all of the first line's colour."""
    colour = np.median(lines[0], axis=0).astype(np.int16)
    start, size = 0, 1
    while start < len(lines):
        plain = _plain(lines[start : start + size], colour)
        if not plain.all():
            return start + int(np.argmin(plain))
        start, size = start + size, min(2 * size, _AT_ONCE)
    return len(lines)


def _plain(lines: Pixels, colour: NDArray[np.int16]) -> NDArray[np.bool_]:
    away = (np.abs(lines - colour) > CLOSE).any(axis=2)
    return np.asarray(away.mean(axis=1) <= STRAY)
