"""Pictures with planted words, one function per kind.

Each takes its randomness and gives a picture with the words that must be read.
"""

from collections.abc import Callable
from random import Random
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

from tests.image.pictures import captions, screens
from tests.image.pictures.chat import chat
from tests.image.pictures.damage import jpeg, noise, warp
from tests.image.pictures.paint import (
    Colour,
    Picture,
    Written,
    any_font,
    blank,
    font,
    picture_of,
    values_of,
)
from tests.image.pictures.scenery import photo
from tests.image.pictures.words import ENGLISH, around, sentence, some

_INK: Final = (25, 25, 30)


def clean(rng: Random) -> Written:
    """Dark words on light paper."""
    paper = tuple(rng.randrange(225, 256) for _ in range(3))
    return _page(rng, rng.randint(24, 44), _INK, (paper[0], paper[1], paper[2]))


def small(rng: Random) -> Written:
    """Twelve to sixteen pixels high."""
    return _page(rng, rng.randint(12, 16), _INK, (255, 255, 255))


def coloured(rng: Random) -> Written:
    """Saturated colours on each other, bright enough apart to be read."""
    dark = [rng.randrange(0, 90) for _ in range(3)]
    light = [rng.randrange(150, 256) for _ in range(3)]
    pair = [(dark[0], dark[1], dark[2]), (light[0], light[1], light[2])]
    rng.shuffle(pair)
    return _page(rng, rng.randint(24, 44), *pair)


def noisy(rng: Random) -> Written:
    """Grain over everything."""
    page = clean(rng)
    return Written(noise(rng, page.picture, rng.uniform(25, 60)), page.words)


def compressed(rng: Random) -> Written:
    """Saved with much loss."""
    page = clean(rng)
    return Written(jpeg(page.picture, rng.randint(12, 30)), page.words)


def blurred(rng: Random) -> Written:
    """Out of focus."""
    page = _page(rng, rng.randint(28, 44), _INK, (250, 250, 250))
    soft = page.picture.filter(ImageFilter.GaussianBlur(rng.uniform(1, 2)))
    return Written(soft, page.words)


def faint(rng: Random) -> Written:
    """Hardly darker than the paper: 12 to 40 of 255."""
    grey = rng.randrange(90, 230)
    ink = grey - rng.randrange(12, 40)
    return _page(rng, rng.randint(28, 44), (ink, ink, ink), (grey, grey, grey))


def rotated(rng: Random) -> Written:
    """A quarter, a half or three quarters of a turn."""
    page = clean(rng)
    turn = rng.choice(
        (
            Image.Transpose.ROTATE_90,
            Image.Transpose.ROTATE_180,
            Image.Transpose.ROTATE_270,
        )
    )
    return Written(page.picture.transpose(turn), page.words)


def mirrored(rng: Random) -> Written:
    """Left and right swapped."""
    page = clean(rng)
    turned = page.picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return Written(turned, page.words)


def tilted(rng: Random) -> Written:
    """Turned by 5 to 30 degrees."""
    page = clean(rng)
    angle = rng.choice((-1, 1)) * rng.uniform(5, 30)
    turned = page.picture.rotate(
        angle, Image.Resampling.BICUBIC, expand=True, fillcolor=(240, 240, 240)
    )
    return Written(turned, page.words)


def warped(rng: Random) -> Written:
    """Seen from the side, or waving like a flag."""
    page = clean(rng)
    return Written(warp(rng, page.picture), page.words)


def stroked(rng: Random) -> Written:
    """Light letters with a dark rim, on anything."""
    scene = photo(rng, 720, 480)
    return _over(rng, scene, rng.randint(32, 56), (255, 255, 255), rim=(0, 0, 0))


def on_photo(rng: Random) -> Written:
    """White on a photograph that is dark enough to read it."""
    dark = picture_of(values_of(photo(rng, 720, 480)) * 0.45)
    return _over(rng, dark, rng.randint(30, 52), (255, 255, 255), rim=None)


def struck(rng: Random) -> Written:
    """Words with a thin line through them."""
    page = clean(rng)
    draw = ImageDraw.Draw(page.picture)
    width, height = page.picture.size
    for _ in range(4):
        ends = [(0, rng.randrange(height)), (width, rng.randrange(height))]
        draw.line(ends, fill=(120, 120, 140), width=1)
    return page


def vertical(rng: Random) -> Written:
    """Columns from right to left."""
    size = rng.randint(28, 40)
    words = some(rng, 3)
    face = any_font(rng, size)
    sheet = blank(420, 14 * size, (248, 246, 238))
    draw = ImageDraw.Draw(sheet)
    for number, word in enumerate(words):
        for row, char in enumerate(around(rng, word)):
            place = (360 - number * 130, (row + 1) * (size + 6))
            draw.text(place, char, font=face, fill=_INK)
    return Written(sheet, words)


def broken(rng: Random) -> Written:
    """A paragraph whose lines end within a word."""
    size = rng.randint(26, 38)
    words = some(rng, 2)
    text = "".join(sentence(rng) + word for word in words) + sentence(rng)
    columns = next(
        count
        for count in range(9, 20)
        if all((text.index(word) + 2) % count == 1 for word in words[:1]) or count == 19
    )
    lines = [text[at : at + columns] for at in range(0, len(text), columns)]
    sheet = blank((columns + 2) * size, (len(lines) + 2) * (size + 12))
    draw = ImageDraw.Draw(sheet)
    for number, line in enumerate(lines):
        place = (size, size + number * (size + 12))
        draw.text(place, line, font=font(size), fill=_INK)
    return Written(sheet, words)


def long(rng: Random) -> Written:
    """A screenshot that goes on and on."""
    return chat(rng, words=8, height=rng.randrange(5000, 9000))


def english(rng: Random) -> Written:
    """Latin words."""
    words = tuple(rng.sample(ENGLISH, 3))
    return _lines(rng, words, [f"see the {word} today" for word in words])


def poster(rng: Random) -> Written:
    """One word, as high as the picture allows."""
    words = some(rng, 1)
    shade = rng.randrange(0, 60)
    sheet = blank(800, 450, (shade, shade, 90))
    draw = ImageDraw.Draw(sheet)
    face = any_font(rng, 640 // len(words[0]))
    draw.text((400, 225), words[0], font=face, fill=(255, 230, 90), anchor="mm")
    return Written(sheet, words)


KINDS: Final[dict[str, Callable[[Random], Written]]] = {
    "clean": clean,
    "small, 12 to 16 px": small,
    "coloured": coloured,
    "noisy, σ 25 to 60": noisy,
    "JPEG quality 12 to 30": compressed,
    "blurred, σ 1 to 2": blurred,
    "low contrast, 12 to 40 of 255": faint,
    "a quarter, half or three quarter turn": rotated,
    "mirrored": mirrored,
    "tilted by 5 to 30°": tilted,
    "seen from the side, waving": warped,
    "rimmed letters on a photo": stroked,
    "white on a photo": on_photo,
    "lines through the words": struck,
    "columns": vertical,
    "broken over two lines": broken,
    "chat screenshot": lambda rng: chat(rng, words=4),
    "long screenshot, 5000 to 9000 px": long,
    "English": english,
    "poster": poster,
    **captions.KINDS,
    **screens.KINDS,
}


def _page(rng: Random, size: int, ink: Colour, paper: Colour) -> Written:
    words = some(rng, 3)
    return _lines(rng, words, [around(rng, word) for word in words], size, ink, paper)


def _lines(
    rng: Random,
    words: tuple[str, ...],
    lines: list[str],
    size: int = 32,
    ink: Colour = _INK,
    paper: Colour = (255, 255, 255),
) -> Written:
    face = any_font(rng, size)
    width = int(max(face.getlength(line) for line in lines)) + 4 * size
    sheet = blank(width, len(lines) * 3 * size + size, paper)
    draw = ImageDraw.Draw(sheet)
    for number, line in enumerate(lines):
        place = (rng.randint(size, 2 * size), size + number * 3 * size)
        draw.text(place, line, font=face, fill=ink)
    return Written(sheet, words)


def _over(
    rng: Random, scene: Picture, size: int, ink: Colour, *, rim: Colour | None
) -> Written:
    words = some(rng, 2)
    draw = ImageDraw.Draw(scene)
    face = any_font(rng, size)
    for number, word in enumerate(words):
        place = (rng.randint(20, 200), 60 + number * 200)
        draw.text(
            place,
            around(rng, word),
            font=face,
            fill=ink,
            stroke_width=max(2, size // 12) if rim else 0,
            stroke_fill=rim,
        )
    return Written(scene, words)
