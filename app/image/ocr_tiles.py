"""Long pictures are looked at in tiles, rather than shrunk to nothing.

Tiles overlap, and a line belongs to the tile whose core its middle is in, so
that a line at a border is whole in the tile that it belongs to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, hypot
from statistics import median
from typing import Final

from app.image.arrays import Pixels
from app.image.ocr_engine import Engine, Quad

LONG: Final = 2.5
"""From this many times its width a picture's height is looked at in tiles."""
TILE: Final = 2.0
"""The length of a tile, in widths of the picture."""
LOW: Final = 15.0
"""Lines that are lower, in pixels of what the finder sees, are looked for again."""
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
    return evenly(length, min(most, ceil(length / max(side, TILE * width))))


def evenly(length: int, count: int) -> tuple[Tile, ...]:
    """So many tiles of a side of `length` pixels."""
    cuts = [round(length * part / count) for part in range(count + 1)]
    reach = round(OVERLAP * length / count)
    return tuple(
        Tile(max(0, start - reach), min(length, end + reach), start, end)
        for start, end in pairwise(cuts)
    )


def find_all(engine: Engine, picture: Pixels, *, side: int, most: int) -> list[Quad]:
    """All places with text, in tiles along the longer side where it is long.

    Lines that come out too low to be told apart are looked for again from nearer.
    """
    height, width = picture.shape[:2]
    axis = 1 if height >= width else 0
    length, other = (height, width) if axis else (width, height)
    parts = tiles(length, other, side=side, most=most)
    found = _find_in(engine, picture, parts, axis)
    longest = max(other, parts[0].end - parts[0].start)
    if not is_fine(found, min(1.0, side / longest)):
        return found
    nearer = evenly(length, min(most, ceil(length / max(side, other))))
    if len(nearer) <= len(parts):
        return found
    return _find_in(engine, picture, nearer, axis) or found


def is_fine(quads: Sequence[Quad], scale: float) -> bool:
    """Whether most lines are too low at this scale for all of them to be found."""
    if not quads:
        return False
    return scale * median(map(_height, quads)) < LOW


def _height(quad: Quad) -> float:
    """How high a line stands: the shorter of two neighbouring sides."""
    across, down = quad[1] - quad[0], quad[3] - quad[0]
    return min(hypot(*map(float, across)), hypot(*map(float, down)))


def _find_in(
    engine: Engine, picture: Pixels, parts: Sequence[Tile], axis: int
) -> list[Quad]:
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
