"""The order in which lines are read, and which of them continue each other.

Lines are laid out in a system of their own: `along` runs with the text and
`down` from line to line. For columns, and for text that was turned or mirrored,
that system is turned or mirrored likewise, so that one rule serves all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import hypot
from statistics import median
from typing import Final, NamedTuple

from app.image.ocr_engine import Quad
from app.image.ocr_turns import Turn

SAME_ROW: Final = 0.5
"""The part of the lower line's height that two lines of one row share."""
ROW_GAP: Final = 1.2
"""The space between two parts of one row, in heights of the line."""
LINE_GAP: Final = 0.9
"""The space between two lines of one paragraph, in heights of the line."""
ALIKE: Final = 1.6
"""How many times higher a line of the same paragraph may be."""
SHARED: Final = 0.3
"""The part of the shorter line's length that lies under the other one."""


class Place(NamedTuple):
    """A line of the picture: where it is, and how it stands."""

    quad: Quad
    tall: bool
    turn: Turn = Turn.NONE


class Slot(NamedTuple):
    """Which line comes next, by its place in the list, and its paragraph."""

    line: int
    block: int


@dataclass(frozen=True, slots=True)
class _Line:
    """A line in the system of its text."""

    index: int
    start: float
    end: float
    top: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top


def arrange(places: Sequence[Place]) -> list[Slot]:
    """All lines in reading order, those of one paragraph together."""
    groups: dict[tuple[bool, Turn], list[int]] = {}
    for index, place in enumerate(places):
        groups.setdefault((place.tall, place.turn), []).append(index)
    slots: list[Slot] = []
    blocks = 0
    # What most lines do comes first.
    for indices in sorted(groups.values(), key=len, reverse=True):
        for block in _blocks(_lines(places, indices)):
            slots += (Slot(line.index, blocks) for line in block)
            blocks += 1
    return slots


def _lines(places: Sequence[Place], indices: Sequence[int]) -> list[_Line]:
    tilt = median(_tilt(places[index]) for index in indices)
    return [_line(index, places[index], tilt) for index in indices]


def _tilt(place: Place) -> float:
    """How much a line rises or falls, as the tangent of its angle."""
    first, second = (0, 3) if place.tall else (0, 1)
    across, down = place.quad[second] - place.quad[first]
    if place.tall:
        across, down = down, -across
    return float(down / across) if across else 0.0


def _line(index: int, place: Place, tilt: float) -> _Line:
    """The line as if it did not tilt, in the system of its text."""
    quad = place.quad
    x, y = (float(value) for value in quad.mean(axis=0))
    width = hypot(*(quad[1] - quad[0]))
    height = hypot(*(quad[3] - quad[0]))
    if place.tall:
        # Columns run down, and the next one is to the left.
        x, y, width, height = y, -x, height, width
    size = hypot(1.0, tilt)
    x, y = (x + y * tilt) / size, (y - x * tilt) / size
    if place.turn in {Turn.MIRRORED, Turn.AROUND}:
        x = -x
    if place.turn in {Turn.FLIPPED, Turn.AROUND}:
        y = -y
    return _Line(index, x - width / 2, x + width / 2, y - height / 2, y + height / 2)


def _blocks(lines: Sequence[_Line]) -> list[list[_Line]]:
    """Paragraphs from the top down, their lines in order."""
    ordered = sorted(lines, key=lambda line: (line.top, line.start))
    group = list(range(len(ordered)))

    def root(at: int) -> int:
        while group[at] != at:
            at = group[at]
        return at

    for one, line in enumerate(ordered):
        for other in range(one + 1, len(ordered)):
            if ordered[other].top - line.bottom > LINE_GAP * line.height * ALIKE:
                break
            if _together(line, ordered[other]):
                group[root(other)] = root(one)
    blocks: dict[int, list[_Line]] = {}
    for at, line in enumerate(ordered):
        blocks.setdefault(root(at), []).append(line)
    heads = {block[0].index: list(_by_rows(block)) for block in blocks.values()}
    return [heads[head.index] for head in _by_rows([b[0] for b in blocks.values()])]


def _together(one: _Line, other: _Line) -> bool:
    """Whether two lines, the higher one first, are of one paragraph."""
    lower, higher = sorted((one.height, other.height))
    if higher > ALIKE * lower:
        return False
    if _overlap(one.top, one.bottom, other.top, other.bottom) >= SAME_ROW * lower:
        gap = max(one.start, other.start) - min(one.end, other.end)
        return gap <= ROW_GAP * higher
    shorter = min(one.end - one.start, other.end - other.start)
    under = _overlap(one.start, one.end, other.start, other.end) >= SHARED * shorter
    return under and other.top - one.bottom <= LINE_GAP * lower


def _overlap(start: float, end: float, other_start: float, other_end: float) -> float:
    return min(end, other_end) - max(start, other_start)


def _by_rows(block: Sequence[_Line]) -> Iterator[_Line]:
    """Row by row; a row holds what shares half of its height with its first line."""
    rows: list[list[_Line]] = []
    for line in sorted(block, key=lambda line: line.top):
        first = rows[-1][0] if rows else None
        if first and _overlap(
            first.top, first.bottom, line.top, line.bottom
        ) >= SAME_ROW * min(first.height, line.height):
            rows[-1].append(line)
        else:
            rows.append([line])
    for row in rows:
        yield from sorted(row, key=lambda line: line.start)
