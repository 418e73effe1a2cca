"""The canvas and the frames of a WebP, by walking its chunks.

The decoder reserves the whole canvas when it is made, so it must not be asked.
"""

from typing import Final

from app.image.outline import USUAL, Outline, delay

_HEADER: Final = 8
_FIRST: Final = 12


def webp_outline(data: bytes, most: int) -> Outline:
    """Walk to the end or to `most` frames; 0 × 0 where there is no canvas."""
    width = height = 0
    delays: list[float] = []
    end = _HEADER + int.from_bytes(data[4:8], "little")
    cut = len(data) < end
    at = _FIRST
    while at + _HEADER <= min(end, len(data)):
        kind = data[at : at + 4]
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        at += _HEADER
        if kind == b"ANMF":
            if len(delays) == most:
                cut = True
                break
            delays.append(delay(_number(data, at + 12) / 1000))
        elif not width:
            width, height = _canvas(kind, data[at : at + 10])
        at += size + size % 2
    return Outline(width, height, tuple(delays) or (USUAL,), cut)


def _canvas(kind: bytes, body: bytes) -> tuple[int, int]:
    if kind == b"VP8X":
        return _number(body, 4) + 1, _number(body, 7) + 1
    if kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = body[6:8], body[8:10]
        return (
            int.from_bytes(width, "little") & 0x3FFF,
            int.from_bytes(height, "little") & 0x3FFF,
        )
    if kind == b"VP8L" and body[:1] == b"\x2f":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return 0, 0


def _number(data: bytes, at: int) -> int:
    """Three bytes."""
    return int.from_bytes(data[at : at + 3], "little")
