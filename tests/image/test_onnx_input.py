import numpy as np
import pytest
from numpy.typing import NDArray

from app.image.onnx_input import MOST_PARTS, parts, prepared
from app.image.onnx_manifest import Input


def halves(width: int, height: int) -> NDArray[np.uint8]:
    """Left half red, right half blue."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[:, : width // 2, 0] = 200
    picture[:, width // 2 :, 2] = 100
    return picture


def test_rows_come_first_and_red_too_unless_told() -> None:
    wanted = Input(width=8, height=8, layout="NHWC", scale=1)
    values = prepared(halves(8, 8), wanted)
    assert values.shape == (1, 8, 8, 3)
    assert values.dtype == np.float32
    assert values[0, 0, 0].tolist() == [200, 0, 0]
    assert values[0, 0, 7].tolist() == [0, 0, 100]


def test_colours_can_come_first_and_the_other_way_round() -> None:
    wanted = Input(width=8, height=8, layout="NCHW", scale=1, colours="BGR")
    values = prepared(halves(8, 8), wanted)
    assert values.shape == (1, 3, 8, 8)
    assert values[0, :, 0, 0].tolist() == [0, 0, 200]
    assert values.flags.c_contiguous


def test_numbers_are_scaled_then_shifted_then_divided() -> None:
    wanted = Input(
        width=8,
        height=8,
        layout="NHWC",
        scale=0.5,
        mean=(10, 20, 30),
        std=(2, 4, 5),
    )
    values = prepared(halves(8, 8), wanted)
    assert values[0, 0, 0].tolist() == [(100 - 10) / 2, -20 / 4, -30 / 5]


def test_a_picture_is_stretched_or_its_middle_is_cut_out() -> None:
    wide = np.zeros((16, 64, 3), np.uint8)
    wide[:, :20] = 255  # left of the middle square and of its nearest neighbours
    stretched = prepared(wide, Input(width=8, height=8, layout="NHWC", scale=1))
    cut = prepared(wide, Input(width=8, height=8, layout="NHWC", scale=1, fit="crop"))
    assert stretched.max() == 255
    assert cut.max() == 0


def test_a_cut_covers_an_input_that_is_no_square() -> None:
    tall = np.zeros((64, 16, 3), np.uint8)
    tall[:24] = tall[40:] = 255
    wanted = Input(width=16, height=8, layout="NHWC", scale=1, fit="crop")
    assert prepared(tall, wanted).shape == (1, 8, 16, 3)
    assert prepared(tall, wanted).max() == 0


@pytest.mark.parametrize("size", [(100, 100), (100, 199), (199, 100), (1, 1)])
def test_pictures_that_are_not_long_are_looked_at_whole(size: tuple[int, int]) -> None:
    picture = np.zeros((*size, 3), np.uint8)
    assert [part.shape for part in parts(picture)] == [picture.shape]


@pytest.mark.parametrize("length", [200, 250, 430, 590, 600])
@pytest.mark.parametrize("tall", [True, False])
def test_squares_cover_a_long_picture(length: int, *, tall: bool) -> None:
    picture = np.zeros((100, length, 3), np.uint8)
    picture[..., 0] = np.arange(length) // 4  # a number for each place
    shown = parts(picture.transpose(1, 0, 2) if tall else picture)
    assert shown[0].size == picture.size
    assert {square.shape for square in shown[1:]} == {(100, 100, 3)}
    seen = {number for square in shown[1:] for number in np.unique(square[..., 0])}
    assert seen == set(range(-(-length // 4)))


def test_of_endless_pictures_only_so_many_squares_are_looked_at() -> None:
    assert len(parts(np.zeros((10, 9000, 3), np.uint8))) == MOST_PARTS + 1
