"""The reader of codes: what it reads in a view, told in points of the picture."""

from typing import Final, NamedTuple

import numpy as np
import zxingcpp

from app.image.codes_spots import Box, Spot
from app.image.codes_views import Point, View

Formats = zxingcpp.BarcodeFormats
_Format = zxingcpp.BarcodeFormat

_LINES: Final = (
    _Format.Code128,
    _Format.Code39,
    _Format.Code93,
    _Format.EAN13,
    _Format.EAN8,
    _Format.ITF,
    _Format.UPCA,
)
"""What is on goods and parcels; the others are too easily seen in stripes."""


_LEAST_SIDE: Final = 40
"""Pixels of both sides of an unread code at least; there is much that is smaller."""


class Found(NamedTuple):
    """A code that was read, and its corners in the whole picture."""

    code: zxingcpp.Barcode
    corners: tuple[Point, ...]

    @property
    def box(self) -> Box:
        """Left, top, right and bottom."""
        across, down = zip(*self.corners, strict=True)
        return min(across), min(down), max(across), max(down)


class Seen(NamedTuple):
    """What a view shows: codes that were read, and where in it others seem to be."""

    found: list[Found]
    unread: list[Spot]


class Reader:
    """Reads certain formats.

    `lines` are those of them that are rows of bars, `squares` is the QR code, and
    `both` are these two; each is None if none of them is wanted.
    """

    def __init__(self, formats: Formats | None = None) -> None:
        """Read these formats, or all."""
        self.all = Formats([]) if formats is None else formats
        wanted = _members(formats) if formats else _members(Formats(_Format.All))
        self.lines = _chosen(wanted, *_LINES)
        self.squares = _chosen(wanted, _Format.QRCode)
        self.both = _chosen(wanted, *_LINES, _Format.QRCode)

    def read(self, view: View, formats: Formats) -> Seen:
        """All codes of these formats in a view."""
        codes = zxingcpp.read_barcodes(
            np.asarray(view.image),
            formats=formats,
            text_mode=zxingcpp.TextMode.Plain,
            return_errors=True,
        )
        read = [_placed(code, view) for code in codes if code.valid and code.text]
        unread = [_placed(code, view).box for code in codes if not code.valid]
        size = view.image.size
        return Seen(read, [Spot.around(box, size) for box in unread if _large(box)])


def _members(formats: Formats) -> set[_Format]:
    """All formats, those within a family of formats as well."""
    return set(zxingcpp.barcode_formats_list(formats))


def _chosen(wanted: set[_Format], *formats: _Format) -> Formats | None:
    chosen = [one for one in formats if one in wanted]
    return Formats(chosen) if chosen else None


def _large(box: Box) -> bool:
    left, top, right, bottom = box
    return min(right - left, bottom - top) >= _LEAST_SIDE


def _placed(code: zxingcpp.Barcode, view: View) -> Found:
    place = code.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    return Found(code, tuple(view.origin(point.x, point.y) for point in corners))
