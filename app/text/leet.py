"""Letters written as digits, signs and other letters."""

from typing import Final

from app.text.fold import CharTable, fold_char
from app.text.symbols import OTHER, leet_symbol

# One symbol for letters that one sign can stand for (1 is i or l), so that a
# single view covers every reading.
_SAME: Final = {"l": "i", "v": "u"}

SIGNS: Final = {
    "0": "o",
    "1": "i",
    "2": "z",
    "3": "e",
    "4": "a",
    "5": "s",
    "6": "g",
    "7": "t",
    "8": "b",
    "9": "g",
    "@": "a",
    "$": "s",
    "!": "i",
    "|": "i",
    "+": "t",
    "€": "e",
    "£": "l",
    "¢": "c",
    "¥": "y",
    "(": "c",
    "<": "c",
}
"""What each digit or sign is read as."""


def leet_letter(char: str) -> str:
    """The symbol of a letter or sign in the leetspeak view ("" for none)."""
    letter = SIGNS.get(char, char)
    if not (letter.isascii() and letter.isalpha()):
        return ""
    return leet_symbol(_SAME.get(letter, letter))


def leet_pattern(folded: str) -> str:
    """A Latin term in the alphabet of the leetspeak view (ph counts as f)."""
    return "".join(leet_letter(char) for char in folded.replace("ph", "f"))


def _leet_char(char: str) -> str:
    """Letters, digits and signs to the leet alphabet; marks vanish."""
    if char.isascii() or char in "€£¢¥":
        symbol = leet_letter(char.lower())
        return symbol or OTHER
    folded = fold_char(char)
    if folded:
        return "".join(leet_letter(c) or OTHER for c in folded)
    return "" if not char.isprintable() else OTHER


LEET_TABLE: Final = CharTable(_leet_char)
"""The original text to the leet alphabet."""
PH: Final = leet_symbol("p") + leet_symbol("h")
F: Final = leet_pattern("f")
