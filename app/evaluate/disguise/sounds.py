"""Disguises that write sounds in letters."""

import re
from random import Random
from typing import Final

from app.evaluate.disguise.picking import replaced, some
from app.text.symbols import is_han
from app.text.tables import readings

_WORD: Final = 4
"""Han characters that are spelled together at most: about two words."""
_RUN: Final = re.compile(r"[\u3400-\u9fff]+")


def pinyin(text: str, rng: Random, share: float) -> str:
    """Groups of characters as pinyin without tones: banjiazheng."""
    return _grouped(text, rng, share, letters=6)


def initials(text: str, rng: Random, share: float) -> str:
    """Groups of characters as the first letters of their sounds: bjz."""
    return _grouped(text, rng, share, letters=1)


def mixed_pinyin(text: str, rng: Random, share: float) -> str:
    """Single characters as pinyin among the others: 办jia证; never two in a row."""
    places = [i for i, char in enumerate(text) if is_han(char) and char in readings()]
    wanted = some(places, rng, share)
    rng.shuffle(wanted)
    changes: dict[int, str] = {}
    for i in wanted:
        lonely = not (i and is_han(text[i - 1])) and not is_han(text[i + 1 : i + 2])
        if i - 1 in changes or i + 1 in changes or lonely:
            continue
        changes[i] = readings()[text[i]][0]
    return replaced(text, changes)


def _grouped(text: str, rng: Random, share: float, *, letters: int) -> str:
    """Spell groups of Han characters with so many letters for each at most."""
    groups = [group for run in _RUN.finditer(text) for group in _cut(*run.span())]
    known = [g for g in groups if all(c in readings() for c in text[g[0] : g[1]])]
    changes: dict[int, str] = {}
    for start, end in some(known, rng, share):
        for i in range(start, end):
            changes[i] = readings()[text[i]][0][:letters]
    return replaced(text, changes)


def _cut(start: int, end: int) -> list[tuple[int, int]]:
    """A run in groups of equal size, so that no character is left alone."""
    count = -(-(end - start) // _WORD)
    size = -(-(end - start) // count)
    return [(at, min(at + size, end)) for at in range(start, end, size)]
