"""What looks like a photograph, at least to a machine: clouds, shapes, grain."""

from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from tests.image.pictures.paint import Picture, numbers, picture_of, values_of


def clouds(
    rng: Random, width: int, height: int, octaves: int = 6
) -> NDArray[np.float64]:
    """Smooth noise in three colours, 0 to 1, each octave two thirds as strong."""
    source = numbers(rng)
    total = np.zeros((height, width, 3))
    for octave in range(octaves):
        cells = 2 ** (octave + 1)
        grain = source.random((cells + 1, cells + 1, 3)) * 255
        small = Image.fromarray(grain.astype(np.uint8))
        grown = small.resize((width, height), Image.Resampling.BICUBIC)
        total += np.asarray(grown) / 255 / 1.5**octave
    low, high = float(total.min()), float(total.max())
    spread: NDArray[np.float64] = (total - low) / (high - low)
    return spread


def photo(rng: Random, width: int, height: int) -> Picture:
    """Clouds, a horizon, some round and angular things, and grain."""
    values = clouds(rng, width, height) * 190
    shade = np.linspace(rng.uniform(-30, 70), rng.uniform(-30, 70), height)
    scene = picture_of(values + shade[:, None, None])
    draw = ImageDraw.Draw(scene)
    for _ in range(rng.randint(5, 11)):
        _thing(rng, draw, width, height)
    grain = numbers(rng).normal(0, rng.uniform(2, 6), (height, width, 3))
    return picture_of(values_of(scene) + grain)


def _thing(rng: Random, draw: ImageDraw.ImageDraw, width: int, height: int) -> None:
    colour = tuple(rng.randrange(20, 235) for _ in range(3))
    left, top = rng.uniform(-0.1, 0.9) * width, rng.uniform(-0.1, 0.9) * height
    side = rng.uniform(0.08, 0.4) * min(width, height)
    box = (left, top, left + side, top + side * rng.uniform(0.5, 1.5))
    match rng.randrange(3):
        case 0:
            draw.ellipse(box, fill=colour)
        case 1:
            draw.rectangle(box, fill=colour)
        case _:
            corners = [
                (left + rng.uniform(0, side), top + rng.uniform(0, side))
                for _ in range(rng.randint(3, 6))
            ]
            draw.polygon(corners, fill=colour)
