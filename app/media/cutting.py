"""Cutting sound into parts that a recogniser takes, where it is quiet."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from app.media.arrays import Samples
from app.media.contents import Piece
from app.media.limits import RATE

_TICK: Final = RATE // 20
"""Samples of one moment: 50 milliseconds."""
_SEARCHED: Final = 0.4
"""The last share of a part in which the quietest moment is looked for."""
SILENT: Final = 8
"""Samples that never leave this range, of 32768, hold no speech: about -72 dB."""
_JOINED: Final = 0.1
"""Seconds by which pieces of the same stretch may be apart."""


def is_silent(pieces: Sequence[Piece]) -> bool:
    """Whether there is nothing to be heard at all."""
    return all(_loudest(_samples(piece.pcm)) <= SILENT for piece in pieces)


def parts(pieces: Sequence[Piece], longest: float) -> Iterator[Piece]:
    """Parts of at most so many seconds, in order; silent ones are left out."""
    for start, samples in _stretches(pieces):
        at, most = 0, int(longest * RATE)
        while at < len(samples):
            end = _end(samples, at, most)
            part = samples[at:end]
            if _loudest(part) > SILENT:
                yield Piece(start + at / RATE, part.tobytes())
            at = end


def _stretches(pieces: Sequence[Piece]) -> Iterator[tuple[float, Samples]]:
    """Pieces that follow each other directly are one stretch."""
    held: list[Piece] = []
    for piece in pieces:
        if held and abs(piece.start - held[-1].end) > _JOINED:
            yield _stretch(held)
            held = []
        held.append(piece)
    if held:
        yield _stretch(held)


def _stretch(pieces: Sequence[Piece]) -> tuple[float, Samples]:
    return pieces[0].start, _samples(b"".join(piece.pcm for piece in pieces))


def _end(samples: Samples, at: int, most: int) -> int:
    """Where a part that begins here ends: at the end, or in the quietest moment."""
    if len(samples) - at <= most:
        return len(samples)
    first = at + int(most * (1 - _SEARCHED))
    count = max(1, (at + most - first) // _TICK)
    ticks = samples[first : first + count * _TICK].reshape(count, -1)
    quietest = int((ticks.astype(np.float32) ** 2).mean(axis=1).argmin())
    return first + quietest * _TICK + _TICK // 2


def _samples(pcm: bytes) -> Samples:
    return np.frombuffer(pcm, "<i2").astype(np.int16, copy=False)


def _loudest(samples: Samples) -> int:
    return max(int(samples.max()), -int(samples.min())) if len(samples) else 0
