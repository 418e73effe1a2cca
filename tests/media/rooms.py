"""Rooms for tests, patient ones, and what comes out of them."""

import av
import numpy as np
from numpy.typing import NDArray

from app.image.limits import MEBIBYTE, WorkerLimits
from app.media.contents import Contents
from app.media.limits import MediaLimits, MediaSetup
from app.media.room import Media
from tests.media import made

PATIENT = 60.0
GOOD = made.sound("wav", made.tone(1.0))


def setup(media: MediaLimits | None = None, **worker: float) -> MediaSetup:
    limits = {"memory": 512 * MEBIBYTE, "seconds": PATIENT, "cpu_seconds": PATIENT}
    return MediaSetup(
        media=media or MediaLimits(),
        worker=WorkerLimits(**{**limits, **worker}),  # type: ignore[arg-type]
    )


async def taken_apart(room: Media, data: bytes) -> Contents:
    contents = await room.open(data)
    assert contents is not None
    return contents


def heard(contents: Contents) -> NDArray[np.int16]:
    return np.frombuffer(b"".join(piece.pcm for piece in contents.pieces), "<i2")


def pitch(samples: NDArray[np.int16]) -> float:
    """The loudest frequency."""
    spectrum = np.abs(np.fft.rfft(samples.astype(np.float32)))
    return float(np.argmax(spectrum)) * 16000 / len(samples)


async def works(room: Media) -> None:
    """The next file is taken apart as if nothing had been."""
    contents = await taken_apart(room, GOOD)
    assert abs(pitch(heard(contents)) - 440) < 5
    assert contents.why is None


def samples_of(wave: made.Wave) -> NDArray[np.int16]:
    """A wave of 48000 samples a second as the room hears it."""
    frame = av.AudioFrame.from_ndarray(wave[None], format="flt", layout="mono")
    frame.sample_rate = 48000
    resampler = av.AudioResampler(format="s16", layout="mono", rate=16000)
    parts = [*resampler.resample(frame), *resampler.resample(None)]
    joined: NDArray[np.int16] = np.concatenate([each.to_ndarray()[0] for each in parts])
    return joined
