"""Screenshots of chats, as a phone of 750 x 1334 pixels shows them."""

from random import Random
from typing import Final

from PIL import ImageDraw

from tests.image.pictures.paint import Written, blank, centred, font
from tests.image.pictures.scenery import photo
from tests.image.pictures.words import around, sentence, some

WIDTH: Final = 750
HEIGHT: Final = 1334
_ROW: Final = 112
_HEAD: Final = 150
_FOOT: Final = 120
_GREEN: Final = (149, 236, 105)
_WHITE: Final = (255, 255, 255)
_GREY: Final = (237, 237, 237)
_INK: Final = (20, 20, 20)


def chat(rng: Random, *, words: int = 2, height: int = HEIGHT) -> Written:
    """A full screen, or a long one; the words stand within some messages."""
    planted = some(rng, words)
    screen = blank(WIDTH, height, _GREY)
    draw = ImageDraw.Draw(screen)
    _bars(draw, height)
    tops = range(_HEAD, height - _FOOT - _ROW, _ROW)
    texts = [sentence(rng) for _ in tops]
    for word, place in zip(planted, rng.sample(range(len(texts)), words), strict=True):
        texts[place] = around(rng, word)
    for top, text in zip(tops, texts, strict=True):
        mine = rng.random() < 0.5
        screen.paste(photo(rng, 80, 80), (646 if mine else 24, top))
        _bubble(draw, text, top, mine=mine)
    return Written(screen, planted)


def _bars(draw: ImageDraw.ImageDraw, height: int) -> None:
    draw.text((40, 14), "9:41", font=font(26, 1), fill=_INK)
    draw.text((640, 14), "4G 87%", font=font(24), fill=_INK)
    centred(draw, "周末爬山小分队(12)", (0, 50, WIDTH, 130), font(34, 1), _INK)
    draw.rectangle((0, height - 100, WIDTH, height), fill=(247, 247, 247))
    draw.rounded_rectangle(
        (90, height - 85, 560, height - 15), 10, fill=_WHITE, outline=(210, 210, 210)
    )


def _bubble(draw: ImageDraw.ImageDraw, text: str, top: int, *, mine: bool) -> None:
    face = font(30)
    length = int(draw.textlength(text, font=face)) + 40
    left = 626 - length if mine else 124
    fill = _GREEN if mine else _WHITE
    draw.rounded_rectangle((left, top, left + length, top + 80), 12, fill=fill)
    draw.text((left + 20, top + 40), text, font=face, fill=_INK, anchor="lm")
