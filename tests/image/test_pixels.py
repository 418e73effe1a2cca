import numpy as np
import pytest
from PIL import Image

from app.image.pixels import turned, upright
from app.plugins.door import Pixels
from tests.image.files import UNDONE, corners


def shown(image: Image.Image, orientation: int = 1, most: int = 10**9) -> Pixels:
    return upright(image, orientation=orientation, most=most)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_becomes_upright(orientation: int) -> None:
    stored, undone = corners(), UNDONE[orientation]
    if undone is not None:
        stored = stored.transpose(undone)
    assert turned(orientation) == (stored.size == (40, 60))
    assert np.array_equal(shown(stored, orientation), np.asarray(corners()))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_transparency_lies_on_white(mode: str) -> None:
    clear = Image.new("RGBA", (4, 4), (0, 0, 0, 0)).convert(mode)
    assert shown(clear).min() == 255


def test_half_transparency_is_mixed_with_white() -> None:
    assert shown(Image.new("RGBA", (1, 1), (0, 0, 0, 128)))[0, 0].tolist() == [127] * 3


def test_a_colour_that_stands_for_transparency() -> None:
    image = Image.new("RGB", (2, 1), (1, 2, 3))
    image.putpixel((1, 0), (9, 9, 9))
    image.info["transparency"] = (1, 2, 3)
    assert shown(image)[0].tolist() == [[255] * 3, [9] * 3]


def test_a_palette_with_transparency() -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([10, 20, 30, 40, 50, 60])
    image.putpixel((1, 0), 1)
    image.info["transparency"] = b"\x00\xff"
    assert shown(image)[0].tolist() == [[255] * 3, [40, 50, 60]]


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "YCbCr", "HSV", "LAB"])
def test_every_mode_becomes_colour(mode: str) -> None:
    pixels = shown(Image.new(mode, (3, 2)))
    assert pixels.shape == (2, 3, 3)
    assert pixels.dtype == np.uint8


def test_deep_greys_keep_their_shades() -> None:
    deep = Image.fromarray(np.array([[0, 256, 32768, 65535]], np.uint16))
    assert deep.mode == "I;16"
    assert shown(deep)[0, :, 0].tolist() == [0, 1, 128, 255]


def test_wide_numbers_are_kept_within_bounds() -> None:
    wide = Image.fromarray(np.array([[-5, 7, 70_000]], np.int32))
    assert shown(wide)[0, :, 0].tolist() == [0, 7, 255]


def test_pixels_cannot_be_written_to() -> None:
    pixels = shown(corners())
    with pytest.raises(ValueError, match="read-only"):
        pixels[0, 0] = 0
    with pytest.raises(ValueError, match="WRITEABLE"):
        pixels.setflags(write=True)


@pytest.mark.parametrize(
    "size", [(1000, 1000), (4000, 250), (10, 65_000), (65_000, 10)]
)
def test_large_pictures_are_reduced(size: tuple[int, int]) -> None:
    pixels = shown(Image.new("RGB", size), most=20_000)
    height, width = pixels.shape[:2]
    assert width * height <= 25_000  # about: whole pixels
    assert min(width, height) >= 1


def test_reducing_takes_the_mean_and_no_hidden_colours() -> None:
    """Colours under full transparency must not bleed into what can be seen."""
    image = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    image.paste((0, 0, 255, 255), (0, 0, 31, 64))
    red, _, blue = shown(image, most=256)[:, :, :].reshape(-1, 3).T.astype(int)
    assert (red <= blue).all()
