"""What a file says about its frames before any pixel is decoded."""

from dataclasses import dataclass
from typing import Final

QUICK: Final = 0.02
"""Frames that are to be shown for less, in seconds, viewers show for `USUAL`."""
USUAL: Final = 0.1


@dataclass(frozen=True, slots=True)
class Outline:
    """The canvas in pixels, and for each frame how many seconds it is shown.

    `cut` is set when the file ends early or has more frames than are counted.
    """

    width: int
    height: int
    delays: tuple[float, ...] = (USUAL,)
    cut: bool = False

    def seconds(self, number: int) -> float:
        """When a frame appears."""
        return sum(self.delays[:number])


def delay(seconds: float) -> float:
    """How long viewers show a frame that asks for so many seconds."""
    return USUAL if seconds < QUICK else seconds
