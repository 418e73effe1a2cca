"""From the bytes of a file to the pixels that classifiers see.

Called in a worker process: decoders are written in C and the file is hostile. Not
for two threads at once, as Pillow's patience with cut files is a global.
"""

import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from math import sqrt
from typing import Final

from PIL import Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from app.image.choosing import choose
from app.image.errors import Fault, PictureError
from app.image.limits import PictureLimits
from app.image.opening import Opened, open_picture
from app.image.pixels import turned, upright
from app.image.sniff import Format
from app.plugins.door import Frame, Sample

Image.MAX_IMAGE_PIXELS = None  # our own limits are checked before
_DRAFT: Final = 0.4
"""A JPEG is halved while it is decoded if this share of the wanted pixels stays."""


def decode(
    data: bytes,
    limits: PictureLimits | None = None,
    *,
    clock: Callable[[], float] = time.process_time,
) -> Sample:
    """The picture that a viewer would show, as far as it can be decoded.

    `clock` gives seconds and bounds animations only.

    Raises:
        PictureError: not a picture, unsupported, too large, or damaged.
        MemoryError: it needs more memory than this process may have.
    """
    limits = limits or PictureLimits()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _decode(data, limits, clock)
        except (PictureError, MemoryError):
            raise
        except Exception as error:
            message = "the picture cannot be decoded"
            raise PictureError(Fault.DAMAGED, message) from error


def _decode(data: bytes, limits: PictureLimits, clock: Callable[[], float]) -> Sample:
    opened = open_picture(data, limits)
    numbers, left_out = choose(opened.outline, limits)
    most = max(1, min(limits.frame_pixels, limits.shown_pixels // len(numbers)))
    until = clock() + limits.seconds
    with closing(opened.image):
        frames = _frames(_Player(opened, most, lambda: clock() > until), numbers)
    whole = len(frames) == len(numbers) and not left_out and not opened.outline.cut
    if not frames:
        frames, whole = [_patiently(data, limits, most)], False
    return _sample(opened, frames, whole=whole)


@dataclass(frozen=True, slots=True)
class _Player:
    """Goes through the frames of a file; `late` says when to stop."""

    opened: Opened
    most: int
    late: Callable[[], bool]

    def reach(self, number: int) -> bool:
        """Go to a frame; False when there is no time left for it.

        Most formats decode all frames before it: one at a time.
        """
        image = self.opened.image
        if number and self.opened.format is not Format.AVIF:
            for between in range(image.tell() + 1, number):
                if self.late():
                    return False
                image.seek(between)
                image.load()
        if number:
            if self.late():
                return False
            image.seek(number)
        return True

    def frame(self, number: int) -> Frame:
        """The frame that was reached."""
        image, outline = self.opened.image, self.opened.outline
        width = image.width
        if isinstance(image, JpegImageFile):
            _draft(image, self.most)
        image.load()
        orientation = self.opened.orientation
        pixels = upright(image, orientation=orientation, most=self.most)
        across = pixels.shape[0 if turned(orientation) else 1]
        scale = max(1.0, width / across)
        return Frame(pixels, scale, number, outline.seconds(number))


def _frames(player: _Player, numbers: list[int]) -> list[Frame]:
    """The frames up to the first that cannot be decoded, or not in time."""
    frames: list[Frame] = []
    try:
        for number in numbers:
            if not player.reach(number):
                break
            frames.append(player.frame(number))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - hostile bytes raise anything
        return frames
    return frames


def _draft(image: JpegImageFile, most: int) -> None:
    """Let the decoder leave out what would be reduced away, which is quicker."""
    width, height = image.size
    side = sqrt(_DRAFT * most / (width * height))
    if side < 1:
        image.draft(image.mode, (int(width * side), int(height * side)))


def _patiently(data: bytes, limits: PictureLimits, most: int) -> Frame:
    """The first frame of a file that is cut or damaged, as far as it goes."""
    with _patience():
        opened = open_picture(data, limits)
        with closing(opened.image):
            return _Player(opened, most, lambda: False).frame(0)


@contextmanager
def _patience() -> Iterator[None]:
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _sample(opened: Opened, frames: list[Frame], *, whole: bool) -> Sample:
    width, height = opened.size
    if turned(opened.orientation):
        width, height = height, width
    count = len(opened.outline.delays)
    return Sample(
        frames=tuple(frames),
        width=width,
        height=height,
        format=opened.format.value,
        animated=count > 1,
        frame_count=count,
        complete=whole,
    )
