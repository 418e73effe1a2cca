from itertools import pairwise
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.image.arrays import Pixels
from app.image.ocr_engine import Engine, Quad
from app.image.ocr_tiles import LONG, TILE, evenly, find_all, is_fine, tiles


@pytest.mark.parametrize(
    ("length", "width"), [(1334, 750), (1875, 750), (736, 10), (500, 500), (1, 1)]
)
def test_ordinary_pictures_are_one_tile(length: int, width: int) -> None:
    (tile,) = tiles(length, width, side=736, most=16)
    assert (tile.start, tile.end, tile.core_start, tile.core_end) == (
        0,
        length,
        0,
        length,
    )


@given(
    length=st.integers(1, 60_000),
    width=st.integers(1, 4000),
    most=st.integers(1, 30),
)
def test_cores_cover_a_picture_once(length: int, width: int, most: int) -> None:
    made = tiles(length, width, side=736, most=most)
    assert len(made) <= most or len(made) == 1
    assert made[0].core_start == made[0].start == 0
    assert made[-1].core_end == made[-1].end == length
    for before, after in pairwise(made):
        assert before.core_end == after.core_start
        assert before.end > after.core_start > after.start
    for tile in made:
        assert tile.start <= tile.core_start < tile.core_end <= tile.end
        if len(made) > 1:
            assert tile.end - tile.start >= min(736, LONG * width) / 2


def test_no_tile_is_much_longer_than_wide_unless_there_are_too_many() -> None:
    made = tiles(9000, 750, side=736, most=16)
    assert all(tile.core_end - tile.core_start <= TILE * 750 for tile in made)
    assert len(tiles(90_000, 750, side=736, most=16)) == 16


class Finder:
    """Finds every red square of four pixels that it is shown as a whole."""

    def __init__(self) -> None:
        self.shown: list[tuple[int, ...]] = []

    def find(self, picture: Pixels) -> list[Quad]:
        self.shown.append(picture.shape[:2])
        ys, xs = np.nonzero(picture[..., 0])
        corners = {(int(x) // 4 * 4, int(y)) for x, y in zip(xs, ys, strict=True)}
        found = []
        for x, y in sorted(corners):
            if (x, y - 1) in corners or not picture[y : y + 4, x, 0].all():
                continue
            if y + 4 > picture.shape[0] or x + 4 > picture.shape[1]:
                continue
            box = [[x, y], [x + 4, y], [x + 4, y + 4], [x, y + 4]]
            found.append(np.array(box, np.float32))
        return found


@pytest.mark.parametrize("tall", [True, False])
def test_what_stands_at_a_border_is_found_once(*, tall: bool) -> None:
    picture = np.zeros((3000, 40, 3), np.uint8)
    places = list(range(0, 2990, 12))
    for top in places:
        picture[top : top + 4, 8:12, 0] = 255
    finder = Finder()
    if tall:
        found = find_all(cast(Engine, finder), picture, side=736, most=16)
        tops = [int(quad[0, 1]) for quad in found]
    else:
        turned = picture.transpose(1, 0, 2)
        found = find_all(cast(Engine, Sideways(finder)), turned, side=736, most=16)
        tops = [int(quad[0, 0]) for quad in found]
    assert len(finder.shown) == 5
    assert sorted(tops) == places


class Sideways:
    """The same for pictures that lie on their side."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder

    def find(self, picture: Pixels) -> list[Quad]:
        found = self._finder.find(picture.transpose(1, 0, 2))
        return [quad[:, ::-1].copy() for quad in found]


def test_a_short_picture_is_shown_as_it_is() -> None:
    finder = Finder()
    find_all(cast(Engine, finder), np.zeros((90, 60, 3), np.uint8), side=736, most=16)
    assert finder.shown == [(90, 60)]


def level(height: float, width: float = 200.0) -> Quad:
    """A level line of this height."""
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)


@pytest.mark.parametrize(
    ("heights", "scale", "fine"),
    [
        ([], 0.5, False),
        ([28, 29, 30], 0.5, True),
        ([31, 32, 200], 0.5, False),
        ([20, 22, 200], 1.0, False),
        ([12, 13, 200], 1.0, True),
    ],
)
def test_low_lines_are_fine(heights: list[float], scale: float, fine: bool) -> None:
    assert is_fine([level(height) for height in heights], scale) is fine


def test_columns_are_measured_across() -> None:
    assert is_fine([level(400.0, width=20.0)], 0.5)


def test_even_tiles_cover_a_side_once() -> None:
    made = evenly(1334, 3)
    assert [tile.core_start for tile in made] == [0, 445, 889]
    assert made[-1].core_end == made[-1].end == 1334
    assert all(tile.start <= tile.core_start < tile.core_end for tile in made)
