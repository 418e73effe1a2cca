"""A classifier that tells how much of a picture is of one colour.

Placeholders, scans of empty pages and pictures that failed to load look like that.
"""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from app.plugins.door import Example, Frame, Reading, Sample

_ENOUGH = 200_000
"""Pixels of a frame that are looked at; more would not change the share."""


class Blank:
    """Its one class, `blank`, is the share of pixels near the picture's main colour.

    An animation is one picture here: all its frames are counted together.
    """

    name = "blank"
    model = "blank 1.0"

    def __init__(self, tolerance: int = 8) -> None:
        """`tolerance` is how far, of 255, each of red, green and blue may differ."""
        self._tolerance = tolerance

    def classify(self, sample: Sample) -> Reading:
        """Look at all frames of the sample."""
        frames = [_thinned(frame) for frame in sample.frames]
        main = np.median(frames[0], axis=(0, 1)).astype(np.int16)
        near = [np.abs(each - main).max(axis=2) <= self._tolerance for each in frames]
        share = sum(int(each.sum()) for each in near) / sum(each.size for each in near)
        return Reading(self.name, self.model, scores={"blank": share})

    def examples(self) -> Sequence[Example]:
        """A page with nothing on it, and one that is half black."""
        page = np.full((120, 160, 3), 240, np.uint8)
        half = page.copy()
        half[:70] = 0
        return [
            Example(_sample(page), partial(_between, 1.0, 1.0), "an empty page"),
            Example(_sample(half), partial(_between, 0.5, 0.65), "a page half black"),
        ]


def create(settings: Mapping[str, str]) -> Blank:
    """Make the classifier; `tolerance` is its only setting.

    Raises:
        ValueError: a setting that there is not, or that is no number of 0 to 255.
    """
    unknown = sorted(settings.keys() - {"tolerance"})
    if unknown:
        raise ValueError(f"there is no setting {unknown[0]!r}; it has 'tolerance'")
    tolerance = int(settings.get("tolerance", "8"))
    if not 0 <= tolerance <= 255:
        raise ValueError("tolerance must be 0 to 255")
    return Blank(tolerance)


def _thinned(frame: Frame) -> np.ndarray:
    """Every n-th pixel, as numbers that can be subtracted."""
    height, width = frame.pixels.shape[:2]
    step = max(1, int((height * width / _ENOUGH) ** 0.5))
    return frame.pixels[::step, ::step].astype(np.int16)


def _sample(pixels: np.ndarray) -> Sample:
    height, width = pixels.shape[:2]
    return Sample((Frame(pixels),), width, height, "png")


def _between(least: float, most: float, reading: Reading) -> bool:
    return least <= reading.scores["blank"] <= most
