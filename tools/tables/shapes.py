"""Write ``shapes.tsv``: characters -> the class of characters that look like them.

Hand-written pairs are joined first. The rest is greedy average linkage: the most alike
pairs first, and two classes join only while all their members are alike on average.
Sharing the part that is left without the radical (赌 睹 堵) counts as extra likeness.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from tools.tables import common, glyphs, parts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_LARGEST = 30
# Likeness as in glyphs.likeness. 0.5 keeps families together that share a phonetic
# part in the same place; 0.8 without one is a different stroke or two.
_FAMILY_LEAST = 0.5
_FAMILY_BONUS = 0.27
_VISUAL_LEAST = 0.8
_JOIN_LEAST = 0.74


@functools.cache
def phonetics(char: str, folder: Path) -> frozenset[str]:
    """The character itself and what is left of it without its radical."""
    radicals = parts.radical_of(char, folder)
    rest = {
        part
        for form in parts.decompositions(char)
        if len(form) == 2 and radicals.intersection(form)
        for part in form
        if part not in radicals
    }
    return frozenset(rest | {char})


class Classes:
    """Disjoint classes of characters that grow by joining."""

    def __init__(self, drawn: dict[str, glyphs.Glyph], folder: Path) -> None:
        self._drawn = drawn
        self._phonetics = {char: phonetics(char, folder) for char in drawn}
        self._members: dict[str, list[str]] = {char: [char] for char in drawn}

    def likeness(self, one: str, other: str) -> float:
        """Likeness of glyphs, with the bonus of a shared part."""
        value = glyphs.likeness(self._drawn[one], self._drawn[other])
        return value + _FAMILY_BONUS * self.related(one, other)

    def related(self, one: str, other: str) -> bool:
        """Whether the two share the part that is left without the radical."""
        return not self._phonetics[one].isdisjoint(self._phonetics[other])

    def join(self, one: str, other: str, least: float) -> bool:
        """Join two classes if not too large and alike on average; say if joined."""
        a, b = self._members[one], self._members[other]
        if a is b:
            return True
        if len(a) + len(b) > _LARGEST:
            return False
        total = sum(self.likeness(x, y) for x in a for y in b)
        if total < least * len(a) * len(b):
            return False
        a.extend(b)
        for char in b:
            self._members[char] = a
        return True

    def grow(self, free: set[str]) -> None:
        """Join classes of ``free`` characters, the most alike pairs first."""
        drawn = {char: self._drawn[char] for char in free}
        found = []
        for value, one, other in glyphs.alike(drawn, _FAMILY_LEAST):
            bonus = _FAMILY_BONUS * self.related(one, other)
            if bonus or value >= _VISUAL_LEAST:
                found.append((-value - bonus, one, other))
        for _, one, other in sorted(found):
            self.join(one, other, least=_JOIN_LEAST)

    def table(self) -> dict[str, str]:
        """Every member of a class of two or more -> its most frequent member."""
        weight = common.frequencies()
        found = {}
        for char, members in self._members.items():
            if len(members) > 1:
                found[char] = max(members, key=lambda c: (weight[c], -ord(c)))
        return found


def hand_pairs(fold: dict[str, str]) -> list[tuple[str, str]]:
    """Pairs of the hand-written table that folding does not already make equal."""
    rows = common.hand_rows("shape_pairs.tsv")
    pairs = [pair for row in rows for pair in row[1].split()]
    folded = [(fold.get(p[0], p[0]), fold.get(p[1], p[1])) for p in pairs]
    return [(one, other) for one, other in folded if one != other]


def classify(
    chars: Iterable[str], pairs: list[tuple[str, str]], folder: Path
) -> dict[str, str]:
    """Character -> class for all characters that look like another."""
    loners = {c for row in common.hand_rows("shape_loners.tsv") for c in row[0]}
    in_pairs = {char for pair in pairs for char in pair}
    drawn = glyphs.draw(sorted(in_pairs.union(chars)))
    classes = Classes(drawn, folder)
    for one, other in pairs:
        classes.join(one, other, least=-1.0)
    classes.grow(set(drawn) - (loners - in_pairs))
    return classes.table()


def build(folder: Path, out: Path) -> dict[str, str]:
    """The whole table; ``variants.tsv`` must have been written before."""
    pairs = hand_pairs(common.read_table(out / "variants.tsv"))
    rows = classify(common.common_characters(folder), pairs, folder)
    missed = ["".join(pair) for pair in pairs if rows[pair[0]] != rows[pair[1]]]
    met = 1 - len(missed) / len(pairs)
    common.report(f"{met:.1%} of {len(pairs)} hand-written pairs in one class")
    common.report(f"apart: {' '.join(missed)}")
    return rows


def main() -> None:
    """Command line entry."""
    chosen = common.options(__doc__ or "")
    rows = build(chosen.unicode, chosen.out)
    common.write_table(
        chosen.out / "shapes.tsv", "character, class of look-alikes", rows
    )
    common.report(f"{len(set(rows.values()))} classes")


if __name__ == "__main__":
    main()
