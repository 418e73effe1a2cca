"""Sounds of terms, and Latin letters read as pinyin."""

from functools import cache, lru_cache
from itertools import islice, product
from typing import Final

from app.text.symbols import is_han, syllables
from app.text.tables import readings

_MOST_READINGS: Final = 4
"""Combinations of readings that are listed for one term."""
_LONGEST: Final = 6
"""Letters of the longest syllable (zhuang, chuang, shuang)."""

_ENGLISH: Final = frozenset(
    [
        "a",
        "an",
        "bang",
        "bingo",
        "cache",
        "can",
        "change",
        "china",
        "dance",
        "dang",
        "danger",
        "dude",
        "fan",
        "fang",
        "game",
        "gang",
        "guide",
        "hang",
        "he",
        "hen",
        "home",
        "huge",
        "human",
        "image",
        "language",
        "like",
        "long",
        "make",
        "mama",
        "man",
        "manga",
        "mango",
        "mature",
        "media",
        "men",
        "mode",
        "name",
        "nice",
        "nike",
        "pang",
        "pants",
        "piano",
        "pin",
        "ping",
        "pipe",
        "range",
        "rule",
        "same",
        "sang",
        "sense",
        "she",
        "shine",
        "side",
        "size",
        "song",
        "take",
        "taken",
        "tang",
        "tape",
        "tube",
        "wake",
        "wang",
        "wife",
        "wine",
        "woman",
        "women",
        "you",
    ]
)
"""English words that are also pinyin; never read as a disguised term."""


@cache
def spellings() -> frozenset[str]:
    """Every syllable as it is typed; ü as v or as u."""
    plain = set(syllables())
    return frozenset(plain | {s.replace("v", "u") for s in plain})


def symbol_of(syllable: str) -> str:
    """The sound symbol of a typed syllable ("" when it is none)."""
    table = syllables()
    return table.get(syllable) or table.get(syllable.replace("u", "v"), "")


def term_readings(term: str) -> list[tuple[str, ...]]:
    """The likely readings of a term, one syllable or letter for each character.

    Empty when a character has no known reading.
    """
    options: list[tuple[str, ...]] = []
    for char in term:
        row = readings().get(char) if is_han(char) else (char,)
        if row is None:
            return []
        options.append(row[:2])
    return list(islice(product(*options), _MOST_READINGS))


@lru_cache(maxsize=4096)
def parse(run: str) -> tuple[str, ...] | None:
    """Split a run of letters completely into syllables, long ones first.

    The empty run gives no syllables; a run that is not pinyin gives None.
    """
    known = spellings()
    # Sizes of the first syllable of a complete split of run[i:], from behind.
    first = [0] * len(run) + [1]
    for at in range(len(run) - 1, -1, -1):
        for size in range(min(_LONGEST, len(run) - at), 0, -1):
            if first[at + size] and run[at : at + size] in known:
                first[at] = size
                break
    if not first[0]:
        return None
    parts: list[str] = []
    at = 0
    while at < len(run):
        parts.append(run[at : at + first[at]])
        at += first[at]
    return tuple(parts)


@lru_cache(maxsize=64)
def syllable_borders(run: str) -> tuple[list[bool], list[bool]]:
    """For each position of a run whether all before it, and all behind, is pinyin."""
    known, size = spellings(), len(run)
    before, behind = [True] + [False] * size, [False] * size + [True]
    for end in range(1, size + 1):
        before[end] = any(
            before[start] and run[start:end] in known
            for start in range(max(0, end - _LONGEST), end)
        )
    for start in range(size - 1, -1, -1):
        behind[start] = any(
            behind[end] and run[start:end] in known
            for end in range(start + 1, min(size, start + _LONGEST) + 1)
        )
    return before, behind


def is_english(word: str) -> bool:
    """Whether this pinyin is also an everyday English word."""
    return word in _ENGLISH
