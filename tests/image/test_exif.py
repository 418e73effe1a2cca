import struct

import pytest
from PIL import Image

from app.image.exif import orientation
from tests.image.files import exif


@pytest.mark.parametrize("turn", range(1, 9))
def test_orientation_in_either_byte_order(turn: int) -> None:
    assert orientation(exif(turn)) == turn
    big = b"MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHH", 0x0112, 3, 1, turn, 0)
    assert orientation(big) == turn


def test_orientation_among_other_entries_as_others_write_it() -> None:
    made = Image.Exif()
    made[0x010E] = "a description " * 20
    made[0x0112] = 6
    made[0x8825] = {1: "N", 2: (1.0, 2.0, 3.0)}
    assert orientation(made.tobytes()) == 6


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Exif\0\0",
        b"II*\0",
        b"no TIFF at all",
        exif(0),
        exif(9),
        exif(6)[:-12],  # the entry is cut
        b"II*\0\xff\xff\xff\xff",  # the directory lies outside
        b"II*\0\x08\0\0\0\xff\xff" + bytes(100),  # more entries than bytes
        b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHIHH", 0x0112, 4, 1, 6, 0),
    ],
)
def test_nonsense_means_upright(data: bytes) -> None:
    assert orientation(data) == 1
