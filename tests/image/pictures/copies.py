"""Copies of a picture, as people make them to get past a list."""

from collections.abc import Callable
from random import Random
from typing import Final

from PIL import Image, ImageDraw, ImageEnhance

from tests.image.pictures.damage import jpeg, noise, scaled
from tests.image.pictures.paint import Picture, blank, font


def resized(rng: Random, picture: Picture) -> Picture:
    return scaled(picture, rng.choice((0.25, 0.4, 0.7, 1.5)))


def recompressed(rng: Random, picture: Picture) -> Picture:
    return jpeg(picture, rng.randint(10, 50))


def mirrored(_: Random, picture: Picture) -> Picture:
    return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def turned(rng: Random, picture: Picture) -> Picture:
    turns = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180)
    return picture.transpose(rng.choice((*turns, Image.Transpose.ROTATE_270)))


def with_logo(rng: Random, picture: Picture) -> Picture:
    """A badge in a corner, a tenth of the picture wide."""
    copy = picture.copy()
    width, height = copy.size
    side = width // 10
    left = rng.choice((10, width - side - 10))
    top = rng.choice((10, height - side - 10))
    draw = ImageDraw.Draw(copy)
    box = (left, top, left + side, top + side)
    draw.ellipse(box, fill=(230, 40, 40), outline=(255, 255, 255), width=3)
    return copy


def with_text(rng: Random, picture: Picture) -> Picture:
    """A line of text across the lower part."""
    copy = picture.copy()
    width, height = copy.size
    draw = ImageDraw.Draw(copy)
    place = (width / 2, height * rng.uniform(0.75, 0.9))
    draw.text(
        place,
        "周末一起去看日出",
        font=font(width // 14),
        fill=(255, 255, 255),
        anchor="mm",
    )
    return copy


def brighter(rng: Random, picture: Picture) -> Picture:
    factor = rng.choice((0.7, 0.85, 1.15, 1.3))
    return ImageEnhance.Brightness(picture).enhance(factor)


def grey(_: Random, picture: Picture) -> Picture:
    return picture.convert("L").convert("RGB")


def grainy(rng: Random, picture: Picture) -> Picture:
    return noise(rng, picture, 15)


def boxed(rng: Random, picture: Picture) -> Picture:
    """Bars of one colour around it."""
    width, height = picture.size
    across, down = rng.choice(((0, 0.3), (0.25, 0), (0.1, 0.2)))
    side, top = round(width * across / 2), round(height * down / 2)
    shade = rng.choice((0, 255, 128))
    sheet = blank(width + 2 * side, height + 2 * top, (shade, shade, shade))
    sheet.paste(picture, (side, top))
    return jpeg(sheet, 80)


def sent_on(rng: Random, picture: Picture) -> Picture:
    """Smaller, with a badge, saved with loss: several at once."""
    return recompressed(rng, with_logo(rng, resized(rng, picture)))


KINDS: Final[dict[str, Callable[[Random, Picture], Picture]]] = {
    "resized": resized,
    "JPEG quality 10 to 50": recompressed,
    "mirrored": mirrored,
    "quarter turns": turned,
    "small logo": with_logo,
    "text across": with_text,
    "brightness": brighter,
    "grey": grey,
    "noise": grainy,
    "plain borders": boxed,
    "resized, logo and JPEG": sent_on,
}
