"""Pictures of whole numbers, the same on every machine to the last bit."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Grid = NDArray[np.int64]


def _picture(width: int, height: int, red: Callable[[Grid, Grid], Grid]) -> Pixels:
    """Red by a formula of column and row; green and blue follow from it."""
    y, x = (grid.astype(np.int64) for grid in np.mgrid[0:height, 0:width])
    first = red(x, y)
    colours = [first, first * 3 // 4 + x * 60 // width, 255 - first // 2]
    return np.stack(colours, axis=2).clip(0, 255).astype(np.uint8)


def rings() -> Pixels:
    return _picture(
        640, 480, lambda x, y: ((x - 200) ** 2 + (y - 170) ** 2) // 90 % 256
    )


def blocks() -> Pixels:
    return _picture(750, 1334, lambda x, y: (x // 60 * 7919 + y // 80 * 104729) % 256)


def slopes() -> Pixels:
    return _picture(333, 777, lambda x, y: abs(x * 5 - y * 3) // 4 % 256)


def cells() -> Pixels:
    return _picture(512, 512, lambda x, y: (x // 40 * (y // 30) * 37 + x // 3) % 256)


def tiny() -> Pixels:
    return _picture(64, 64, lambda x, y: (x * x + y * 11) % 256)


def narrow() -> Pixels:
    return _picture(37, 900, lambda x, y: (y // 25 * 71 + x * 3) % 256)


def least() -> Pixels:
    return _picture(9, 5, lambda x, y: (x * 29 + y * 53) % 256)


def pale() -> Pixels:
    return _picture(600, 400, lambda x, y: 120 + (x // 100 + y // 90) % 3 * 4)


ALL: Final[dict[str, Callable[[], Pixels]]] = {
    make.__name__: make
    for make in (rings, blocks, slopes, cells, tiny, narrow, least, pale)
}
