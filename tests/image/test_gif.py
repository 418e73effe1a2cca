import struct

import pytest

from app.image.gif import gif_outline
from tests.image.files import animated, encode, gif_screen, plain, shades


def test_frames_and_their_seconds() -> None:
    outline = gif_outline(animated("GIF", shades(4), [100, 200, 300, 10]), 100)
    assert (outline.width, outline.height) == (40, 30)
    assert outline.delays == (0.1, 0.2, 0.3, 0.1)  # 10 ms is shown as 100
    assert not outline.cut


def test_a_still_picture_has_one_frame() -> None:
    assert len(gif_outline(encode(plain(), "GIF"), 100).delays) == 1


def test_frames_are_counted_up_to_a_limit() -> None:
    outline = gif_outline(animated("GIF", shades(9)), 5)
    assert len(outline.delays) == 5
    assert outline.cut
    assert not gif_outline(animated("GIF", shades(9)), 9).cut


def test_the_canvas_holds_frames_that_stick_out() -> None:
    file = bytearray(gif_screen(3, 2))
    struct.pack_into("<HHHH", file, 20, 7, 5, 100, 50)
    outline = gif_outline(bytes(file), 9)
    assert (outline.width, outline.height) == (107, 55)


def test_whatever_follows_the_end_is_ignored() -> None:
    file = encode(plain(), "GIF")
    assert gif_outline(file + animated("GIF", shades(3)), 9) == gif_outline(file, 9)


@pytest.mark.parametrize("cut", range(6, 400, 7))
def test_a_cut_file_is_cut(cut: int) -> None:
    file = animated("GIF", shades(5))
    assert len(file) > 400
    assert gif_outline(file[:cut], 100).cut


def test_a_block_of_no_known_kind_ends_it() -> None:
    file = encode(plain(), "GIF")
    assert gif_outline(file[:-1] + b"\x99" + file, 9).cut


def test_a_million_tiny_blocks_are_walked_through() -> None:
    file = gif_screen(2, 2)[:-1] + b"!\xfe" + b"\1x" * 1_000_000 + b"\0;"
    assert not gif_outline(file, 9).cut
