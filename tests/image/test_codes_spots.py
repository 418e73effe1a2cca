"""Where codes may be: busy in both directions, and high enough."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from app.image.arrays import Pixels
from app.image.codes_spots import LEAST, MARGIN, Spot, spots


def field(width: int = 400, height: int = 300) -> Pixels:
    return np.full((height, width), 240, np.uint8)


def chequered(grey: Pixels, left: int, top: int, side: int) -> Pixels:
    """Small black squares, as a code has them."""
    squares = np.indices((side, side)).sum(axis=0) // 4 % 2
    grey[top : top + side, left : left + side] = squares * 255
    return grey


def test_a_busy_part_is_a_spot_with_a_margin() -> None:
    (spot,) = spots(chequered(field(), 120, 80, 96), most=9)
    assert spot.left <= 120 - MARGIN + 8
    assert spot.top <= 80 - MARGIN + 8
    assert spot.right >= 216
    assert spot.bottom >= 176
    assert spot.area < 2.5 * 96 * 96


def test_a_plain_field_a_line_of_text_and_an_edge_are_none() -> None:
    sheet = Image.fromarray(field())
    draw = ImageDraw.Draw(sheet)
    draw.text((20, 40), "a line of text", font=ImageFont.load_default(24), fill=0)
    draw.line((0, 200, 400, 290), fill=0, width=3)
    assert spots(np.asarray(sheet), most=9) == []


def test_the_largest_come_first_and_no_more_than_wanted() -> None:
    grey = chequered(chequered(field(), 16, 16, 80), 200, 100, 160)
    first, second = spots(grey, most=9)
    assert first.area > second.area
    assert spots(grey, most=1) == [first]


def test_what_is_known_is_joined_with_what_it_touches() -> None:
    grey = chequered(field(), 120, 80, 96)
    apart, near = Spot(0, 250, 20, 270), Spot(180, 120, 260, 200)
    found = spots(grey, most=9, known=[apart, near])
    assert len(found) == 2
    assert apart in found
    assert max(spot.right for spot in found) == 260


def test_tiny_pictures_have_none() -> None:
    for shape in ((1, 1), (5, 5000), (LEAST * 8 - 1, 500)):
        assert spots(np.zeros(shape, np.uint8), most=9) == []
