from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from app.image.decode import decode
from app.image.shots import take_shots
from tests.image.files import corners, encode, png


def test_a_small_picture_is_not_enlarged() -> None:
    (shot,) = take_shots(decode(png(60, 40)), 1024)
    with Image.open(BytesIO(shot.jpeg)) as seen:
        assert seen.size == (60, 40)
    assert shot.scale == 1.0


@pytest.mark.parametrize("size", [(2000, 1000), (1000, 2000), (6000, 2)])
def test_a_large_one_is_reduced(size: tuple[int, int]) -> None:
    sample = decode(encode(corners(*size), "PNG"))
    (shot,) = take_shots(sample, 500)
    with Image.open(BytesIO(shot.jpeg)) as seen:
        assert max(seen.size) == 500
        assert min(seen.size) >= 1
        if size == (2000, 1000):
            pixels = np.asarray(seen).astype(int)
            assert np.abs(pixels[20, 20] - (220, 20, 30)).max() < 20
    assert shot.scale == pytest.approx(max(size) / 500)
