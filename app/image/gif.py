"""The frames of a GIF, by walking its blocks."""

from dataclasses import dataclass, field
from typing import Final

from app.image.outline import USUAL, Outline, delay

_TRAILER: Final = 0x3B
_EXTENSION: Final = 0x21
_IMAGE: Final = 0x2C
_CONTROL: Final = 0xF9


class _CutError(Exception):
    """The file ends, or goes on with something that is no block."""


@dataclass(slots=True)
class _Walk:
    data: bytes
    at: int
    width: int
    height: int
    delays: list[float] = field(default_factory=list)
    next_delay: float = USUAL

    def byte(self) -> int:
        if self.at >= len(self.data):
            raise _CutError
        self.at += 1
        return self.data[self.at - 1]

    def number(self) -> int:
        low = self.byte()
        return low | self.byte() << 8

    def skip_table(self, flags: int) -> None:
        if flags & 0x80:
            self.at += 3 << ((flags & 7) + 1)

    def skip_data(self) -> None:
        while size := self.byte():
            self.at += size

    def extension(self) -> None:
        if self.byte() == _CONTROL and self.data[self.at : self.at + 1] == b"\4":
            self.next_delay = delay(
                int.from_bytes(self.data[self.at + 2 : self.at + 4], "little") / 100
            )
        self.skip_data()

    def image(self) -> None:
        left, top = self.number(), self.number()
        self.width = max(self.width, left + self.number())
        self.height = max(self.height, top + self.number())
        self.skip_table(self.byte())
        self.byte()  # the size of the first codes
        # Counted before its end: a viewer shows the half of it that is there.
        self.delays.append(self.next_delay)
        self.next_delay = USUAL
        self.skip_data()


def gif_outline(data: bytes, most: int) -> Outline:
    """Walk to the end or to `most` frames; the canvas holds all of these."""
    walk = _Walk(data, 6, 0, 0)
    cut = False
    try:
        walk.width, walk.height = walk.number(), walk.number()
        flags = walk.byte()
        walk.at += 2
        walk.skip_table(flags)
        while (kind := walk.byte()) != _TRAILER:
            if len(walk.delays) == most:
                raise _CutError
            _block(walk, kind)
    except _CutError:
        cut = True
    return Outline(walk.width, walk.height, tuple(walk.delays), cut)


def _block(walk: _Walk, kind: int) -> None:
    if kind == _EXTENSION:
        walk.extension()
    elif kind == _IMAGE:
        walk.image()
    else:
        raise _CutError
