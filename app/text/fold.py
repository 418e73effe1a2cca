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


_NEAR: Final = 0x20000
"""Code points of the two planes in which people write."""
_UNSEEN: Final = 0xFDD0
"""No character; stands in the list for what is not worked out yet."""
_ODD: Final = re.compile(f"[{chr(_UNSEEN)}{chr(_NEAR)}-\U0010ffff]")
_BLANK: Final[list[int | str | None]] = [_UNSEEN] * _NEAR


class ScanTable:
    """Translates whole texts; each character is worked out when first seen.

    `str.translate` reads a list nearly twice as fast as a dictionary. A text with
    characters that are not in the list takes the slower way.
    """

    def __init__(self, compute: Callable[[str], str]) -> None:
        """Fill lazily with `compute(character)`."""
        self._compute = compute
        self._near = _BLANK
        self._far = CharTable(compute)

    def translate(self, text: str) -> str:
        """Each character as `compute` shows it."""
        shown = text.translate(self._near)
        return shown if _ODD.search(shown) is None else self._learned(text)

    def _learned(self, text: str) -> str:
        """The same for a text with characters that are new or far away."""
        if self._near is _BLANK:
            self._near = _BLANK.copy()
        codes = {ord(char) for char in text}
        if max(codes) >= _NEAR:
            return text.translate(self._far)
        for code in codes:
            if self._near[code] == _UNSEEN:
                self._near[code] = _short(self._compute(chr(code)))
        return text.translate(self._near)


def _short(shown: str) -> int | str | None:
    """What `str.translate` takes fastest: a number, or None for nothing."""
    if len(shown) == 1:
        return ord(shown)
    return shown or None


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
    sizes = _size_table().translate(text)
    origins: list[int] = []
    done = 0
    for match in _ODD_SIZE.finditer(sizes):
        at = match.start()
        origins.extend(range(done, at))
        origins.extend([at] * ord(sizes[at]))
        done = at + 1
    origins.extend(range(done, len(text)))
    return origins
