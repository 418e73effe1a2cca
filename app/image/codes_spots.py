"""Where in a picture a code may be: places that are busy all over.

A code changes between light and dark everywhere within its edges, which hardly
anything else does that is as high and as wide: lines of text are lower, and the
outlines of things are thin.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from app.image.arrays import Floats, Pixels

CELL: Final = 8
"""Pixels of a side of the squares that are judged."""
BUSY: Final = 7.0
"""The standard deviation of brightness from which a square is busy, of 255."""
LEAST: Final = 8
"""Squares of each side of a spot at least: lines of text are lower."""
MARGIN: Final = 12
"""Pixels around a spot that are looked at as well: codes need white there."""


Box = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels."""


class Spot(NamedTuple):
    """A part of a picture, in pixels; `right` and `bottom` are exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def area(self) -> int:
        """How many pixels it holds."""
        return (self.right - self.left) * (self.bottom - self.top)

    @classmethod
    def around(
        cls, box: tuple[float, float, float, float], size: tuple[int, int]
    ) -> Self:
        """A box with the usual margin, within a picture of this width and height."""
        width, height = size
        left, top, right, bottom = (round(value) for value in box)
        return cls(
            max(0, left - MARGIN),
            max(0, top - MARGIN),
            min(width, right + MARGIN),
            min(height, bottom + MARGIN),
        )

    def touches(self, other: Self) -> bool:
        """Whether they have a pixel in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def with_(self, other: Self) -> Self:
        """The box around both."""
        return type(self)(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


def spots(grey: Pixels, *, most: int, known: Sequence[Spot] = ()) -> list[Spot]:
    """The busy parts of a picture, the largest ones first, at most `most`.

    Those that are `known` are among them, joined with what they touch.
    """
    height, width = grey.shape
    found = list(known)
    if min(height, width) < LEAST * CELL:
        return found[:most]
    for left, top, right, bottom in _islands(_busy(grey)):
        box = (left * CELL, top * CELL, right * CELL, bottom * CELL)
        spot = Spot.around(box, (width, height))
        while near := [other for other in found if spot.touches(other)]:
            for other in near:
                found.remove(other)
                spot = spot.with_(other)
        found.append(spot)
    return sorted(found, key=lambda spot: spot.area, reverse=True)[:most]


def _busy(grey: Pixels) -> NDArray[np.bool_]:
    """Which squares are busy together with their neighbours.

    Every other row tells enough.
    """
    down, across = grey.shape[0] // CELL, grey.shape[1] // CELL
    cut = grey[: down * CELL : 2, : across * CELL].astype(np.float32)
    squares = cut.reshape(down, CELL // 2, across, CELL)
    means = _around(squares.mean(axis=(1, 3)))
    spread = _around(np.square(squares, out=squares).mean(axis=(1, 3))) - means**2
    return np.asarray(spread > BUSY**2)


def _around(values: Floats) -> Floats:
    """The mean of each value and its eight neighbours."""
    padded = np.pad(values, 1, mode="edge")
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    total = rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]
    return np.asarray(total / 9, np.float32)


def _islands(busy: NDArray[np.bool_]) -> Iterator[Spot]:
    """Boxes of what hangs together, where it is busy in both directions."""
    left = {(int(row), int(column)) for row, column in np.argwhere(_opened(busy))}
    while left:
        first = left.pop()
        island, edge = [first], [first]
        while edge:
            row, column = edge.pop()
            for other in (
                (row - 1, column),
                (row + 1, column),
                (row, column - 1),
                (row, column + 1),
            ):
                if other in left:
                    left.remove(other)
                    island.append(other)
                    edge.append(other)
        rows, columns = zip(*island, strict=True)
        yield Spot(min(columns), min(rows), max(columns) + 1, max(rows) + 1)


def _opened(busy: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Squares that are part of a busy block of `LEAST` by `LEAST` squares."""
    kept = busy
    for axis in (0, 1):
        kept = _runs(kept, axis)
    return kept


def _runs(busy: NDArray[np.bool_], axis: int) -> NDArray[np.bool_]:
    """What belongs to `LEAST` busy squares in a row along an axis."""
    lines = np.moveaxis(busy, axis, 0)
    count = len(lines) - LEAST + 1
    if count < 1:
        return np.zeros_like(busy)
    begin = np.logical_and.reduce([lines[at : at + count] for at in range(LEAST)])
    kept = np.zeros_like(lines)
    for at in range(LEAST):
        kept[at : at + count] |= begin
    return np.moveaxis(kept, 0, axis)
