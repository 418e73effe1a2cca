"""The format of a file by its first bytes; its name and type are never asked."""

import re
from enum import StrEnum
from typing import Final

from app.image.errors import Fault, PictureError
from app.image.limits import PictureLimits


class Format(StrEnum):
    """The formats that are decoded."""

    JPEG = "jpeg"
    PNG = "png"
    GIF = "gif"
    WEBP = "webp"
    BMP = "bmp"
    AVIF = "avif"
    HEIC = "heic"


_KNOWN: Final = (
    (re.compile(rb"\xff\xd8\xff"), Format.JPEG),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), Format.PNG),
    (re.compile(rb"GIF8[79]a"), Format.GIF),
    (re.compile(rb"RIFF.{4}WEBPVP8[ LX]", re.DOTALL), Format.WEBP),
    # Two letters are not enough: the size of the header must be a known one.
    (
        re.compile(rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0", re.DOTALL),
        Format.BMP,
    ),
)
_REFUSED: Final = (
    (re.compile(rb"II[*+]\0|MM\0[*+]"), "TIFF"),
    (re.compile(rb"\0\0[\1\2]\0"), "ICO"),
    (re.compile(rb"8BPS"), "Photoshop"),
    (re.compile(rb"%!PS|\xc5\xd0\xd3\xc6"), "PostScript"),
    (re.compile(rb"%PDF"), "PDF"),
    (re.compile(rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51"), "JPEG 2000"),
    (re.compile(rb"\xff\x0a|\0\0\0\x0cJXL "), "JPEG XL"),
    (
        re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:svg|\?xml|!DOCTYPE svg)", re.IGNORECASE),
        "SVG",
    ),
)
_HEAD: Final = 64
_AVIF: Final = {b"avif", b"avis"}
_HEIC: Final = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_MOST_BRANDS: Final = 32


def sniff(data: bytes) -> Format:
    """The format in which a viewer would show the file.

    Raises:
        PictureError: it is no picture, or of a kind that is not decoded.
    """
    head = data[:_HEAD]
    for pattern, known in _KNOWN:
        if pattern.match(head):
            return known
    if head[4:8] == b"ftyp":
        return _by_brand(data)
    for pattern, name in _REFUSED:
        if pattern.match(head):
            raise unsupported(name)
    raise PictureError(Fault.NOT_A_PICTURE, "the file is not a picture")


def check_file(data: bytes, limits: PictureLimits) -> Format:
    """The format of a file that may be decoded; nothing of it is interpreted.

    Raises:
        PictureError: too many bytes, no picture, or of a kind that is not decoded.
    """
    if len(data) > limits.size:
        raise PictureError(Fault.TOO_LARGE, "the file has too many bytes")
    return sniff(data)


def _by_brand(data: bytes) -> Format:
    """Formats in the container of MPEG-4 differ by the brands that they list."""
    end = min(int.from_bytes(data[:4]), 16 + 4 * _MOST_BRANDS)
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, end, 4))}
    if brands & _AVIF:
        return Format.AVIF
    if brands & _HEIC:
        return Format.HEIC
    raise unsupported("MPEG-4")


def unsupported(name: str) -> PictureError:
    """An error that names the kind of file."""
    return PictureError(Fault.UNSUPPORTED, f"{name} files are not supported")
