"""A PNG without whatever is not needed to show it.

Texts, colour profiles and private chunks go: they can unpack to gigabytes, break
a decoder that reads them, or hold what nobody meant to send.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from app.image.outline import USUAL, Outline, delay

_SIGNATURE: Final = 8
_FRAMING: Final = 12
_PLAIN: Final = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"acTL", b"fcTL", b"fdAT", b"eXIf"}
)
_LARGEST_EXIF: Final = 65_536
_PART: Final = b"fcTL"


def plain_png(data: bytes, most: int) -> tuple[bytes, Outline]:
    """The file with the chunks that make the picture, and its outline.

    Frames are counted up to `most`. The canvas is 0 × 0 without a header. What
    stands behind the end is left away, too.
    """
    kept: list[bytes | memoryview] = [data[:_SIGNATURE]]
    frames = _Frames()
    whole = False
    for kind, chunk in _chunks(memoryview(data)):
        if kind == _PART and len(frames.delays) == most:
            break
        if kind in _PLAIN and (kind != b"eXIf" or len(chunk) <= _LARGEST_EXIF):
            kept.append(chunk)
            frames.saw(kind, chunk[8:-4])
        if kind == b"IEND":
            whole = True
            break
    width, height = _canvas(data)
    cut = not whole or frames.missing
    return b"".join(kept), Outline(width, height, frames.shown, cut)


def _chunks(view: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """Kinds and whole chunks; the last may be cut."""
    at = _SIGNATURE
    while at + _FRAMING <= len(view):
        end = at + int.from_bytes(view[at : at + 4]) + _FRAMING
        yield bytes(view[at + 4 : at + 8]), view[at:end]
        at = end


@dataclass(slots=True)
class _Frames:
    """An animation is announced before the first pixels, or there is none."""

    announced: int = 0
    started: bool = False
    still: bool = False
    delays: list[float] = field(default_factory=list)

    def saw(self, kind: bytes, body: memoryview) -> None:
        if kind == b"acTL" and not self.started:
            self.announced = int.from_bytes(body[:4])
        elif kind == _PART and self.announced:
            self.delays.append(_delay(body))
        elif kind == b"IDAT" and not self.started:
            self.started = True
            # Pixels before the first control are for viewers that do not animate.
            self.still = not self.delays

    @property
    def missing(self) -> bool:
        return len(self.delays) < self.announced

    @property
    def shown(self) -> tuple[float, ...]:
        moving = self.delays[: self.announced]
        return tuple([USUAL] * self.still + moving) or (USUAL,)


def _canvas(data: bytes) -> tuple[int, int]:
    if data[12:16] != b"IHDR" or len(data) < 24:
        return 0, 0
    return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])


def _delay(control: memoryview) -> float:
    if len(control) < 24:
        return USUAL
    parts, of = struct.unpack_from(">HH", control, 20)
    return delay(parts / (of or 100))
