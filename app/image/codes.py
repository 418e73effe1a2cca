"""QR codes and barcodes: where they are and what they say.

The reader (zxing-cpp) looks for codes in every direction, inverted, mirrored and at
several sizes by itself. Where something looks like a code and was not read, it gets
further looks, see `codes_looks`.
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Final

import numpy as np
import zxingcpp
from PIL import Image

from app.image.codes_looks import again
from app.image.codes_reader import Found, Reader
from app.image.codes_views import whole
from app.plugins.door import CodeRegion, Example, Frame, Reading, Sample

MOST_CODES: Final = 200
LONGEST_TEXT: Final = 8000
_LEAST_ITF: Final = 6
_GUESSES: Final = ("utf-8", "gb18030")


class Codes:
    """Reads every code in every frame; a code that stays is told once."""

    name = "codes"

    def __init__(self, formats: zxingcpp.BarcodeFormats | None = None) -> None:
        """Read these formats, or all."""
        self._reader = Reader(formats)
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
        view = whole(Image.fromarray(frame.pixels).convert("L"))
        seen = self._reader.read(view, self._reader.all)
        found = [*seen.found, *again(self._reader, view.image, seen)]
        for each in found:
            if not _part(each, found):
                yield _region(each, frame)


def create(settings: Mapping[str, str]) -> Codes:
    """The classifier; `formats` are names such as "QRCode,EAN13", all by default.

    Raises:
        ValueError: there is no such format.
    """
    names = settings.get("formats", "")
    return Codes(zxingcpp.barcode_formats_from_str(names) if names else None)


def _part(found: Found, others: Sequence[Found]) -> bool:
    """Whether it is a piece of a code: ITF has no check, so pieces read as codes."""
    if found.code.symbology is not zxingcpp.BarcodeFormat.ITF:
        return False
    text = found.code.text
    return len(text) < _LEAST_ITF or any(
        text in other.code.text and text != other.code.text for other in others
    )


def _region(found: Found, frame: Frame) -> CodeRegion:
    code = found.code
    return CodeRegion(
        _text(code), code.format.name, frame.box(*found.box), frame.number
    )


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
