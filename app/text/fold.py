"""Each character to its canonical form: the first step of every match.

Case, width, styled and enclosed letters, look-alike letters of other scripts,
accents, traditional and variant characters are undone; separators, emoji,
control and zero-width characters vanish. The mapping is per character, so the
way back to the original is a list of offsets, built only when something hit.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Final

from app.text.tables import homoglyphs, variants

_CACHE_LIMIT: Final = 200_000
"""Cached code points at most; beyond it (hostile text) nothing is remembered."""

_FILLERS: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Letters or symbols by category that draw nothing."""


class CharTable(dict[int, str]):
    """A `str.translate` table that computes each code point when first seen."""

    def __init__(self, compute: Callable[[str], str]) -> None:
        """Fill lazily with `compute(character)`."""
        super().__init__()
        self._compute = compute

    def __missing__(self, code: int) -> str:
        """Compute and, within the limit, remember one code point."""
        value = self._compute(chr(code))
        if len(self) < _CACHE_LIMIT:
            self[code] = value
        return value


_DECORATION: Final = frozenset(
    "\U0001f201\U0001f202\U0001f21a\U0001f22f\U0001f250\U0001f251"
) | frozenset(map(chr, range(0x1F232, 0x1F23B)))
"""Squared ideographs that are emoji: used between words, not as letters."""


class ScanTable(dict[int, int | str]):
    """As `CharTable`, but single characters are kept as numbers.

    `str.translate` takes numbers faster; nobody else reads these tables.
    """

    def __init__(self, compute: Callable[[str], str]) -> None:
        """Fill lazily with `compute(character)`."""
        super().__init__()
        self._compute = compute

    def __missing__(self, code: int) -> int | str:
        """Compute and, within the limit, remember one code point."""
        shown = self._compute(chr(code))
        value = ord(shown) if len(shown) == 1 else shown
        if len(self) < _CACHE_LIMIT:
            self[code] = value
        return value


def _kept(char: str) -> bool:
    """Letters and numbers count, everything else is a separator."""
    return unicodedata.category(char)[0] in "LN" and char not in _FILLERS


def _digit(char: str) -> str:
    """Decimal digits of any script as ASCII."""
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)


def _strip_marks(text: str) -> str:
    """Drop accents and overlays, keeping Hangul and the like composed."""
    apart = unicodedata.normalize("NFD", text)
    bare = "".join(c for c in apart if unicodedata.category(c)[0] != "M")
    return unicodedata.normalize("NFC", bare)


def _substitute(text: str) -> str:
    """Look-alike letters and variant characters, one table each."""
    glyphs, forms = homoglyphs(), variants()
    return "".join(glyphs.get(c) or forms.get(c, c) for c in text)


def fold_char(char: str) -> str:
    """The canonical form of one character: zero, one or a few characters."""
    return fold_table()[ord(char)]


def _canonical(char: str) -> str:
    """Work the canonical form of a character out."""
    if char in _DECORATION:
        return ""
    direct = homoglyphs().get(char)
    if direct is not None:
        return direct
    plain = unicodedata.normalize("NFKC", char).casefold()
    plain = _substitute(_strip_marks(_substitute(plain)))
    return "".join(_digit(c) for c in plain if _kept(c))


@cache
def fold_table() -> CharTable:
    """The one table that folds text, terms and exempt phrases alike."""
    return CharTable(_canonical)


def fold(text: str) -> str:
    """The canonical form of a text; never fails, on any code points."""
    return text.translate(fold_table())


def fold_term(term: str) -> str:
    """The canonical form of a term; empty when nothing countable remains."""
    return fold(term)


@cache
def _size_table() -> ScanTable:
    """Each character to the character whose number is the length of its fold."""
    table = fold_table()
    return ScanTable(lambda char: chr(len(table[ord(char)])))


_ODD_SIZE: Final = re.compile("[^\x01]")


def fold_origins(text: str) -> list[int]:
    """For each character of `fold(text)` the index of its source in `text`.

    Only the few characters that vanish or grow cost more than a range.
    """
    sizes = text.translate(_size_table())
    origins: list[int] = []
    done = 0
    for match in _ODD_SIZE.finditer(sizes):
        at = match.start()
        origins.extend(range(done, at))
        origins.extend([at] * ord(sizes[at]))
        done = at + 1
    origins.extend(range(done, len(text)))
    return origins
