import pytest

from app.image.webp import webp_outline
from tests.image.files import animated, encode, plain, shades, webp_canvas


@pytest.mark.parametrize(
    "options", [{}, {"lossless": True}, {"exif": b"Exif\0\0II*\0"}]
)
def test_the_canvas_of_each_kind(options: dict[str, object]) -> None:
    outline = webp_outline(encode(plain(301, 203), "WEBP", **options), 9)
    assert (outline.width, outline.height) == (301, 203)
    assert len(outline.delays) == 1
    assert not outline.cut


def test_an_announced_canvas_is_believed_before_anything_is_reserved() -> None:
    outline = webp_outline(webp_canvas(16_000, 16_001), 9)
    assert (outline.width, outline.height) == (16_000, 16_001)


def test_frames_and_their_seconds() -> None:
    outline = webp_outline(animated("WEBP", shades(4), [100, 200, 300, 5]), 100)
    assert outline.delays == (0.1, 0.2, 0.3, 0.1)


def test_frames_are_counted_up_to_a_limit() -> None:
    outline = webp_outline(animated("WEBP", shades(9)), 5)
    assert len(outline.delays) == 5
    assert outline.cut


def test_a_cut_file_is_cut() -> None:
    file = animated("WEBP", shades(5))
    for length in range(12, len(file), 11):
        assert webp_outline(file[:length], 100).cut


def test_no_picture_no_canvas() -> None:
    assert webp_outline(b"RIFF\x10\0\0\0WEBPVP8 \4\0\0\0abcd", 9).width == 0
    assert webp_outline(b"RIFF\x04\0\0\0WEBPVP8X", 9).width == 0
