from random import Random

import numpy as np
import pytest

from app.image.arrays import Pixels
from app.image.pdq import pdq
from app.image.pdq_trim import trimmed
from tests.image.pictures.damage import jpeg
from tests.image.pictures.paint import Colour, blank
from tests.image.pictures.scenery import photo
from tests.image.test_pdq import apart

SCENE = photo(Random(11), 300, 200)
PIXELS: Pixels = np.array(SCENE)


def boxed(left: int, top: int, right: int, bottom: int, colour: Colour) -> Pixels:
    sheet = blank(300 + left + right, 200 + top + bottom, colour)
    sheet.paste(SCENE, (left, top))
    return np.array(sheet)


@pytest.mark.parametrize(
    "bars", [(0, 50, 0, 50), (60, 0, 60, 0), (40, 30, 20, 10), (0, 80, 0, 0)]
)
@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (30, 90, 160)])
def test_bars_are_cut_off(bars: tuple[int, int, int, int], colour: Colour) -> None:
    left, top, right, bottom = bars
    kept = trimmed(boxed(left, top, right, bottom, colour))
    assert kept is not None
    assert np.array_equal(kept, PIXELS)


def test_bars_that_were_saved_with_loss_are_cut_off() -> None:
    sheet = blank(300, 320, (255, 255, 255))
    sheet.paste(SCENE, (0, 60))
    kept = trimmed(np.array(jpeg(sheet, 40)))
    assert kept is not None
    assert apart(pdq(kept).value, pdq(PIXELS).value) <= 31


def test_a_picture_without_bars_is_left_alone() -> None:
    assert trimmed(PIXELS) is None


def test_a_hairline_is_not_worth_it() -> None:
    assert trimmed(boxed(1, 1, 1, 1, (0, 0, 0))) is None


@pytest.mark.parametrize("size", [(50, 60), (1, 1), (1, 300)])
def test_a_plain_field_has_nothing_within(size: tuple[int, int]) -> None:
    assert trimmed(np.full((*size, 3), 77, np.uint8)) is None


def test_a_dot_on_a_plain_field_is_no_picture() -> None:
    field = np.full((300, 300, 3), 255, np.uint8)
    field[140:160, 140:160] = 0
    assert trimmed(field) is None
