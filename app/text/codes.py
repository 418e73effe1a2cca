"""Texts as arrays of code points: what is done to all of them costs next to nothing.

Imported when the first batch comes: numpy takes a tenth of a second to load.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
Flags = NDArray[np.bool_]

GONE: Final = 0
"""In place of a character that folding removes."""
COMPLEX: Final = 0xFDD1
"""No character; in place of one that folds to several, or stands far away."""
_UNSEEN: Final = 0xFDD0
_NEAR: Final = 0x20000
"""Code points of the two planes in which people write."""
_ENCODING: Final = "utf-32-le"


def to_codes(text: str) -> Codes:
    """One number for each code point, lone surrogates included."""
    return np.frombuffer(text.encode(_ENCODING, "surrogatepass"), np.uint32)


def to_text(codes: Codes) -> str:
    """The string behind `to_codes`."""
    return codes.tobytes().decode(_ENCODING, "surrogatepass")


class CodeTable:
    """Shows each code point as `width` codes, worked out when first seen."""

    def __init__(self, compute: Callable[[str], str], width: int = 1) -> None:
        """`compute` shows one character as a string of `width`, or as none."""
        self._compute = compute
        self._width = width
        shape = (_NEAR + 1, width) if width > 1 else (_NEAR + 1,)
        self._shown = np.full(shape, _UNSEEN, np.uint32)
        self._shown[_NEAR] = COMPLEX

    def look_up(self, codes: Codes) -> Codes:
        """What each code shows, one row each: `GONE`, `COMPLEX`, or other codes."""
        near = np.minimum(codes, _NEAR)
        shown: Codes = self._shown[near]
        unseen = shown == _UNSEEN
        if not unseen.any():
            return shown
        fresh = near[unseen] if self._width == 1 else near[unseen.any(axis=1)]
        for code in np.unique(fresh).tolist():
            self._shown[code] = self._row(self._compute(chr(code)))
        again: Codes = self._shown[near]
        return again

    def _row(self, shown: str) -> Codes | int:
        """One row of the table."""
        if not shown:
            return GONE
        if len(shown) != self._width:
            return COMPLEX
        return ord(shown) if self._width == 1 else to_codes(shown)


def followed(flags: Flags, length: int) -> Flags:
    """Where a run of at least so many true flags begins."""
    runs = flags
    for _ in range(length - 1):
        runs = runs[:-1] & flags[len(flags) - len(runs) + 1 :]
    return runs
