"""Lists of known sounds: a file of fingerprints, and what of it a sound resembles.

The file is a header, a digest over all that follows, a table in JSON with one entry
for each sound, and the words of all fingerprints one after the other.
"""

import hashlib
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

import numpy as np
import orjson

from app.media.arrays import Words
from app.media.prints import SECONDS

BLOCK: Final = 64
"""Words that are compared at once: four seconds."""
HOP: Final = 32
"""Words from one block of a sound to its next."""
SHORTEST: Final = BLOCK + HOP
"""Words of the shortest sound that can be listed, so that a block lies within it."""
_COARSE: Final = 4
"""Every so manieth word is compared with all that is listed, the rest with few."""
_LIKELY: Final = 0.38
_TELLING: Final = 24
"""Different words in a block; tones, hum and silence have fewer and tell nothing."""
_BITS: Final = 32
_MAGIC: Final = b"seccheck sound\x00\x01"
_SIZE: Final = struct.Struct("<Q")
_DIGEST: Final = hashlib.sha256().digest_size
_START: Final = len(_MAGIC) + _DIGEST + _SIZE.size
_DAMAGED: Final = "the file of known sounds is damaged"


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
        count = len(self._owners)
        differing = np.zeros(count, np.uint16)
        places = range(0, BLOCK, _COARSE)
        for place in places:
            differing += np.bitwise_count(
                self._words[place : place + count] ^ block[place]
            )
        likely = self._inside & (differing < _LIKELY * _BITS * len(places))
        best: dict[int, float] = {}
        for at in np.flatnonzero(likely):
            bits = np.bitwise_count(self._words[at : at + BLOCK] ^ block).sum()
            errors, owner = float(bits) / (_BITS * BLOCK), int(self._owners[at])
            if errors < within:
                best[owner] = min(errors, best.get(owner, 1.0))
        return list(best.items())

    def dump(self) -> bytes:
        """As a file."""
        table = [
            {
                "name": sound.name,
                "list": sound.list_name,
                "label": sound.label,
                "note": sound.note,
                "words": len(sound.words),
            }
            for sound in self.sounds
        ]
        written = orjson.dumps(table)
        body = _SIZE.pack(len(written)) + written + self._words.astype("<u4").tobytes()
        return _MAGIC + hashlib.sha256(body).digest() + body

    @classmethod
    def load(cls, content: bytes) -> Self:
        """Read what `dump` wrote.

        Raises:
            KnownSoundError: it is damaged, or of another kind.
        """
        if len(content) < _START or not content.startswith(_MAGIC):
            message = "this is no file of known sounds, or of another version"
            raise KnownSoundError(message)
        body = content[len(_MAGIC) + _DIGEST :]
        if hashlib.sha256(body).digest() != content[len(_MAGIC) :][:_DIGEST]:
            raise KnownSoundError(_DAMAGED)
        (size,) = _SIZE.unpack(body[: _SIZE.size])
        try:
            table = orjson.loads(body[_SIZE.size : _SIZE.size + size])
            words = np.frombuffer(body[_SIZE.size + size :], "<u4").astype(np.uint32)
            return cls(_sounds(table, words))
        except (ValueError, KeyError, TypeError):
            raise KnownSoundError(_DAMAGED) from None

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read a file.

        Raises:
            KnownSoundError: it cannot be read, or is damaged.
        """
        try:
            content = path.read_bytes()
        except OSError as error:
            message = f"the file of known sounds cannot be read: {error.strerror}"
            raise KnownSoundError(message) from None
        return cls.load(content)


def _sounds(table: Iterable[dict[str, object]], words: Words) -> list[KnownSound]:
    sounds, at = [], 0
    for row in table:
        length, label = row["words"], row["label"]
        if not isinstance(length, int) or not isinstance(label, int):
            raise TypeError
        part = words[at : at + length]
        name, list_name, note = (str(row[key]) for key in ("name", "list", "note"))
        sounds.append(KnownSound(name, list_name, label, part, note))
        at += length
    if at != len(words):
        raise ValueError
    return sounds


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
