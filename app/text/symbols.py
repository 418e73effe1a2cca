"""The private alphabet of the haystack.

One automaton scans several views of a text in one pass. Views that speak of
sounds and shapes use private-use characters, so that their patterns can never
match elsewhere. Folding removes such characters from user text, and the only
view that keeps them is told apart by its position.
"""

from functools import cache
from typing import Final

from app.text.tables import readings, shapes

SEPARATOR: Final = "\ufffe"
"""Between two views; stands in no pattern."""
OTHER: Final = "\uffff"
"""In place of every character that stands in no pattern."""
BETWEEN_TEXTS: Final = "\u1a20"
"""Joins the texts of a batch; shown as `SEPARATOR` to the automaton.

A letter that no list of ours knows; a text that holds it is checked by itself.
"""
SENTINEL: Final = "\U0010fffd"
"""Second character of the patterns that only order the automaton's root."""

_SOUND_BASE: Final = 0xE000
_SHAPE_BASE: Final = 0xE400
_LEET_BASE: Final = 0xF800


def _heard(syllable: str) -> str:
    """Syllables that many speakers do not tell apart (in/ing, en/eng) as one."""
    return syllable[:-1] if syllable.endswith(("ing", "eng")) else syllable


@cache
def syllables() -> dict[str, str]:
    """Each toneless syllable to its symbol; those heard alike share one."""
    known = sorted({reading for row in readings().values() for reading in row})
    heard = {sound: i for i, sound in enumerate(sorted(set(map(_heard, known))))}
    return {syllable: chr(_SOUND_BASE + heard[_heard(syllable)]) for syllable in known}


@cache
def sounds() -> dict[str, str]:
    """Each Han character to the symbol of its commonest reading."""
    symbol = syllables()
    return {char: symbol[row[0]] for char, row in readings().items()}


@cache
def outlines() -> dict[str, str]:
    """Each Han character that has look-alikes to the symbol of its class."""
    classes = {name: i for i, name in enumerate(sorted(set(shapes().values())))}
    return {char: chr(_SHAPE_BASE + classes[name]) for char, name in shapes().items()}


def leet_symbol(letter: str) -> str:
    """The symbol of an ASCII letter in the leetspeak view."""
    return chr(_LEET_BASE + ord(letter) - ord("a"))


def is_han(char: str) -> bool:
    """Whether this is a Han character."""
    return (
        "\u4e00" <= char <= "\u9fff"
        or "\u3400" <= char <= "\u4dbf"
        or "\U00020000" <= char <= "\U0003ffff"
    )


def is_latin(char: str) -> bool:
    """Whether this folded character is an ASCII letter or digit."""
    return char.isascii() and char.isalnum()
