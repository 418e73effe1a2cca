"""The sound track as one channel of 16000 samples a second, piece by piece."""

from collections.abc import Iterator
from typing import Final

import av
import numpy as np

from app.media.arrays import Samples
from app.media.budget import Budget
from app.media.limits import RATE, MediaLimits
from app.media.opening import Opened
from app.media.packets import decoded, packets

PIECE: Final = 30 * RATE
"""Samples of one piece at most."""
_JUMP: Final = 0.5
"""Seconds of a gap in the file's own clock that begin a new piece."""
_CANCELLED: Final = 0.1
"""Mixed sound that is so much weaker than a channel was made to cancel out."""
_STEREO: Final = 2


class Ear:
    """Hears a file once; `end` is how many seconds into the file it came."""

    def __init__(self, opened: Opened, limits: MediaLimits, budget: Budget) -> None:
        """Nothing is read before `pieces`."""
        self._opened = opened
        self._budget = budget
        self._left = int(limits.sound_seconds * RATE)
        self.end = 0.0

    def pieces(self) -> Iterator[tuple[float, Samples]]:
        """Second of the beginning, and the samples; silence of the file included."""
        start, held, size = 0.0, list[Samples](), 0
        for at, samples in self._runs():
            expected = start + size / RATE
            if held and (abs(at - expected) > _JUMP or size + len(samples) > PIECE):
                yield start, np.concatenate(held)
                held, size = [], 0
            if not held:
                start = at
            held.append(samples)
            size += len(samples)
            self.end = start + size / RATE
        if held:
            yield start, np.concatenate(held)

    def _runs(self) -> Iterator[tuple[float, Samples]]:
        """Short runs of samples with their seconds, until there is enough."""
        resampler, shape, at = None, None, 0.0
        for frame in self._frames():
            if (seen := _shape(frame)) != shape:
                resampler, shape = _resampler(), seen
            told = self._opened.second(frame.pts, self._opened.sound)
            at = at if told is None else told
            frame.pts = None  # the resampler would fill gaps up
            assert resampler is not None  # noqa: S101 - made for the first frame
            for made in resampler.resample(frame):
                samples = _mixed(made)[: self._left]
                self._left -= len(samples)
                yield at, samples
                at += len(samples) / RATE
            if self._left <= 0:
                self._budget.stop("only the first part of the sound was heard")
                return

    def _frames(self) -> Iterator[av.AudioFrame]:
        track = self._opened.sound
        assert track is not None  # noqa: S101 - the caller has looked
        for packet in packets(self._opened.file, track, self._budget):
            for frame in decoded(packet, self._budget):
                if isinstance(frame, av.AudioFrame) and frame.samples:
                    yield frame


def _shape(frame: av.AudioFrame) -> tuple[str, str, int]:
    return frame.format.name, frame.layout.name, frame.sample_rate


def _resampler() -> av.AudioResampler:
    return av.AudioResampler(format="s16", layout="stereo", rate=RATE)


def _mixed(frame: av.AudioFrame) -> Samples:
    """Both channels as one, or the louder one where they cancel each other out."""
    both = frame.to_ndarray().reshape(-1, _STEREO).astype(np.float32)
    mixed = both.mean(axis=1)
    loudness = np.sqrt((both**2).mean(axis=0)) if len(both) else np.zeros(_STEREO)
    if loudness.max() * _CANCELLED > np.sqrt((mixed**2).mean()):
        mixed = both[:, int(loudness.argmax())]
    rounded: Samples = np.clip(np.round(mixed), -32768, 32767).astype(np.int16)
    return rounded
