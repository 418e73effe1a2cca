"""Known sounds, and which of them a sound resembles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.media.arrays import Words
from app.media.prints import SECONDS

BLOCK: Final = 64
"""Words that are compared at once: four seconds."""
HOP: Final = 32
"""Words from one block of a sound to its next."""
SHORTEST: Final = BLOCK + HOP
"""Words of the shortest sound that can be listed, so that a block lies within it."""
_STAGES: Final = ((16, 0.42), (4, 0.38), (1, 1.0))
"""Every so manieth word is compared, then more where the share of bits is lower.

The first stage sees all that is listed, each later one what the one before leaves.
"""
_TELLING: Final = 24
"""Different words in a block; tones, hum and silence have fewer and tell nothing."""
_BITS: Final = 32
_MARGIN: Final = 0.12
"""What chance adds to the share of bits when only few words are compared."""


class KnownSoundError(ValueError):
    """A list of known sounds that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class KnownSound:
    """A listed sound; `label` is WeChat's number, and `words` its fingerprint.

    Raises:
        KnownSoundError: it is too short to be told from others.
    """

    name: str
    list_name: str
    label: int
    words: Words = field(repr=False)
    note: str = ""

    def __post_init__(self) -> None:
        if len(self.words) < SHORTEST:
            seconds = SHORTEST * SECONDS + 0.5
            raise KnownSoundError(f"a sound must last {seconds:.0f} seconds at least")
        if not _blocks(self.words):
            raise KnownSoundError("a sound must be more than silence or a steady tone")


@dataclass(frozen=True, slots=True)
class SoundMatch:
    """A listed sound that was heard from second `start` to `end`.

    `errors` is the share of bits, 0 to 1, in which the nearest blocks differ, and
    `blocks` how many blocks were near.
    """

    sound: KnownSound
    start: float
    end: float
    errors: float
    blocks: int


class SoundList:
    """Known sounds, ready to be searched. Never changes."""

    def __init__(self, sounds: Sequence[KnownSound] = ()) -> None:
        """All of them are searched at once."""
        self.sounds = tuple(sounds)
        self._words = _joined(sound.words for sound in self.sounds)
        ends = np.cumsum([len(sound.words) for sound in self.sounds], dtype=np.int64)
        self._ends = ends
        count = max(0, len(self._words) - BLOCK + 1)
        owners = np.searchsorted(ends, np.arange(count), side="right")
        self._owners = owners
        self._inside = ends[owners] >= np.arange(count) + BLOCK if count else owners > 0

    def search(self, words: Words, *, within: float) -> tuple[SoundMatch, ...]:
        """Each listed sound of which a block differs in less than this share of bits.

        Takes time in proportion to the lengths of both; not for an event loop.
        """
        found: dict[int, SoundMatch] = {}
        if self.sounds:
            for start in _blocks(words):
                for owner, errors in self._near(words[start : start + BLOCK], within):
                    heard = _match(self.sounds[owner], start, errors)
                    found[owner] = _merged(found.get(owner), heard)
        return tuple(found[owner] for owner in sorted(found))

    def _near(self, block: Words, within: float) -> list[tuple[int, float]]:
        rows = np.flatnonzero(self._inside)
        errors = np.zeros(0)
        for step, most in _STAGES:
            errors = self._errors(rows, block, step)
            kept = errors < min(most, within + _MARGIN)
            rows, errors = rows[kept], errors[kept]
        best: dict[int, float] = {}
        for row, share in zip(rows, errors, strict=True):
            owner = int(self._owners[row])
            if share < within:
                best[owner] = min(float(share), best.get(owner, 1.0))
        return list(best.items())

    def _errors(
        self, rows: NDArray[np.int64], block: Words, step: int
    ) -> NDArray[np.float64]:
        """For each row the share of bits in which it differs from a block."""
        differing = np.zeros(len(rows), np.uint16)
        for place in range(0, BLOCK, step):
            listed = self._words[rows + place]
            differing += np.bitwise_count(listed ^ block[place])
        return differing / (_BITS * (BLOCK // step))


def _blocks(words: Words) -> list[int]:
    """Where the blocks begin that tell something."""
    starts = range(0, len(words) - BLOCK + 1, HOP)
    return [at for at in starts if _telling(words[at : at + BLOCK])]


def _telling(block: Words) -> bool:
    return len(np.unique(block)) >= _TELLING


def _joined(parts: Iterable[Words]) -> Words:
    return np.concatenate([np.zeros(0, np.uint32), *parts])


def _match(sound: KnownSound, start: int, errors: float) -> SoundMatch:
    end = (start + BLOCK) * SECONDS
    return SoundMatch(sound, start * SECONDS, end, errors, 1)


def _merged(before: SoundMatch | None, heard: SoundMatch) -> SoundMatch:
    if before is None:
        return heard
    return SoundMatch(
        before.sound,
        before.start,
        heard.end,
        min(before.errors, heard.errors),
        before.blocks + 1,
    )
