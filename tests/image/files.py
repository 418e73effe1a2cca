"""Picture files made for tests: ordinary ones, and such as do harm."""

import io
import struct
import zlib
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from PIL import Image

RED: Final = (220, 20, 30)
BLUE: Final = (20, 30, 220)
SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    written = io.BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def plain(
    width: int = 60, height: int = 40, colour: tuple[int, int, int] = RED
) -> Image.Image:
    return Image.new("RGB", (width, height), colour)


def png(width: int = 60, height: int = 40, colour: tuple[int, int, int] = RED) -> bytes:
    return encode(plain(width, height, colour), "PNG")


def corners(width: int = 60, height: int = 40) -> Image.Image:
    """Upright: red at the left top, blue at the right top, white below."""
    image = Image.new("RGB", (width, height), (255, 255, 255))
    image.paste(RED, (0, 0, width // 2, height // 2))
    image.paste(BLUE, (width // 2, 0, width, height // 2))
    return image


def speckled(width: int, height: int, seed: int = 1) -> Image.Image:
    """Noise, which no format compresses well."""
    dice = np.random.default_rng(seed)
    return Image.fromarray(dice.integers(0, 256, (height, width, 3), dtype=np.uint8))


def shades(count: int, width: int = 40, height: int = 30) -> list[Image.Image]:
    """Frames that are told apart by their red, which grows evenly."""
    return [
        plain(width, height, (round(255 * n / max(1, count - 1)), 9, 9))
        for n in range(count)
    ]


def animated(
    kind: str, frames: Sequence[Image.Image], durations: int | list[int] = 100
) -> bytes:
    options: dict[str, Any] = {"lossless": True} if kind == "WEBP" else {}
    return encode(
        frames[0],
        kind,
        save_all=True,
        append_images=frames[1:],
        duration=durations,
        **options,
    )


def chunk(kind: bytes, body: bytes = b"", *, crc: int | None = None) -> bytes:
    """One part of a PNG."""
    check = zlib.crc32(kind + body) if crc is None else crc
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)


def ihdr(width: int, height: int, depth: int = 8, colour: int = 2) -> bytes:
    body = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return chunk(b"IHDR", body)


def bomb(side: int) -> bytes:
    """A PNG of side × side black pixels, one bit each: 9000 fit in about 10 kB."""
    row = b"\0" + bytes((side + 7) // 8)
    packed = zlib.compress(row * side, 9)
    ends = chunk(b"IDAT", packed) + chunk(b"IEND")
    return SIGNATURE + ihdr(side, side, 1, 0) + ends


def with_chunks(file: bytes, *extra: bytes) -> bytes:
    """A PNG with more parts behind its header."""
    at = len(SIGNATURE) + 25
    return file[:at] + b"".join(extra) + file[at:]


def gif_screen(width: int, height: int) -> bytes:
    """A GIF with one pixel on a screen of any size."""
    head = b"GIF89a" + struct.pack("<HH", width, height) + b"\x80\0\0" + bytes(6)
    image = b"," + struct.pack("<HHHH", 0, 0, 1, 1) + b"\0\x02\x02\x44\x01\0"
    return head + image + b";"


def webp_canvas(width: int, height: int) -> bytes:
    """A WebP whose header announces a canvas, with a small picture in it."""
    small = encode(plain(8, 8), "WEBP", lossless=True)
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"VP8X" + struct.pack("<I", 10) + bytes(4) + size + small[12:]
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def scans(file: bytes, times: int) -> bytes:
    """A progressive JPEG whose last scan is there so many times."""
    at = file.rindex(b"\xff\xda")
    return file[:at] + file[at:-2] * times + b"\xff\xd9"


def exif(orientation: int) -> bytes:
    """Metadata that says how a picture is turned."""
    entry = struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    return b"Exif\0\0II*\0\x08\0\0\0\x01\0" + entry + bytes(4)


UNDONE: Final = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How a camera stores an upright scene under each orientation."""
