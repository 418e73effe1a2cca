"""Disguises of Latin letters and digits: the same letter in another dress."""

from collections.abc import Mapping
from functools import cache
from random import Random
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits
from typing import Final

from app.evaluate.disguise.picking import replaced, some
from app.evaluate.disguise.tables import foreign_letters
from app.text.leet import SIGNS
from app.text.symbols import is_han

_STYLES: Final = (0x1D400, 0x1D468, 0x1D4D0, 0x1D56C, 0x1D5D4, 0x1D63C, 0x1D670)
"""Where the capital A stands in alphabets without holes: bold, bold italic, bold
script, bold Fraktur, sans bold, sans bold italic, monospace (Unicode 15, block
Mathematical Alphanumeric Symbols)."""
_MARKS: Final = "\u0301\u0300\u0308\u0302\u0303\u0336\u0323"
_OVERLAYS: Final = "\u0336\u20e0\u0337"
"""Strokes that are drawn over Han characters as well."""


def full_width(text: str, rng: Random, share: float) -> str:
    """Letters, digits and signs in full width: ａｂｃ."""
    places = [i for i, char in enumerate(text) if "!" <= char <= "~"]
    picked = some(places, rng, share)
    return replaced(text, {i: chr(ord(text[i]) + 0xFEE0) for i in picked})


def circled(text: str, rng: Random, share: float) -> str:
    """Letters and digits in circles: ⓐⓑ①."""
    return _mapped(text, rng, share, _circles())


def mathematical(text: str, rng: Random, share: float) -> str:
    """Letters of one styled alphabet: 𝐚𝐛𝐜."""
    return _mapped(text, rng, share, _styled(rng.choice(_STYLES)))


def homoglyph(text: str, rng: Random, share: float) -> str:
    """Letters of other scripts that look alike: аbс."""
    table = foreign_letters()
    places = [i for i, char in enumerate(text) if char in table]
    picked = some(places, rng, share)
    return replaced(text, {i: rng.choice(table[text[i]]) for i in picked})


def accent(text: str, rng: Random, share: float) -> str:
    """Accents on letters, strokes through Han characters."""
    places = [i for i, c in enumerate(text) if c in ascii_letters or is_han(c)]
    changes: dict[int, str] = {}
    for i in some(places, rng, share):
        marks = _OVERLAYS if is_han(text[i]) else _MARKS
        changes[i] = text[i] + rng.choice(marks)
    return replaced(text, changes)


def leet(text: str, rng: Random, share: float) -> str:
    """Digits and signs for letters inside words: p0rn."""
    table = _signs()
    places = [i for i, c in enumerate(text) if c in table and _in_word(text, i)]
    picked = some(places, rng, share)
    return replaced(text, {i: rng.choice(table[text[i]]) for i in picked})


def _in_word(text: str, at: int) -> bool:
    """Whether another letter stands beside; a lone letter would be unreadable."""
    around = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
    return any(char in ascii_letters for char in around)


def _mapped(text: str, rng: Random, share: float, table: Mapping[str, str]) -> str:
    places = [i for i, char in enumerate(text) if char in table]
    picked = some(places, rng, share)
    return replaced(text, {i: table[text[i]] for i in picked})


@cache
def _circles() -> dict[str, str]:
    letters = {c: chr(0x24B6 + i) for i, c in enumerate(ascii_uppercase)}
    letters |= {c: chr(0x24D0 + i) for i, c in enumerate(ascii_lowercase)}
    return letters | {c: chr(0x245F + int(c)) if c != "0" else "⓪" for c in digits}


@cache
def _styled(first: int) -> dict[str, str]:
    letters = ascii_uppercase + ascii_lowercase
    return {char: chr(first + i) for i, char in enumerate(letters)}


@cache
def _signs() -> dict[str, list[str]]:
    """Each letter to the digits and signs that are read as it."""
    table: dict[str, list[str]] = {}
    for sign, letter in SIGNS.items():
        for char in (letter, letter.upper()):
            table.setdefault(char, []).append(sign)
    return table
