"""What happens to pictures on their way: loss, noise, bending, changes of size."""

from io import BytesIO
from random import Random

import numpy as np
from PIL import Image

from tests.image.pictures.paint import Picture, numbers, picture_of, values_of


def jpeg(picture: Picture, quality: int) -> Picture:
    """Saved as JPEG and read again."""
    file = BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=quality)
    return Image.open(BytesIO(file.getvalue())).convert("RGB")


def noise(rng: Random, picture: Picture, spread: float) -> Picture:
    values = values_of(picture)
    return picture_of(values + numbers(rng).normal(0, spread, values.shape))


def scaled(picture: Picture, factor: float) -> Picture:
    width, height = picture.size
    size = (round(width * factor), round(height * factor))
    return picture.resize(size, Image.Resampling.LANCZOS)


def warp(rng: Random, picture: Picture) -> Picture:
    """Seen from the side, or along a wave."""
    width, height = picture.size
    if rng.random() < 0.5:
        return from_the_side(picture, rng.uniform(0.05, 0.12))
    rows = np.arange(height)
    values = values_of(picture)
    swing, length = rng.uniform(3, 7), rng.uniform(150, 300)
    waved = np.empty_like(values)
    for column in range(width):
        shift = swing * np.sin(2 * np.pi * column / length)
        taken = np.clip((rows + shift).round().astype(int), 0, height - 1)
        waved[:, column] = values[taken, column]
    return picture_of(waved)


def from_the_side(picture: Picture, share: float) -> Picture:
    """The right edge is farther away: shorter by twice this share."""
    width, height = picture.size
    lost = share * height
    # Eight numbers of the map from the new picture to the old one.
    far = height / (height - 2 * lost)
    slope = (far - 1) / width
    down = -lost * far / width
    return picture.transform(
        (width, height),
        Image.Transform.PERSPECTIVE,
        (far, 0, 0, down, far, 0, slope, 0),
        Image.Resampling.BICUBIC,
        fillcolor=(240, 240, 240),
    )
