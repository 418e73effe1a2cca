from random import Random

import numpy as np

from app.image.ocr_frames import differing
from app.plugins.door import Frame
from tests.image.pictures.damage import jpeg
from tests.image.pictures.paint import Picture, sample_of
from tests.image.pictures.scenery import photo

SCENE = photo(Random(31), 320, 240)


def captioned(text_at: int | None) -> Picture:
    """The scene, with a bar as high as a word somewhere."""
    picture = SCENE.copy()
    if text_at is not None:
        picture.paste((255, 255, 255), (40, text_at, 120, text_at + 16))
    return picture


def chosen(*pictures: Picture, most: int = 4) -> list[int]:
    return [frame.number for frame in differing(sample_of(*pictures).frames, most=most)]


def test_frames_that_are_alike_are_read_once() -> None:
    assert chosen(SCENE, SCENE, jpeg(SCENE, 85), SCENE) == [0]


def test_a_word_that_appears_is_read() -> None:
    assert chosen(captioned(None), captioned(None), captioned(50)) == [0, 2]


def test_a_frame_that_comes_back_is_not_read_again() -> None:
    pictures = (captioned(10), captioned(50), captioned(10), captioned(50))
    assert chosen(*pictures) == [0, 1]


def test_of_many_some_are_taken_evenly_with_the_first_and_last() -> None:
    pictures = [captioned(20 * at) for at in range(10)]
    assert chosen(*pictures, most=4) == [0, 3, 6, 9]
    assert chosen(*pictures, most=1) == [0]
    assert chosen(*pictures, most=50) == list(range(10))


def test_frames_of_other_sizes_differ() -> None:
    sizes = [(10, 20), (20, 10), (10, 20)]
    frames = [
        Frame(np.zeros((*size, 3), np.uint8), number=at)
        for at, size in enumerate(sizes)
    ]
    assert [frame.number for frame in differing(frames, most=9)] == [0, 1]


def test_no_frames_are_no_frames() -> None:
    assert differing([], most=4) == []
