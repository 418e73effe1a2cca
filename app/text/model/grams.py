"""From texts to hashed n-grams: of characters, of sounds, of Latin words.

An n-gram is known by a 64-bit hash: the top bits are its place in the model's
table, eight of the others tell it from n-grams that the model does not know. The
model file holds no text.
"""

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from app.text.model.reading import has_latin, latin_words, read_all, spoken
from app.text.symbols import sounds

BITS: Final = 19
"""Two to this power are the places of the table."""
CHAR_ORDERS: Final = (1, 2, 3, 4)
SOUND_ORDERS: Final = (2, 3)
SHIFT: Final = np.uint64(64 - BITS)

_WIDTH: Final = len(CHAR_ORDERS)
_START, _END, _PAD = "\x02", "\x03", "\0"
_TAIL: Final = _END + _PAD * (_WIDTH - 1)
_NEAR: Final = 0x20000
_MASK: Final = (1 << 64) - 1

Hashes = NDArray[np.uint64]
Numbers = NDArray[np.int64]


class Grams(NamedTuple):
    """The n-grams of some texts: hashes, the text of each, and all lengths."""

    hashes: Hashes
    text_of: Numbers
    lengths: list[int]


def _odd_numbers(count: int) -> list[int]:
    """Well mixed odd numbers of 64 bits, the same everywhere (splitmix64)."""
    state, made = 0x5EC_C4EC, list[int]()
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) & _MASK
        mixed = state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        made.append((mixed ^ (mixed >> 31)) | 1)
    return made


def _multipliers() -> tuple[Hashes, Hashes]:
    """For each view a matrix that turns a window into one hash for each order."""
    numbers = iter(_odd_numbers(64))
    matrices = []
    for orders in (CHAR_ORDERS, SOUND_ORDERS):
        matrix = np.zeros((_WIDTH, len(orders)), np.uint64)
        for column, order in enumerate(orders):
            for row in range(order):
                matrix[row, column] = next(numbers)
        matrices.append(matrix)
    return matrices[0], matrices[1]


_CHARS, _SOUNDS = _multipliers()
_WORDS: Final = np.uint64(_odd_numbers(65)[64])
_TWO_WORDS: Final = 1 << 40
"""Added to the number of a pair of words, so that no single word is one."""


@cache
def _sound_of() -> NDArray[np.uint64]:
    """For each near code point the number of its sound, or its own."""
    numbers = np.arange(_NEAR, dtype=np.uint64)
    for char, symbol in sounds().items():
        if ord(char) < _NEAR:
            numbers[ord(char)] = ord(symbol)
    return numbers


def _codes(text: str) -> Hashes:
    encoded = text.encode("utf-32-le", "surrogatepass")
    return np.frombuffer(encoded, np.uint32).astype(np.uint64)


def _windows(codes: Hashes, count: int) -> Hashes:
    """Every stretch of four code points, without copying."""
    return np.ndarray((count, _WIDTH), np.uint64, codes, 0, (8, 8))


def _spoken_codes(text: str) -> Hashes:
    return _heard(_codes(text))


def _heard(codes: Hashes) -> Hashes:
    """Characters far away all sound like the last of the table."""
    return _sound_of().take(codes.view(np.int64), mode="clip")


def hashes_of(shown: str) -> Hashes:
    """All n-grams of one text that was read."""
    codes = _codes(f"{_START}{shown}{_TAIL}")
    count = len(shown) + 1
    parts = [np.dot(_windows(codes, count), _CHARS).ravel()]
    if has_latin(shown) is not None:
        parts.append(np.array(word_numbers(shown), np.uint64) * _WORDS)
        heard = spoken(shown)
        if heard != shown:
            codes, count = _codes(f"{_START}{heard}{_TAIL}"), len(heard) + 1
    parts.insert(1, np.dot(_windows(_heard(codes), count), _SOUNDS).ravel())
    return np.concatenate(parts)


def word_numbers(shown: str) -> list[int]:
    """A number for each Latin word, then one for each pair of neighbours."""
    words = latin_words(shown)
    return [crc32(word.encode()) for word in words] + [
        _TWO_WORDS + crc32(f"{one} {two}".encode()) for one, two in pairwise(words)
    ]


def grams_of_all(texts: Sequence[str]) -> Grams:
    """The n-grams of many texts."""
    shown = read_all(texts)
    heard, numbers, places = list(shown), list[int](), list[int]()
    for at, text in enumerate(shown):
        if has_latin(text) is not None:
            heard[at] = spoken(text)
            own = word_numbers(text)
            numbers += own
            places += [at] * len(own)
    views = [_laid_out(shown, _codes, _CHARS), _laid_out(heard, _spoken_codes, _SOUNDS)]
    if numbers:
        hashed = np.array(numbers, np.uint64) * _WORDS
        views.append((hashed, np.array(places, np.int64)))
    return Grams(
        np.concatenate([hashes for hashes, _ in views]),
        np.concatenate([text_of for _, text_of in views]),
        list(map(len, shown)),
    )


def _laid_out(
    texts: list[str], codes_of: Callable[[str], Hashes], multipliers: Hashes
) -> tuple[Hashes, Numbers]:
    """One view of many texts side by side: hashes, and the text of each."""
    codes = codes_of("".join([f"{_START}{text}{_TAIL}" for text in texts]))
    counts = np.array(list(map(len, texts)), np.int64) + 1
    starts = np.ones(len(codes), np.bool_)
    ends = np.cumsum(counts + len(_TAIL))
    for back in range(1, len(_TAIL) + 1):
        starts[ends - back] = False
    windows = _windows(codes, len(codes) - _WIDTH + 1)
    hashes = np.dot(windows[starts[: len(windows)]], multipliers)
    orders = multipliers.shape[1]
    text_of = np.repeat(np.arange(len(texts)), counts * orders)
    return hashes.ravel(), text_of
