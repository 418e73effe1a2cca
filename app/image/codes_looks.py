"""Further looks at what may be a code and was not read at first.

Each look helps against something else: enlarging against noise and small codes,
sharpening against blur and low contrast, turning because bars are read along a
line, inverting because light bars are not looked for otherwise. The last ones
only move the points at which the squares of a QR code are taken, which helps when
a logo has used up nearly all of its error correction.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import zxingcpp
from PIL import Image

from app.image import codes_views as views
from app.image.codes_reader import Formats, Found, Reader, Seen
from app.image.codes_spots import Spot, spots
from app.image.codes_views import View

ROOM: Final = 1_400_000
"""Pixels of all further looks at one picture: what a code is worth in time."""
SPOTS: Final = 5
"""Spots of one picture that are looked at, the largest ones."""

_ITF: Final = zxingcpp.BarcodeFormat.ITF
_USUAL: Final = 14
"""Digits on parcels and cartons, as GS1 has it."""
_SIDE: Final = 560
"""Pixels of a side to which a spot is enlarged at most."""
_TURNED_SIDE: Final = 420
_TOLD: Final = 0.3
"""The part of a spot that codes must fill for nothing else to be expected there."""
_ALONG: Final = 0.6
"""The part of its length that bars must cover; pieces of them can read as ITF."""
_BARS: Final = frozenset(
    {
        zxingcpp.BarcodeFormat.Code128,
        zxingcpp.BarcodeFormat.Code39,
        zxingcpp.BarcodeFormat.Code93,
        zxingcpp.BarcodeFormat.EANUPC,
    }
)
_SQUARE: Final = 1.6
"""How many times longer than the other a side of a QR code's spot may be."""


class Place:
    """A spot in the sizes in which it is looked at."""

    def __init__(self, grey: Image.Image, spot: Spot) -> None:
        self._grey = grey
        self._spot = spot

    def sized(self, most: float) -> View:
        """Enlarged so many times at most."""
        return views.cut(self._grey, self._spot, side=_SIDE, most=most)

    @cached_property
    def small(self) -> View:
        """Not enlarged, and not large: it will be turned on a larger sheet."""
        return views.cut(self._grey, self._spot, side=_TURNED_SIDE, most=1)

    @cached_property
    def plain(self) -> View:
        """Not enlarged."""
        return self.sized(1)

    @cached_property
    def large(self) -> View:
        """As large as helps."""
        return self.sized(3)


class Look(NamedTuple):
    """One way to look, at codes of one kind."""

    make: Callable[[Place], View]
    kind: str


_LOOKS: Final = (
    Look(lambda place: place.large, "both"),
    Look(lambda place: views.inverted(place.sized(1.5)), "lines"),
    Look(lambda place: views.turned(place.small, 30), "lines"),
    Look(lambda place: views.turned(place.small, 60), "lines"),
    Look(lambda place: views.sharpened(place.large), "both"),
    Look(lambda place: views.sharpened(place.plain), "both"),
    Look(lambda place: place.sized(0.7), "squares"),
    Look(lambda place: views.turned(place.plain, 10), "squares"),
    Look(lambda place: views.softened(place.plain), "squares"),
    Look(lambda place: place.sized(0.5), "squares"),
    Look(lambda place: views.turned(place.plain, -10), "squares"),
    Look(lambda place: place.sized(4), "squares"),
)


def again(reader: Reader, grey: Image.Image, seen: Seen) -> Iterator[Found]:
    """What is read where something looks like a code and was not `seen` as one."""
    room = ROOM
    found = list(seen.found)
    for spot in spots(np.asarray(grey), most=SPOTS, known=seen.unread):
        if _told(spot, found):
            continue
        place = Place(grey, spot)
        for look in _LOOKS:
            formats = _formats(reader, look, spot)
            if formats is None:
                continue
            view = look.make(place)
            room -= view.image.width * view.image.height
            if room < 0:
                return
            if more := [one for one in reader.read(view, formats).found if _sure(one)]:
                found += more
                yield from more
                break


def _sure(found: Found) -> bool:
    """Whether it is likely to be a whole code: ITF has no check, but a usual length."""
    return found.code.symbology is not _ITF or len(found.code.text) == _USUAL


def _formats(reader: Reader, look: Look, spot: Spot) -> Formats | None:
    sides = spot.right - spot.left, spot.bottom - spot.top
    if look.kind == "squares":
        return reader.squares if max(sides) < _SQUARE * min(sides) else None
    return reader.lines if look.kind == "lines" else reader.both


def _told(spot: Spot, found: Sequence[Found]) -> bool:
    """Whether codes that were found fill a spot.

    Of bars only the line is told along which they were read.
    """
    covered = 0.0
    for each in found:
        left, top, right, bottom = each.box
        across = min(right, spot.right) - max(left, spot.left)
        down = min(bottom, spot.bottom) - max(top, spot.top)
        if min(across, down) < 0:
            continue
        covered += across * down
        length = max(across, down) / max(spot.right - spot.left, spot.bottom - spot.top)
        if each.code.symbology in _BARS and length >= _ALONG:
            return True
    return covered >= _TOLD * spot.area
