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


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLimits:
    """Bounds of one worker process.

    `memory` is in bytes and covers the models as well: more than that a worker
    cannot allocate. `cpu_seconds`, of all its threads, and `seconds` by the clock
    are for one picture; `decode_seconds` and `start_seconds` are by the clock, the
    latter for each classifier that it loads. After `pictures` it is replaced.
    `niceness` is how much it stands back for the service's other work, `threads`
    how many threads numeric libraries may use. `confined` takes from it, once its
    classifiers are loaded, what no picture needs: see `seccomp`.
    """

    memory: int = 1024 * MEBIBYTE
    cpu_seconds: float = 30.0
    seconds: float = 30.0
    decode_seconds: float = 10.0
    start_seconds: float = 60.0
    pictures: int = 500
    niceness: int = 10
    threads: int = 1
    confined: bool = True

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:
            if name not in {"niceness", "confined"} and getattr(self, name) <= 0:
                message = f"{name} must be more than 0"
                raise ValueError(message)
        if not 0 <= self.niceness <= 19:
            message = "niceness must be 0 to 19"
            raise ValueError(message)
