"""Uploaded pictures: hashed by the real workers, listed in all forms that tell."""

import numpy as np
import pytest
from PIL import Image

from app.domain.labels import Label
from app.image.admission import QueueLimits
from app.image.errors import PictureError
from app.image.known_examples import waves
from app.image.look import Images
from app.image.setup import Choice, Setup
from app.pictures.errors import HashingOffError
from app.pictures.hashing import Hashed, hasher, hashing_off, to_list
from app.plugins.door import Pixels
from tests.image.files import animated, encode, shades
from tests.image.rooms import LIMITS, PATIENT
from tests.pictures.house import hashed

SETUP = Setup(choices=(Choice(name="known", seconds=PATIENT),), worker=LIMITS)


def room(setup: Setup = SETUP) -> Images:
    return Images(setup, queue=QueueLimits(seconds=PATIENT))


def png_of(pixels: Pixels) -> bytes:
    return encode(Image.fromarray(pixels), "PNG")


def framed() -> bytes:
    pixels = np.full((300, 320, 3), 250, np.uint8)
    pixels[30:270] = waves(320, 240)
    return png_of(pixels)


async def test_forms_of_real_pictures() -> None:
    async with room() as images:
        hash_picture = hasher(images)
        whole = await hash_picture(png_of(waves(320, 240)))
        bordered = await hash_picture(framed())
        moving = await hash_picture(animated("GIF", shades(3)))
        with pytest.raises(PictureError):
            await hash_picture(b"no picture")
    assert [one.form for one in whole] == ["original"]
    assert whole[0].quality == 100
    assert whole[0].centre is not None
    assert [one.form for one in bordered] == ["original", "trimmed"]
    assert bordered[0].centre is not None
    assert bordered[1].centre is None
    apart = int.from_bytes(bordered[1].hash) ^ int.from_bytes(whole[0].hash)
    assert apart.bit_count() <= 31
    assert {one.frame for one in moving} == {0, 1, 2}


async def test_nobody_hashes() -> None:
    with pytest.raises(HashingOffError, match="no image workers"):
        await hashing_off(b"")
    async with room(Setup(choices=(), worker=LIMITS)) as images:
        with pytest.raises(HashingOffError):
            await hasher(images)(png_of(waves(64, 64)))


def form(seed: object, quality: int = 90, frame: int = 0) -> Hashed:
    return Hashed("original", hashed(seed), quality, None, frame)


def test_a_still_picture_is_listed_in_all_forms() -> None:
    found = to_list([form(1), form(2, 10)], Label.ADS, "why")
    assert [(one.hash, one.quality) for one in found] == [
        (hashed(1), 90),
        (hashed(2), 10),
    ]
    assert {(one.label, one.note) for one in found} == {(Label.ADS, "why")}


def test_of_an_animated_one_the_moments_that_tell() -> None:
    given = [form(1, 10, 0), form(2, 90, 1), form(2, 80, 2), form(3, 60, 3)]
    assert [one.hash for one in to_list(given, None, "")] == [hashed(2), hashed(3)]
    poor = [form(1, 10, 0), form(2, 30, 1)]
    assert [one.hash for one in to_list(poor, None, "")] == [hashed(2)]
