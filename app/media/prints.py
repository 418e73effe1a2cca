"""A fingerprint of sound: 32 bits for each 64 milliseconds.

Not Chromaprint, and not comparable with it. The method is that of Haitsma and
Kalker, "A Highly Robust Audio Fingerprinting System" (ISMIR 2002): the energies of
33 bands of pitch in overlapping windows, and a bit for each pair of neighbouring
bands, which tells whether their difference grows from one window to the next. What
a codec, a filter or some noise changes is mostly the same in neighbours.
"""

from functools import lru_cache
from typing import Final

import numpy as np

from app.media.arrays import Floats, Samples, Words
from app.media.limits import RATE

MODEL: Final = "bands-1"
STEP: Final = 1024
"""Samples from one window to the next."""
SECONDS: Final = STEP / RATE
"""Seconds that one word of 32 bits stands for."""

_WINDOW: Final = 8192
_BANDS: Final = 33
_LOWEST, _HIGHEST = 300.0, 3000.0
_BLOCK: Final = 256
"""Windows that are transformed at once."""
_QUIET: Final = 1e-4
"""Energy of a band, relative to the loudest possible, that is taken for silence."""


class Printer:
    """Takes samples as they come; each word is made when its windows are full."""

    def __init__(self) -> None:
        self._waiting = np.zeros(0, np.int16)
        self._before: Floats | None = None
        self._words: list[Words] = []

    def feed(self, samples: Samples) -> None:
        """Take the next samples."""
        waiting = np.concatenate([self._waiting, samples])
        while len(waiting) >= _WINDOW:
            count = min(_BLOCK, (len(waiting) - _WINDOW) // STEP + 1)
            self._block(waiting[: _WINDOW + (count - 1) * STEP])
            waiting = waiting[count * STEP :]
        self._waiting = waiting

    def words(self) -> Words:
        """All words so far."""
        return np.concatenate([np.zeros(0, np.uint32), *self._words])

    def _block(self, samples: Samples) -> None:
        energies = _energies(samples)
        if self._before is not None:
            energies = np.vstack([self._before[None], energies])
        self._before = energies[-1]
        self._words.append(_bits(energies))


def words_of(samples: Samples) -> Words:
    """The fingerprint of all samples at once."""
    printer = Printer()
    printer.feed(samples)
    return printer.words()


def _energies(samples: Samples) -> Floats:
    """Of each window the energy in each band."""
    windows = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::STEP]
    shaped = windows.astype(np.float32) * (_hann() / 32768)
    power = np.abs(np.fft.rfft(shaped, axis=1)) ** 2
    edges = _edges()
    bands = np.add.reduceat(power[:, : edges[-1]], edges[:-1], axis=1)
    return np.maximum(bands, _QUIET).astype(np.float32)


def _bits(energies: Floats) -> Words:
    across = np.diff(energies, axis=1)
    grows = np.diff(across, axis=0) > 0
    packed = np.packbits(grows, axis=1)
    return packed.copy().view(">u4")[:, 0].astype(np.uint32)


@lru_cache(maxsize=1)
def _hann() -> Floats:
    return np.hanning(_WINDOW).astype(np.float32)


@lru_cache(maxsize=1)
def _edges() -> tuple[int, ...]:
    """Where each band begins among the frequencies, and where the last one ends."""
    pitches = np.geomspace(_LOWEST, _HIGHEST, _BANDS + 1)
    return tuple(round(pitch * _WINDOW / RATE) for pitch in pitches)
