"""The stills that are worth looking at: different ones, spread over the whole video."""

from dataclasses import dataclass
from io import BytesIO
from typing import Final

import av
import numpy as np
from PIL import Image

from app.media.arrays import Small
from app.media.limits import MediaLimits

_GRID: Final = (64, 48)
_SAME: Final = 10
"""Levels of any colour, of 255, by which no part of a near-duplicate differs.

Perceptual hashes are too lenient: a line of text changes few of their bits.
"""
_QUALITY: Final = 85


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """A picture as a JPEG file that is shown from this second on."""

    seconds: float
    jpeg: bytes
    grid: Small


class Album:
    """Keeps at most so many; when there are more, every second one goes.

    From then on only every second different one is taken, and so on. Times do not
    matter for that: a file may lie about them.
    """

    def __init__(self, limits: MediaLimits) -> None:
        self._most = limits.frames
        self._side = limits.side
        self._passed = 0
        self.stride = 1
        """One of so many different frames is kept."""
        self.stills: list[Still] = []

    def show(self, seconds: float, frame: av.VideoFrame) -> None:
        """Take a frame, unless one like it is there, or it is not its turn."""
        grid = _grid(frame)
        if any(int(np.abs(each.grid - grid).max()) <= _SAME for each in self.stills):
            return
        self._passed += 1
        if self._passed % self.stride:
            return
        self.stills.append(Still(seconds, _jpeg(frame, self._side), grid))
        if len(self.stills) > self._most:
            self.stills = self.stills[::2]
            self.stride *= 2
            self._passed = 0


def _grid(frame: av.VideoFrame) -> Small:
    width, height = _GRID
    small = frame.reformat(width, height, format="rgb24", interpolation="AREA")
    return small.to_ndarray().astype(np.int16)


def _jpeg(frame: av.VideoFrame, side: int) -> bytes:
    factor = min(1.0, side / max(frame.width, frame.height))
    width, height = (max(1, round(n * factor)) for n in (frame.width, frame.height))
    small = frame.reformat(width, height, format="rgb24", interpolation="AREA")
    picture = Image.fromarray(small.to_ndarray())
    if turn := frame.rotation % 360:
        picture = picture.rotate(turn, expand=True)
    out = BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
