"""What one picture may cost before anything looks at it."""

from dataclasses import dataclass
from typing import Final

MEBIBYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureLimits:
    """Bounds of decoding; beyond the first three a picture is refused.

    `size` is in bytes. `pixels` and `side` are of the canvas. Of an animated
    picture at most `frames` are shown to classifiers, and its frames are counted
    up to `counted_frames`; `decoded_pixels` are the most that are decoded on the
    way to them, and `seconds` the processor time after which no further frame is
    begun. A frame with more than `frame_pixels` is reduced to about as many, and
    all frames together hold at most `shown_pixels`.
    """

    size: int = 10 * MEBIBYTE
    pixels: int = 40_000_000
    side: int = 65_535
    frames: int = 8
    counted_frames: int = 10_000
    decoded_pixels: int = 240_000_000
    seconds: float = 2.0
    frame_pixels: int = 6_000_000
    shown_pixels: int = 16_000_000

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:
            if getattr(self, name) <= 0:
                message = f"{name} must be more than 0"
                raise ValueError(message)
