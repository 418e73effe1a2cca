"""Opening a file with the one decoder of its format, no others."""

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import AvifImagePlugin
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from app.image.errors import Fault, PictureError
from app.image.exif import orientation
from app.image.gif import gif_outline
from app.image.limits import PictureLimits
from app.image.outline import USUAL, Outline
from app.image.png import plain_png
from app.image.sniff import Format, check_file, unsupported
from app.image.webp import webp_outline

AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # one worker, one processor
_DECODERS: Final[dict[Format, type[ImageFile]]] = {
    # The class itself and not `Image.open`: a JPEG stays one, whatever follows
    # its first picture, and no other decoder gets a chance.
    Format.JPEG: JpegImageFile,
    Format.PNG: PngImageFile,
    Format.GIF: GifImageFile,
    Format.WEBP: WebPImageFile,
    Format.BMP: BmpImageFile,
    Format.AVIF: AvifImagePlugin.AvifImageFile,
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A file whose header was read; `image` has not decoded any pixel yet.

    `size` is the canvas in pixels, before it is turned upright.
    """

    image: ImageFile
    outline: Outline
    format: Format
    size: tuple[int, int]

    @property
    def orientation(self) -> int:
        """How the file says it is turned, 1 to 8."""
        if self.format is Format.HEIC:
            return 1  # its decoder has turned it already
        exif = self.image.info.get("exif", b"")
        return orientation(exif) if isinstance(exif, bytes) else 1


def open_picture(data: bytes, limits: PictureLimits) -> Opened:
    """Read the header; nothing is decoded, and nothing large is allocated.

    Raises:
        PictureError: not a picture, unsupported, or too large.
        Exception: whatever a decoder raises that dislikes the file.
    """
    known = check_file(data, limits)
    outline: Outline | None = None
    if known is Format.GIF:
        outline = gif_outline(data, limits.counted_frames)
    elif known is Format.WEBP:
        outline = webp_outline(data, limits.counted_frames)
    elif known is Format.PNG:
        data, outline = plain_png(data, limits.counted_frames)
    if outline is not None:
        _check(outline.width, outline.height, limits)
    image = _decoder(known)(BytesIO(data))
    _check(*image.size, limits)
    outline = outline or _outline(image, known, limits)
    return Opened(image, outline, known, image.size)


def _outline(image: ImageFile, known: Format, limits: PictureLimits) -> Outline:
    """Of formats that have no frames, or tell only how many."""
    count = getattr(image, "n_frames", 1) if known is Format.AVIF else 1
    most = min(count, limits.counted_frames)
    return Outline(*image.size, (USUAL,) * most, most < count)


def _check(width: int, height: int, limits: PictureLimits) -> None:
    if width <= 0 or height <= 0:
        raise PictureError(Fault.DAMAGED, "the picture has no size")
    if width * height > limits.pixels or max(width, height) > limits.side:
        raise PictureError(Fault.TOO_LARGE, "the picture has too many pixels")


def _decoder(known: Format) -> type[ImageFile]:
    if known is not Format.HEIC:
        return _DECODERS[known]
    try:
        from pillow_heif import HeifImageFile  # noqa: PLC0415 - an extra
    except ImportError:
        raise unsupported("HEIC") from None
    return HeifImageFile
