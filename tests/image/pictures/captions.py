"""Words as people set them on pictures: captions, stickers, banners, disguises."""

from collections.abc import Callable
from random import Random
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from tests.image.pictures.paint import (
    FACES,
    FOLDER,
    Colour,
    Written,
    any_font,
    blank,
    font,
)
from tests.image.pictures.scenery import photo
from tests.image.pictures.words import ENGLISH, TRADITIONAL, around, sentence, some

_INK: Final = (25, 25, 30)
_BOLD: Final = 1
_TRADITIONAL_FACE: Final = 3
"""The place of traditional Chinese in Noto's collections."""


def meme(rng: Random) -> Written:
    """White with a black rim above and below, on a photo."""
    words = some(rng, 2)
    scene = photo(rng, 640, 640)
    draw = ImageDraw.Draw(scene)
    for word, top in zip(words, (70, 570), strict=True):
        size = rng.randint(40, 60)
        draw.text(
            (320, top),
            around(rng, word),
            font=font(size, _BOLD),
            fill=(255, 255, 255),
            anchor="mm",
            stroke_width=size // 10,
            stroke_fill=(0, 0, 0),
        )
    return Written(scene, words)


def mixed(rng: Random) -> Written:
    """A headline, a line and small print, in one picture."""
    words = some(rng, 3)
    sheet = blank(750, 620, (250, 250, 246))
    draw = ImageDraw.Draw(sheet)
    top = 30
    for word, size in zip(words, (72, 32, 18), strict=True):
        text = word if size == 72 else around(rng, word)
        draw.text((40, top), text, font=any_font(rng, size), fill=_INK)
        top += size + 20
        for _ in range(2):
            draw.text((40, top), sentence(rng), font=font(min(size, 36)), fill=_INK)
            top += min(size, 36) + 14
    return Written(sheet, words)


def sticker(rng: Random) -> Written:
    """Bold, coloured, rimmed and turned by some degrees."""
    words = some(rng, 1)
    ground = tuple(rng.randrange(150, 256) for _ in range(3))
    sheet = blank(480, 480, (ground[0], ground[1], ground[2]))
    draw = ImageDraw.Draw(sheet)
    draw.ellipse((60, 40, 420, 400), fill=_bright(rng))
    size = min(76, 420 // len(words[0]))
    draw.text(
        (240, 240),
        words[0],
        font=font(size, _BOLD),
        fill=_bright(rng),
        anchor="mm",
        stroke_width=size // 9,
        stroke_fill=(30, 20, 20),
    )
    turned = sheet.rotate(
        rng.uniform(-15, 15), Image.Resampling.BICUBIC, fillcolor=ground
    )
    return Written(turned, words)


def banner(rng: Random) -> Written:
    """Wide and low, with a gradient behind."""
    words = some(rng, 2)
    sheet = blank(1080, 240)
    draw = ImageDraw.Draw(sheet)
    red = rng.randrange(140, 220)
    for column in range(1080):
        draw.line((column, 0, column, 240), fill=(red, 30 + column // 12, 30))
    text = f"{around(rng, words[0])}  {words[1]}"
    draw.text((540, 120), text, font=font(52, _BOLD), fill=(255, 240, 190), anchor="mm")
    return Written(sheet, words)


def traditional(rng: Random) -> Written:
    """Traditional characters, found by the simplified words of a list."""
    words = tuple(rng.sample(list(TRADITIONAL), 3))
    size = rng.randint(24, 44)
    face = rng.choice(FACES)
    letters = ImageFont.truetype(FOLDER / face, size, index=_TRADITIONAL_FACE)
    return _spread(
        rng, words, [f"我們{TRADITIONAL[word]}喜歡" for word in words], letters
    )


def spaced(rng: Random) -> Written:
    """Chinese words with something between their characters."""
    words = some(rng, 3)
    between = rng.choice((" ", ".", "·", "-", "*", "  "))
    lines = [between.join(word) for word in words]
    return _spread(rng, words, lines, any_font(rng, rng.randint(26, 44)))


def dotted(rng: Random) -> Written:
    """English words with dots or spaces between their letters."""
    words = tuple(rng.sample(ENGLISH, 3))
    between = rng.choice((".", " ", "-", "_"))
    lines = [between.join(word) for word in words]
    return _spread(rng, words, lines, any_font(rng, rng.randint(26, 44)))


def _spread(
    rng: Random,
    words: tuple[str, ...],
    lines: list[str],
    face: ImageFont.FreeTypeFont,
) -> Written:
    size = round(face.size)
    width = round(max(face.getlength(line) for line in lines)) + 4 * size
    sheet = blank(width, (3 * len(lines) + 1) * size, (252, 252, 250))
    draw = ImageDraw.Draw(sheet)
    for number, line in enumerate(lines):
        place = (rng.randint(size, 2 * size), (1 + 3 * number) * size)
        draw.text(place, line, font=face, fill=_INK)
    return Written(sheet, words)


def _bright(rng: Random) -> Colour:
    first, second = rng.randrange(180, 256), rng.randrange(120, 256)
    return rng.choice(((255, first, second), (first, 255, second), (255, 255, 255)))


KINDS: Final[dict[str, Callable[[Random], Written]]] = {
    "meme, above and below": meme,
    "three sizes, 72 to 18 px": mixed,
    "sticker": sticker,
    "banner": banner,
    "traditional characters": traditional,
    "spaces or signs between characters": spaced,
    "English, signs between letters": dotted,
}
