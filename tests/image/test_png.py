import struct
import zlib

import pytest

from app.image.png import plain_png
from tests.image.files import SIGNATURE, animated, chunk, ihdr, png, shades, with_chunks


def kinds(file: bytes) -> list[bytes]:
    found, at = [], len(SIGNATURE)
    while at < len(file):
        found.append(file[at + 4 : at + 8])
        at += struct.unpack_from(">I", file, at)[0] + 12
    return found


def test_only_what_makes_the_picture_is_kept() -> None:
    bomb = b"Comment\0\0" + zlib.compress(bytes(30_000_000), 9)
    full = with_chunks(
        png(),
        chunk(b"tEXt", b"Author\0somebody"),
        chunk(b"zTXt", bomb),
        chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(1000))),
        chunk(b"prVt", b"private"),
        chunk(b"gAMA", bytes(4), crc=1),  # damaged, and not needed
        chunk(b"eXIf", b"II*\0" + bytes(70_000)),  # far too large for an orientation
    )
    kept, outline = plain_png(full + b"PK\3\4 and a zip behind it", 100)
    assert kept == png()
    assert kinds(kept) == [b"IHDR", b"IDAT", b"IEND"]
    assert (outline.width, outline.height, len(outline.delays)) == (60, 40, 1)
    assert not outline.cut


def test_transparency_palette_and_orientation_are_kept() -> None:
    parts = (chunk(b"PLTE", bytes(3)), chunk(b"tRNS", b"\0"), chunk(b"eXIf", b"II*\0"))
    kept, _ = plain_png(with_chunks(png(), *parts), 100)
    assert kinds(kept) == [b"IHDR", b"PLTE", b"tRNS", b"eXIf", b"IDAT", b"IEND"]


def test_frames_and_their_seconds() -> None:
    file = animated("PNG", shades(4), [100, 200, 300, 5])
    outline = plain_png(file, 100)[1]
    assert outline.delays == (0.1, 0.2, 0.3, 0.1)  # 5 ms is shown as 100
    assert outline.seconds(2) == pytest.approx(0.3)
    assert not outline.cut


def test_frames_are_counted_up_to_a_limit() -> None:
    kept, outline = plain_png(animated("PNG", shades(12)), 5)
    assert len(outline.delays) == 5
    assert outline.cut
    assert kinds(kept).count(b"fcTL") == 5


def test_a_picture_outside_of_its_animation_is_the_first() -> None:
    file = animated("PNG", shades(3))
    first = file.index(b"fcTL") - 4
    alone = file[:first] + file[first + 38 :]  # its control goes, its pixels stay
    assert len(plain_png(alone, 100)[1].delays) == 3


def test_frames_that_were_not_announced_are_none() -> None:
    file = animated("PNG", shades(3))
    at = file.index(b"acTL") - 4
    assert len(plain_png(file[:at] + file[at + 20 :], 100)[1].delays) == 1


def test_frames_that_are_missing_make_it_cut() -> None:
    file = animated("PNG", shades(3))
    at = file.index(b"acTL") - 4
    nine = chunk(b"acTL", struct.pack(">II", 9, 0))
    outline = plain_png(file[:at] + nine + file[at + 20 :], 100)[1]
    assert len(outline.delays) == 3
    assert outline.cut


@pytest.mark.parametrize("length", [8, 12, 20, 33, 40, 60])
def test_a_cut_file_is_cut(length: int) -> None:
    outline = plain_png(png()[:length], 100)[1]
    assert outline.cut
    assert outline.width == (60 if length >= 24 else 0)


def test_a_file_without_header_has_no_canvas() -> None:
    assert plain_png(SIGNATURE + chunk(b"IEND"), 9)[1].width == 0
    assert plain_png(SIGNATURE + ihdr(0, 5) + chunk(b"IEND"), 9)[1].height == 5
