"""What one file of sound or video may cost before anything looks at it."""

from dataclasses import dataclass, field
from typing import Final, Self

import orjson

from app.image.limits import MEBIBYTE, WorkerLimits

RATE: Final = 16_000
"""Samples a second of the sound that is listened to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaLimits:
    """Bounds of decoding.

    `size` is in bytes, `pixels` of one moving picture and `tracks` those of the
    file, of any kind: beyond them a file is refused. Of the sound at most
    `sound_seconds` are heard. At most `frames` different stills are taken, not
    closer than `spacing` seconds, and where key frames are further apart than
    `gap` seconds what is between them is decoded, too. A still has at most `side`
    pixels on its longer side. After `seconds` of the processor nothing more is
    decoded, and the file counts as incomplete.
    """

    size: int = 50 * MEBIBYTE
    pixels: int = 9_000_000
    tracks: int = 16
    sound_seconds: float = 1800.0
    frames: int = 32
    spacing: float = 1.0
    gap: float = 4.0
    side: int = 1280
    seconds: float = 60.0

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:
            if getattr(self, name) <= 0:
                message = f"{name} must be more than 0"
                raise ValueError(message)


def _worker() -> WorkerLimits:
    return WorkerLimits(
        memory=768 * MEBIBYTE, cpu_seconds=90.0, seconds=180.0, threads=1
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSetup:
    """All limits of a worker; who starts it fills in `parent`."""

    media: MediaLimits = field(default_factory=MediaLimits)
    worker: WorkerLimits = field(default_factory=_worker)
    parent: int = 0

    def dump(self) -> bytes:
        """As JSON."""
        return orjson.dumps(self)

    @classmethod
    def load(cls, written: bytes) -> Self:
        """Read what `dump` wrote."""
        read = orjson.loads(written)
        return cls(
            media=MediaLimits(**read["media"]),
            worker=WorkerLimits(**read["worker"]),
            parent=read["parent"],
        )
