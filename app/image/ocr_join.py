"""The text of a picture as one text, with the way back to the places.

A term may be broken over two lines, and a rule may speak of words in different
corners of a picture. So all lines are joined: those that continue each other
directly, Latin words with a space, and everything else by a full stop on a line
of its own. Over that a term of two characters is not found; a longer one is, as
between any signs: whoever scatters its characters over a picture means it.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from app.plugins.door import Box, TextRegion

APART: Final = "\n。\n"
"""Between lines that do not continue each other."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A text, the regions it comes from, and where in the text each begins."""

    text: str
    regions: tuple[TextRegion, ...]
    starts: tuple[int, ...]

    def between(self, start: int, end: int) -> tuple[TextRegion, ...]:
        """The regions that the text from `start` to `end` (exclusive) touches."""
        first = max(0, bisect_right(self.starts, start) - 1)
        found = []
        for at in range(first, len(self.regions)):
            begin, region = self.starts[at], self.regions[at]
            if begin >= end:
                break
            if begin + len(region.text) > start:
                found.append(region)
        return tuple(found)

    def boxes(self, start: int, end: int) -> tuple[Box, ...]:
        """The boxes of these regions."""
        return tuple(region.box for region in self.between(start, end))


def join(regions: Sequence[TextRegion]) -> Joined:
    """Join regions, which are in reading order, frame by frame."""
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    for before, region in pairwise((None, *regions)):
        if region is None:
            continue
        between = _between(before, region) if before else ""
        starts.append(length + len(between))
        parts += (between, region.text)
        length += len(between) + len(region.text)
    return Joined("".join(parts), tuple(regions), tuple(starts))


def _between(before: TextRegion, after: TextRegion) -> str:
    """What stands between two neighbouring regions in the joined text."""
    if before.frame != after.frame:
        return APART
    if before.block is None or after.block is None:
        return "\n"
    if before.block != after.block:
        return APART
    ends, begins = before.text[-1:], after.text[:1]
    return " " if _spaced(ends) and _spaced(begins) else ""


def _spaced(char: str) -> bool:
    """Whether words of such characters have spaces between them."""
    return char.isalnum() and char < "\u2e80"
