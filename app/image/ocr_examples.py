"""Pictures with words, for whoever wants to see that reading works.

Pillow brings one font, which has no Chinese; so these speak English.
"""

from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from app.plugins.door import Example, Frame, Reading, Sample

_WORD = "LIGHTHOUSE"


def examples() -> Sequence[Example]:
    """A word the right way round, mirrored and upside down, and none."""
    picture = _written(_WORD)
    mirrored = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    around = picture.transpose(Image.Transpose.ROTATE_180)
    return (
        _example(picture, _says, "a word"),
        _example(mirrored, _says, "a mirrored word"),
        _example(around, _says, "a word upside down"),
        _example(_written(""), _says_nothing, "nothing"),
    )


def _written(text: str) -> Image.Image:
    picture = Image.new("RGB", (400, 200), (250, 250, 240))
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(40)
    draw.text((200, 100), text, font=font, fill=(30, 30, 60), anchor="mm")
    return picture


def _example(
    picture: Image.Image, expect: Callable[[Reading], bool], what: str
) -> Example:
    frame = Frame(np.asarray(picture))
    return Example(Sample((frame,), *picture.size, "PNG"), expect, what)


def _says(reading: Reading) -> bool:
    return any(_WORD in region.text for region in reading.texts)


def _says_nothing(reading: Reading) -> bool:
    return not reading.texts and reading.error is None
