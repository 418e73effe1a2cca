"""Frames as new files, for classifiers on other machines."""

from io import BytesIO
from math import ceil
from typing import Final

from PIL import Image

from app.plugins.door import Frame, Sample, Shot

_QUALITY: Final = 88


def take_shots(sample: Sample, side: int) -> list[Shot]:
    """Each frame as a JPEG whose longer side has at most `side` pixels."""
    return [_shot(frame, side) for frame in sample.frames]


def _shot(frame: Frame, side: int) -> Shot:
    image = Image.fromarray(frame.pixels)
    factor = max(1.0, max(image.size) / side)
    if factor > 1:
        width, height = (max(1, ceil(length / factor)) for length in image.size)
        image = image.resize((width, height), Image.Resampling.BOX)
    written = BytesIO()
    image.save(written, "JPEG", quality=_QUALITY)
    return Shot(written.getvalue(), frame.scale * factor, frame.number)
