"""The engine's character tables read backwards: what may stand for a character."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from string import ascii_lowercase

from app.text.symbols import is_han
from app.text.tables import (
    common_characters,
    homoglyphs,
    readings,
    shapes,
    variants,
)

_COMMON = 3500
"""Characters that most readers know (the first level of the standard of 2013)."""
_MOST_SOUNDS = 12
_MOST_SHAPES = 4
_SCRIPTS = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")


@cache
def traditional() -> dict[str, list[str]]:
    """Simplified characters to traditional forms, as Big5 has them."""
    table: defaultdict[str, list[str]] = defaultdict(list)
    for form, plain in variants().items():
        if is_han(form) and _in_big5(form) and not _in_big5(plain):
            table[plain].append(form)
    return dict(table)


@cache
def same_sound() -> dict[str, list[str]]:
    """Characters to the commonest others of the same reading."""
    heard: defaultdict[str, list[str]] = defaultdict(list)
    for char in common_characters()[:_COMMON]:
        if char in readings():
            heard[readings()[char][0]].append(char)
    return _others(
        (char, heard.get(row[0], ())[:_MOST_SOUNDS]) for char, row in readings().items()
    )


@cache
def look_alikes() -> dict[str, list[str]]:
    """Characters to the commonest others of their class of shapes."""
    rank = {char: i for i, char in enumerate(common_characters())}
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for char in sorted(shapes(), key=lambda c: (rank.get(c, len(rank)), c)):
        alike[shapes()[char]].append(char)
    return _others(
        (char, alike[name][: _MOST_SHAPES + 1]) for char, name in shapes().items()
    )


@cache
def foreign_letters() -> dict[str, list[str]]:
    """ASCII letters to letters of other scripts drawn like them, of either case."""
    table: defaultdict[str, list[str]] = defaultdict(list)
    for char, letter in homoglyphs().items():
        script = unicodedata.name(char, "").split(" ")[0]
        if letter in ascii_lowercase and script in _SCRIPTS and char.isalpha():
            table[letter.upper() if char.isupper() else letter].append(char)
    return dict(table)


def _in_big5(char: str) -> bool:
    try:
        char.encode("big5")
    except UnicodeEncodeError:
        return False
    return True


def _others(rows: Iterable[tuple[str, Iterable[str]]]) -> dict[str, list[str]]:
    """Each character to the listed ones without itself; none without any."""
    others = ((char, [c for c in listed if c != char]) for char, listed in rows)
    return {char: listed for char, listed in others if listed}
