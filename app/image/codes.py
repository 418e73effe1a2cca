"""QR codes and barcodes: where they are and what they say.

The reader (zxing-cpp) looks for codes in every direction, inverted, mirrored and at
several sizes by itself. What it finds but cannot read it tries again sharpened.
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Final

import numpy as np
import zxingcpp
from PIL import Image, ImageFilter

from app.plugins.door import CodeRegion, Example, Frame, Reading, Sample

MOST_CODES: Final = 200
LONGEST_TEXT: Final = 8000
_SHARPER: Final = ImageFilter.UnsharpMask(radius=3, percent=300, threshold=0)
"""Reads blurred, small and faint codes; noise and clean ones do not suffer."""
_GUESSES: Final = ("utf-8", "gb18030")


class Codes:
    """Reads every code in every frame; a code that stays is told once."""

    name = "codes"

    def __init__(self, formats: zxingcpp.BarcodeFormats | None = None) -> None:
        """Read these formats, or all."""
        self._formats = zxingcpp.BarcodeFormats([]) if formats is None else formats
        self.model = f"zxing-cpp {version('zxing-cpp')}"

    def classify(self, sample: Sample) -> Reading:
        """Look at all frames."""
        found: dict[tuple[str, str], CodeRegion] = {}
        for frame in sample.frames:
            for region in self._read(frame):
                found.setdefault((region.format, region.text), region)
        codes = tuple(found.values())[:MOST_CODES]
        return Reading(self.name, self.model, codes=codes)

    def examples(self) -> Sequence[Example]:
        """Two codes of different kinds, an inverted one, and none."""
        return [
            Example(
                _picture(
                    ("QRCode", "https://example.com/加我"), ("EAN13", "590123412345")
                ),
                lambda seen: (
                    {code.format for code in seen.codes} == {"QRCode", "EAN13"}
                ),
                "a QR code and a barcode",
            ),
            Example(
                _picture(("QRCode", "wxid_example"), inverted=True),
                lambda seen: [code.text for code in seen.codes] == ["wxid_example"],
                "a light QR code on dark ground",
            ),
            Example(_picture(), lambda seen: not seen.codes, "an empty page"),
        ]

    def _read(self, frame: Frame) -> Iterator[CodeRegion]:
        grey = Image.fromarray(frame.pixels).convert("L")
        codes = self._find(grey)
        if any(not code.valid for code in codes):
            codes += self._find(grey.filter(_SHARPER))
        for code in codes:
            if code.valid and code.text:
                yield _region(code, frame)

    def _find(self, grey: Image.Image) -> list[zxingcpp.Barcode]:
        """All that looks like a code, read or not; both take the same time."""
        return zxingcpp.read_barcodes(
            np.asarray(grey),
            formats=self._formats,
            text_mode=zxingcpp.TextMode.Plain,
            return_errors=True,
        )


def create(settings: Mapping[str, str]) -> Codes:
    """The classifier; `formats` are names such as "QRCode,EAN13", all by default.

    Raises:
        ValueError: there is no such format.
    """
    names = settings.get("formats", "")
    return Codes(zxingcpp.barcode_formats_from_str(names) if names else None)


def _region(code: zxingcpp.Barcode, frame: Frame) -> CodeRegion:
    place = code.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    across, down = [point.x for point in corners], [point.y for point in corners]
    box = frame.box(min(across), min(down), max(across), max(down))
    return CodeRegion(_text(code), code.format.name, box, frame.number)


def _text(code: zxingcpp.Barcode) -> str:
    """The content; of bytes in no named encoding what a Chinese phone would show."""
    text = code.text
    if code.content_type is zxingcpp.ContentType.Binary:
        text = next(_guessed(code.bytes), text)
    return text[:LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8")


def _guessed(content: bytes) -> Iterator[str]:
    for encoding in _GUESSES:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.isprintable():
            yield text


def _picture(*codes: tuple[str, str], inverted: bool = False) -> Sample:
    """A white page with codes below one another."""
    page = np.full((700, 500, 3), 255, np.uint8)
    top = 20
    for name, text in codes:
        made = zxingcpp.create_barcode(text, zxingcpp.barcode_format_from_str(name))
        drawn = np.asarray(zxingcpp.write_barcode_to_image(made, scale=4))
        height, width = drawn.shape[:2]
        page[top : top + height, 20 : 20 + width] = drawn[:, :, None]
        top += height + 20
    pixels = 255 - page if inverted else page
    pixels.setflags(write=False)
    return Sample((Frame(pixels),), 500, 700, "png")
