"""Fonts, colours and pieces that the generators of pictures share."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from app.plugins.door import Frame, Sample

FOLDER: Final = Path("/usr/share/fonts/opentype/noto")
FACES: Final = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJK-Bold.ttc",
    "NotoSerifCJK-Regular.ttc",
)
SIMPLIFIED: Final = 2
"""The place of simplified Chinese in Noto's collections."""
HAVE_FONTS: Final = all((FOLDER / face).exists() for face in FACES)

Colour = tuple[int, int, int]
Picture = Image.Image


@dataclass(frozen=True, slots=True)
class Written:
    """A picture with the words that were written on it."""

    picture: Picture
    words: tuple[str, ...]


@cache
def font(size: int, face: int = 0) -> ImageFont.FreeTypeFont:
    """One of `FACES` in a size in pixels."""
    return ImageFont.truetype(FOLDER / FACES[face], size, index=SIMPLIFIED)


def any_font(rng: Random, size: int) -> ImageFont.FreeTypeFont:
    return font(size, rng.randrange(len(FACES)))


def numbers(rng: Random) -> np.random.Generator:
    """The arrays' source of randomness that goes with a seeded one."""
    return np.random.default_rng(rng.getrandbits(63))


def blank(width: int, height: int, colour: Colour = (255, 255, 255)) -> Picture:
    return Image.new("RGB", (width, height), colour)


def picture_of(values: NDArray[np.float64]) -> Picture:
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def values_of(picture: Picture) -> NDArray[np.float64]:
    return np.asarray(picture.convert("RGB")).astype(np.float64)


def sample_of(*pictures: Picture, kind: str = "PNG") -> Sample:
    """Pictures as the frames of one that was decoded."""
    frames = tuple(
        Frame(np.array(picture.convert("RGB")), number=number, seconds=number * 0.5)
        for number, picture in enumerate(pictures)
    )
    width, height = pictures[0].size
    return Sample(
        frames,
        width,
        height,
        kind,
        animated=len(frames) > 1,
        frame_count=len(frames),
    )


def centred(
    draw: ImageDraw.ImageDraw,
    text: str,
    box: tuple[int, int, int, int],
    face: ImageFont.FreeTypeFont,
    fill: Colour,
) -> None:
    left, top, right, bottom = box
    middle = ((left + right) / 2, (top + bottom) / 2)
    draw.text(middle, text, font=face, fill=fill, anchor="mm")
