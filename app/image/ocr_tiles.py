"""Long pictures are looked at in tiles, rather than shrunk to nothing.

Tiles overlap, and a line belongs to the tile whose core its middle is in, so
that a line at a border is whole in the tile that it belongs to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Final

from app.image.arrays import Pixels
from app.image.ocr_engine import Engine, Quad

LONG: Final = 2.5
"""From this many times its width a picture's height is looked at in tiles."""
TILE: Final = 2.0
"""The length of a tile, in widths of the picture."""
OVERLAP: Final = 0.1
"""How far a tile reaches over its core on each side, in lengths of a core."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of the longer side: what is looked at, and the core that counts."""

    start: int
    end: int
    core_start: int
    core_end: int


def tiles(length: int, width: int, *, side: int, most: int) -> tuple[Tile, ...]:
    """The tiles of a side of `length` pixels whose other side has `width`.

    No tile is shorter than `side`, below which nothing is made smaller, and
    there are no more than `most`: of endless pictures the tiles grow.
    """
    if length <= max(side, LONG * width):
        return (Tile(0, length, 0, length),)
    count = min(most, ceil(length / max(side, TILE * width)))
    cuts = [round(length * part / count) for part in range(count + 1)]
    reach = round(OVERLAP * length / count)
    return tuple(
        Tile(max(0, start - reach), min(length, end + reach), start, end)
        for start, end in pairwise(cuts)
    )


def find_all(engine: Engine, picture: Pixels, *, side: int, most: int) -> list[Quad]:
    """All places with text, in tiles along the longer side where it is long."""
    height, width = picture.shape[:2]
    axis = 1 if height >= width else 0
    length, other = (height, width) if axis else (width, height)
    parts = tiles(length, other, side=side, most=most)
    if len(parts) == 1:
        return engine.find(picture)
    return [quad for tile in parts for quad in _find(engine, picture, tile, axis)]


def _find(engine: Engine, picture: Pixels, tile: Tile, axis: int) -> Iterator[Quad]:
    """The places of one tile; `axis` is 1 for tiles above each other, else 0."""
    rows, columns = slice(None), slice(tile.start, tile.end)
    part = picture[columns, rows] if axis else picture[rows, columns]
    for quad in engine.find(part):
        quad[:, axis] += tile.start
        if tile.core_start <= quad[:, axis].mean() < tile.core_end:
            yield quad
