"""The names of the disguises that a hit had to be freed from."""

import unicodedata
from collections.abc import Iterable
from typing import Final

from app.text.fold import fold_char
from app.text.gaps import Gap
from app.text.tables import homoglyphs

_ENCLOSED: Final = (
    ("\u2460", "\u24ff"),
    ("\u2776", "\u2793"),
    ("\u3200", "\u33ff"),
    ("\U0001f100", "\U0001f2ff"),
)


def _inside(char: str, ranges: Iterable[tuple[str, str]]) -> bool:
    """Whether the character lies in one of the inclusive ranges."""
    return any(low <= char <= high for low, high in ranges)


def _char_fold(char: str) -> str | None:
    """The disguise that one character wears, if any."""
    folded = fold_char(char)
    if not folded or folded == char:
        return None
    if _inside(char, [("\uff01", "\uff5e"), ("\uffe0", "\uffee")]):
        return "width"
    if _inside(char, _ENCLOSED):
        return "enclosed"
    if _inside(char, [("\U0001d400", "\U0001d7ff"), ("\u2100", "\u214f")]):
        return "styled"
    if char in homoglyphs():
        return "homoglyph"
    if char.casefold() == folded:
        return "case"
    if len(unicodedata.normalize("NFD", char)) > 1 and folded.isascii():
        return "accent"
    return "variant"


def _gap_fold(gap: Gap) -> str:
    """The disguise that a gap is."""
    seen = gap.visible
    if gap.inserted:
        return "inserted"
    if not seen:
        marks = all(unicodedata.category(c)[0] == "M" for c in gap.text)
        return "accent" if marks else "zero_width"
    if seen.isspace():
        return "line_break" if "\n" in seen or "\r" in seen else "space"
    emoji = any(unicodedata.category(c) in {"So", "Sk"} for c in seen)
    return "emoji" if emoji else "separator"


def fold_names(chars: str, gaps: Iterable[Gap], *extra: str) -> tuple[str, ...]:
    """Distinct names in a stable order: characters, gaps, then `extra`."""
    names = [name for char in chars if (name := _char_fold(char))]
    names += [_gap_fold(gap) for gap in gaps]
    return tuple(dict.fromkeys([*names, *extra]))
