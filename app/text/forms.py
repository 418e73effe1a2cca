"""The patterns that one term puts into the automaton."""

import re
from collections.abc import Iterator
from enum import IntEnum
from typing import Final

from app.text.leet import leet_pattern
from app.text.pinyin import is_english, term_readings
from app.text.symbols import is_han, outlines, syllables


class Kind(IntEnum):
    """What a pattern stands for; decides in which views it counts."""

    PLAIN = 0
    EXACT = 1
    COLLAPSED = 2
    PINYIN = 3
    INITIALS = 4
    SOUND = 5
    SHAPE = 6
    LEET = 7
    MASKED = 8
    SWAPPED = 9
    SPLIT = 10


_REPEAT: Final = re.compile(r"(.)\1+", re.DOTALL)
_MOST_SWAPPED: Final = 12
"""Longest term whose characters are tried in another order."""


def collapse(text: str) -> str:
    """Runs of one character become one."""
    return text if len(set(text)) == len(text) else _REPEAT.sub("\\1", text)


def standard_forms(folded: str) -> tuple[tuple[str, Kind], ...]:
    """The folded term, and its form without repeats when that differs."""
    short = collapse(folded)
    if len(short) < 2 or short == folded:
        return ((folded, Kind.PLAIN),)
    return ((folded, Kind.PLAIN), (short, Kind.COLLAPSED))


def fuzzy_forms(folded: str) -> Iterator[tuple[str, Kind]]:
    """What `fuzzy` adds to the standard forms."""
    if all(is_han(char) for char in folded):
        yield from _han_forms(folded)
    elif folded.isascii() and folded.isalpha():
        yield from _latin_forms(folded)
    elif any(is_han(char) for char in folded):
        yield from _sound_forms(folded)


def _han_forms(folded: str) -> Iterator[tuple[str, Kind]]:
    """Sound, shape, pinyin, initials and order of a term in Han characters."""
    if len(folded) < 2:
        return
    yield from _sound_forms(folded)
    yield from _spelled_forms(folded)
    shape = "".join(outlines().get(char, char) for char in folded)
    if shape != folded:
        yield shape, Kind.SHAPE
    for swapped in _swaps(folded):
        yield swapped, Kind.SWAPPED


def _sound_forms(folded: str) -> Iterator[tuple[str, Kind]]:
    """The term as sound symbols, for each likely reading."""
    table = syllables()
    for reading in term_readings(folded):
        yield "".join(table.get(part, part) for part in reading), Kind.SOUND


def _spelled_forms(folded: str) -> Iterator[tuple[str, Kind]]:
    """The term in letters: full pinyin, and initials of longer terms."""
    for reading in term_readings(folded):
        for spelled in {"".join(reading), "".join(reading).replace("v", "u")}:
            if not is_english(spelled):
                yield spelled, Kind.PINYIN
        if len(reading) >= 4:
            yield "".join(part[0] for part in reading), Kind.INITIALS


def _swaps(folded: str) -> Iterator[str]:
    """The term backwards, and with each pair of neighbours exchanged."""
    if len(folded) > _MOST_SWAPPED:
        return
    seen = {folded}
    orders = [folded[::-1]]
    if len(folded) > 2:
        orders += [_exchange(folded, i) for i in range(len(folded) - 1)]
    for order in orders:
        if order not in seen:
            seen.add(order)
            yield order


def _exchange(text: str, at: int) -> str:
    """`text` with the characters at `at` and `at + 1` exchanged."""
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _latin_forms(folded: str) -> Iterator[tuple[str, Kind]]:
    """Leetspeak, masked letters and exchanged inner letters of a Latin term."""
    if len(folded) < 3:
        return
    yield leet_pattern(folded), Kind.LEET
    if not 4 <= len(folded) <= _MOST_SWAPPED:
        return
    for at in range(1, len(folded) - 1):
        yield folded[:at] + folded[at + 1 :], Kind.MASKED
        if at < len(folded) - 2:
            yield folded[:at] + folded[at + 2 :], Kind.MASKED
            if folded[at] != folded[at + 1]:
                yield _exchange(folded, at), Kind.SWAPPED
