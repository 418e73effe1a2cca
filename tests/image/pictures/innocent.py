"""Pictures without a word of the list, and many without any word."""

from collections.abc import Callable
from random import Random
from typing import Final

import numpy as np
from PIL import ImageDraw, ImageFilter

from tests.image.pictures import codes, screens
from tests.image.pictures.chat import chat
from tests.image.pictures.paint import Picture, blank, numbers, picture_of
from tests.image.pictures.scenery import clouds, photo


def landscape(rng: Random) -> Picture:
    return photo(rng, 750, 1334)


def grain(rng: Random) -> Picture:
    """Nothing but noise."""
    return picture_of(numbers(rng).random((600, 800, 3)) * 255)


def gradient(rng: Random) -> Picture:
    ramp = np.linspace(0, 255, 800)[None, :, None] * np.ones((600, 1, 3))
    return picture_of(ramp * [rng.uniform(0.3, 1) for _ in range(3)])


def fog(rng: Random) -> Picture:
    return picture_of(clouds(rng, 800, 600, octaves=3) * 255)


def chart(rng: Random) -> Picture:
    """Bars and a line, without labels."""
    sheet = blank(800, 600)
    draw = ImageDraw.Draw(sheet)
    for at in range(8):
        high = rng.randrange(60, 480)
        colour = tuple(rng.randrange(30, 220) for _ in range(3))
        draw.rectangle((60 + at * 90, 540 - high, 120 + at * 90, 540), fill=colour)
    points = [(60 + at * 90, rng.randrange(80, 500)) for at in range(9)]
    draw.line(points, fill=(200, 40, 40), width=4)
    draw.line([(40, 40), (40, 540), (780, 540)], fill=(0, 0, 0), width=3)
    return sheet


def pattern(rng: Random) -> Picture:
    """Stripes or squares, which may look like strokes."""
    step = rng.randrange(6, 40)
    sheet = blank(800, 600)
    draw = ImageDraw.Draw(sheet)
    for at in range(0, 1400, step):
        if rng.random() < 0.8:
            draw.line([(at, 0), (at - 600, 600)], fill=(60, 60, 90), width=step // 3)
    return sheet


def icons(rng: Random) -> Picture:
    """The screen of a phone without labels."""
    screen = photo(rng, 750, 1334).filter(ImageFilter.GaussianBlur(12))
    draw = ImageDraw.Draw(screen)
    for place in range(24):
        left, top = 45 + place % 4 * 175, 120 + place // 4 * 190
        colour = tuple(rng.randrange(256) for _ in range(3))
        draw.rounded_rectangle((left, top, left + 120, top + 120), 26, fill=colour)
        draw.ellipse((left + 35, top + 35, left + 85, top + 85), fill=(255, 255, 255))
    return screen


def talk(rng: Random) -> Picture:
    """A chat about ordinary things."""
    return chat(rng, words=0).picture


KINDS: Final[dict[str, Callable[[Random], Picture]]] = {
    "landscape": landscape,
    "noise": grain,
    "gradient": gradient,
    "fog": fog,
    "chart": chart,
    "stripes": pattern,
    "icons": icons,
    "QR code": lambda rng: codes.QR_KINDS["plain"](rng).picture,
    "barcode": lambda rng: codes.BAR_KINDS["plain"](rng).picture,
    "ordinary chat": talk,
    **screens.INNOCENT,
}
WORDLESS: Final = tuple(
    kind for kind in KINDS if kind not in {"ordinary chat", *screens.INNOCENT}
)
CODELESS: Final = tuple(kind for kind in KINDS if kind not in {"QR code", "barcode"})
