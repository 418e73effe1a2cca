"""Write ``homoglyphs.tsv``: characters -> the ASCII letters or digits they imitate.

Three sources: hand-written look-alikes, names in the Unicode database (negative
circled, regional indicator, small capital ...), and characters that NFKC turns into
one of those.
"""

from __future__ import annotations

import re
import string
import sys
import unicodedata

from tools.tables import common

_ASCII = frozenset(string.ascii_lowercase + string.digits)
_MANNERS = (
    "(?:SMALL CAPITAL|TURNED|REVERSED|SIDEWAYS|SCRIPT|INSULAR|BROKEN|BLACKLETTER|LENIS"
    "|MIDDLE-WELSH|TAILLESS|DOTLESS|BARRED|STRETCHED|HALF|CAPITAL)"
)
_LETTER_NAMES = tuple(
    re.compile(pattern)
    for pattern in (
        r"LATIN (?:CAPITAL|SMALL|SMALL CAPITAL) LETTER ([A-Z])(?: WITH .+)?$",
        r"LATIN LETTER SMALL CAPITAL (?:TURNED |REVERSED |INVERTED |BARRED )?([A-Z])$",
        rf"LATIN (?:CAPITAL|SMALL) LETTER (?:{_MANNERS} )+([A-Z])(?: WITH .+)?$",
        r"(?:CROSSED )?NEGATIVE (?:CIRCLED|SQUARED) LATIN CAPITAL LETTER ([A-Z])$",
        r"REGIONAL INDICATOR SYMBOL LETTER ([A-Z])$",
        r"TAG LATIN (?:CAPITAL|SMALL) LETTER ([A-Z])$",
        r"PARENTHESIZED LATIN (?:CAPITAL|SMALL) LETTER ([A-Z])$",
        r"TORTOISE SHELL BRACKETED LATIN CAPITAL LETTER ([A-Z])$",
    )
)
_NUMBER_NAME = re.compile(r"CIRCLED|PARENTHESIZED|FULL STOP|COMMA")
_TAG_DIGITS = range(0xE0030, 0xE003A)


def plain(char: str) -> str:
    """NFKC without marks and *without* case folding: capitals imitate other letters."""
    decomposed = unicodedata.normalize("NFKD", char)
    return "".join(c for c in decomposed if not unicodedata.category(c).startswith("M"))


def _already_latin(char: str) -> bool:
    folded = plain(char).casefold()
    return bool(folded) and _ASCII.issuperset(folded)


def _by_hand() -> dict[str, str]:
    found: dict[str, str] = {}
    for latin, chars in common.hand_rows("homoglyphs.tsv"):
        for char in chars:
            if char in found:
                raise ValueError(f"{char} U+{ord(char):04X} is listed twice")
            found[char] = latin
    return {char: found[char] for char in found if not _already_latin(char)}


def _by_name(char: str) -> str | None:
    """What the character's name or value says it shows, or None."""
    if ord(char) in _TAG_DIGITS:
        return chr(ord(char) - 0xE0000)
    name = unicodedata.name(char, "")
    for pattern in _LETTER_NAMES:
        if match := pattern.match(name):
            return match[1].lower()
    category = unicodedata.category(char)
    enclosed = (
        category == "No" and _NUMBER_NAME.search(name) and "IDEOGRAPH" not in name
    )
    if category == "Nd" or enclosed:
        value = unicodedata.numeric(char)
        # Values past 50 belong to historic counting signs, not to enclosed numbers.
        return str(int(value)) if value.is_integer() and value <= 50 else None
    return None


def _composed(char: str, known: dict[str, str]) -> str | None:
    """Characters made of known look-alikes: accented Greek, mathematical Greek ..."""
    base = plain(char)
    return known.get(base) if base != char else None


def build() -> dict[str, str]:
    """The whole table."""
    rows = _by_hand()
    points = range(0x80, sys.maxunicode + 1)
    rest = [chr(point) for point in points if not _skip(point)]
    for char in rest:
        if char not in rows and (latin := _by_name(char)):
            rows[char] = latin
    composed = {char: latin for char in rest if (latin := _composed(char, rows))}
    return composed | rows


def _skip(point: int) -> bool:
    char = chr(point)
    unassigned = unicodedata.category(char) in ("Cn", "Co", "Cs")
    return unassigned or _already_latin(char)


def main() -> None:
    """Command line entry."""
    chosen = common.options(__doc__ or "")
    comment = "character, ASCII letters or digits it imitates"
    common.write_table(chosen.out / "homoglyphs.tsv", comment, build())


if __name__ == "__main__":
    main()
