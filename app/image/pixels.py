"""From a decoded picture to upright pixels in colour."""

from math import sqrt
from typing import Final

import numpy as np
from PIL import Image

from app.plugins.door import Pixels

_WHITE: Final = (255, 255, 255)
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each EXIF orientation."""


def turned(orientation: int) -> bool:
    """Whether width and height change places."""
    return orientation >= 5


def upright(image: Image.Image, *, orientation: int, most: int) -> Pixels:
    """Red, green and blue, on white, with about `most` pixels at most.

    Reduced before transparency is laid on white, so that a large picture is never
    held twice.
    """
    colour = _reduced(_plain(image), most)
    if colour.mode == "RGBA":
        paper = Image.new("RGB", colour.size, _WHITE)
        paper.paste(colour, mask=colour.getchannel("A"))
        colour = paper
    if orientation in _TURNS:
        colour = colour.transpose(_TURNS[orientation])
    pixels = np.asarray(colour)
    pixels.setflags(write=False)
    return pixels


def _plain(image: Image.Image) -> Image.Image:
    """As RGB or RGBA; colour profiles are not followed, they can lie."""
    if image.mode.startswith(("I", "F")):
        return _grey(image).convert("RGB")
    transparent = image.has_transparency_data
    wanted = "RGBA" if transparent else "RGB"
    return image if image.mode == wanted else image.convert(wanted)


def _grey(image: Image.Image) -> Image.Image:
    """Deep greys in 8 bits; Pillow alone would cut off everything above 255."""
    deep = np.asarray(image)
    if deep.dtype == np.uint16:
        return Image.fromarray((deep >> 8).astype(np.uint8))
    return Image.fromarray(np.clip(deep, 0, 255).astype(np.uint8))


def _reduced(image: Image.Image, most: int) -> Image.Image:
    width, height = image.size
    if width * height <= most:
        return image
    factor = sqrt(width * height / most)
    size = (max(1, round(width / factor)), max(1, round(height / factor)))
    return image.resize(size, Image.Resampling.BOX)
