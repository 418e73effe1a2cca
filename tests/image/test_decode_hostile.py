"""Files made to do harm: each is decoded as far as it goes, or refused."""

import random
import struct
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.image.decode import decode
from app.image.errors import Fault, PictureError
from app.image.limits import PictureLimits
from app.plugins.door import Sample
from tests.image.files import (
    SIGNATURE,
    animated,
    bomb,
    chunk,
    corners,
    encode,
    exif,
    gif_screen,
    ihdr,
    plain,
    png,
    shades,
    speckled,
    webp_canvas,
    with_chunks,
)

SMALL = PictureLimits(pixels=100_000, decoded_pixels=400_000)
BITMAP = encode(plain(), "BMP")
STILL = ["JPEG", "PNG", "GIF", "WEBP", "BMP", "AVIF"]


def outcome(data: bytes, limits: PictureLimits | None = None) -> Sample | Fault:
    try:
        return decode(data, limits)
    except PictureError as error:
        return error.fault


@pytest.mark.parametrize(
    "data",
    [
        bomb(9000),  # 81 Mpx in 10 kB
        bomb(20_000),  # 400 Mpx
        SIGNATURE + ihdr(2**31 - 1, 2**31 - 1) + chunk(b"IDAT", b"x"),
        SIGNATURE + ihdr(100_000, 1) + chunk(b"IDAT", b"x"),
        SIGNATURE + ihdr(1, 100_000) + chunk(b"IDAT", b"x"),
        gif_screen(65_535, 65_535),
        webp_canvas(16_383, 16_383),
        webp_canvas(2**24, 2**24),
        BITMAP[:18] + struct.pack("<ii", 30_000, 30_000) + BITMAP[26:],
        BITMAP[:18] + struct.pack("<ii", 30_000, -30_000) + BITMAP[26:],
        bytes(11 * 1024 * 1024),
    ],
)
def test_what_is_too_large_is_refused_by_its_header(data: bytes) -> None:
    tracemalloc.start()
    try:
        found = outcome(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found is Fault.TOO_LARGE
    assert peak < 4 * 1024 * 1024


def test_a_bomb_is_as_small_as_they_say() -> None:
    assert len(bomb(9000)) < 12_000


def test_a_jpeg_that_announces_too_much_is_refused() -> None:
    file = bytearray(encode(plain(), "JPEG"))
    at = file.index(b"\xff\xc0") + 5
    file[at : at + 4] = struct.pack(">HH", 65_500, 65_500)
    assert outcome(bytes(file)) is Fault.TOO_LARGE


def test_an_avif_that_announces_too_much_is_refused() -> None:
    file = bytearray(encode(plain(), "AVIF"))
    at = file.index(b"ispe") + 8
    file[at : at + 8] = struct.pack(">II", 12_000, 12_000)
    assert outcome(bytes(file)) in {Fault.TOO_LARGE, Fault.DAMAGED}


def test_a_file_of_too_many_bytes_is_refused_unseen() -> None:
    assert outcome(png(), PictureLimits(size=10)) is Fault.TOO_LARGE


@pytest.mark.parametrize(
    "data",
    [
        SIGNATURE + ihdr(0, 0) + chunk(b"IDAT", b"") + chunk(b"IEND"),
        SIGNATURE + ihdr(5, 0) + chunk(b"IDAT", b"") + chunk(b"IEND"),
        BITMAP[:18] + bytes(8) + BITMAP[26:],
        SIGNATURE,
        SIGNATURE + chunk(b"IEND"),
        b"\xff\xd8\xff\xd9",
        b"GIF89a",
        b"GIF89a" + bytes(7) + b";",
        b"RIFF\x04\0\0\0WEBPVP8 ",
        b"BM" + bytes(12) + b"\x28\0\0\0",
        b"\0\0\0\x18ftypavif\0\0\0\0mif1avif",
    ],
)
def test_a_picture_without_size_or_pixels_is_damaged(data: bytes) -> None:
    assert outcome(data) is Fault.DAMAGED


def test_thin_pictures_are_shown() -> None:
    for size in ((1, 60_000), (60_000, 1), (1, 1)):
        sample = decode(png(*size))
        assert (sample.width, sample.height) == size


@pytest.mark.parametrize("kind", STILL)
def test_a_file_cut_anywhere_is_shown_in_part_or_refused(kind: str) -> None:
    file = encode(speckled(80, 60), kind)
    for length in range(0, len(file), max(1, len(file) // 60)):
        found = outcome(file[:length])
        if isinstance(found, Sample):
            assert not found.complete, length
            assert found.frames[0].pixels.shape == (60, 80, 3)
        else:
            assert found in {Fault.DAMAGED, Fault.NOT_A_PICTURE, Fault.UNSUPPORTED}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF"])
def test_what_a_cut_file_still_has_is_seen(kind: str) -> None:
    """The upper half has arrived: whoever looks must see it."""
    file = encode(speckled(200, 300), kind)
    found = decode(file[: len(file) * 3 // 4])
    whole = decode(file)
    upper = (slice(0, 120), slice(None))
    assert (found.frames[0].pixels[upper] == whole.frames[0].pixels[upper]).all()
    assert not found.complete


def test_whole_frames_of_a_cut_animation_are_seen() -> None:
    for kind in ("GIF", "PNG"):
        file = animated(kind, [speckled(60, 40, seed) for seed in range(6)])
        found = decode(file[: len(file) // 2])
        assert not found.complete
        assert 1 < len(found.frames) < 6


def test_texts_that_unpack_to_gigabytes_are_not_unpacked() -> None:
    packed = b"Comment\0\0" + zlib.compress(bytes(60_000_000), 9)
    file = with_chunks(png(), *(chunk(b"zTXt", packed) for _ in range(20)))
    tracemalloc.start()
    try:
        assert decode(file).complete
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * 1024 * 1024


def test_a_damaged_sum_of_pixels_is_no_reason_not_to_look() -> None:
    file = png()
    at = file.index(b"IDAT")
    (size,) = struct.unpack_from(">I", file, at - 4)
    broken = file[: at + 4 + size] + b"\0\0\0\0" + file[at + 8 + size :]
    found = outcome(broken)
    assert found is Fault.DAMAGED or isinstance(found, Sample)


def test_an_animation_that_announces_more_frames_than_it_has() -> None:
    file = animated("PNG", shades(3))
    at = file.index(b"acTL") - 4
    lie = chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0))
    found = decode(file[:at] + lie + file[at + 20 :])
    assert len(found.frames) == 3
    assert not found.complete


def test_a_gif_of_half_a_million_frames_costs_little() -> None:
    frame = b"," + struct.pack("<HHHH", 0, 0, 1, 1) + b"\0\x02\x02\x44\x01\0"
    file = gif_screen(1, 1)[:-1] + frame * 500_000 + b";"
    sample = decode(file, PictureLimits(seconds=0.5))
    assert sample.frame_count == 10_000
    assert not sample.complete


def test_metadata_that_is_broken_is_not_read() -> None:
    for data in (b"Exif\0\0II*\0\xff\xff\xff\x7f", b"Exif\0\0", b"\xff" * 1000):
        assert decode(encode(corners(), "JPEG", exif=data)).complete


def seeds() -> list[bytes]:
    """Small files of every kind, each with whatever its format offers."""
    files = [encode(corners(24, 16), kind, quality=80) for kind in STILL]
    files += [
        animated(kind, shades(3, 16, 12)) for kind in ("GIF", "PNG", "WEBP", "AVIF")
    ]
    files.append(encode(corners(24, 16), "JPEG", progressive=True, exif=exif(6)))
    files.append(encode(corners(24, 16).convert("P"), "BMP"))
    files.append(encode(corners(24, 16).convert("RGBA"), "PNG", exif=exif(5)))
    files.append(encode(corners(24, 16).convert("CMYK"), "JPEG"))
    return files


SEEDS = seeds()


def flipped(file: bytes, dice: random.Random) -> bytes:
    changed = bytearray(file)
    for _ in range(dice.randrange(1, 12)):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def spliced(file: bytes, dice: random.Random) -> bytes:
    start, end = sorted(dice.randrange(len(file)) for _ in range(2))
    return file[:start] + dice.randbytes(dice.randrange(8)) + file[end:]


def repeated(file: bytes, dice: random.Random) -> bytes:
    start, end = sorted(dice.randrange(len(file)) for _ in range(2))
    return file[:end] + file[start:end] * dice.randrange(1, 5) + file[end:]


def mixed(file: bytes, dice: random.Random) -> bytes:
    other = dice.choice(SEEDS)
    return file[: dice.randrange(len(file))] + other[dice.randrange(len(other)) :]


HARM: list[Callable[[bytes, random.Random], bytes]] = [
    flipped,
    spliced,
    repeated,
    mixed,
]


@settings(max_examples=600, deadline=None, derandomize=True)
@given(st.integers(0, len(SEEDS) - 1), st.sampled_from(HARM), st.integers(0, 2**32 - 1))
def test_harmed_files_are_shown_or_refused(
    seed: int, harm: Callable[[bytes, random.Random], bytes], number: int
) -> None:
    data = harm(SEEDS[seed], random.Random(number))
    found = outcome(data, SMALL)
    if isinstance(found, Sample):
        assert found.frames
        for frame in found.frames:
            assert frame.pixels.shape[2] == 3
            assert frame.scale >= 1.0
    else:
        assert found in Fault


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.sampled_from(SEEDS), st.binary(max_size=300))
@example(SIGNATURE, ihdr(4, 4, 16, 6) + chunk(b"IDAT", zlib.compress(bytes(200))))
def test_a_good_beginning_with_anything_behind_it(seed: bytes, rest: bytes) -> None:
    assert isinstance(outcome(seed[:40] + rest, SMALL), Sample | Fault)
