"""Write ``splits.tsv``: a character -> the sequences of characters that draw it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.tables import common, parts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Right halves that stand beside their left neighbour, so that what holds them can be
# typed as three characters in a row: 谢 as 讠身寸, 湘 as 氵木目.
_RIGHT_HALVES = frozenset("刂阝寸页鸟隹欠攵殳卩斤戈力彡见月目也")
_LEFT_HALVES = frozenset("氵亻讠钅忄饣纟扌犭礻衤木口土女王石禾米火日目月虫贝马车足山弓")
_MOST_BASES = 3


def _in_three(char: str) -> Iterator[parts.Parts]:
    """Three-part forms of characters that read left, middle, right."""
    for two in parts.decompositions(char):
        if len(two) == 2 and two[0] in _LEFT_HALVES:
            for inner in parts.decompositions(two[1]):
                if len(inner) == 2 and inner[1] in _RIGHT_HALVES:
                    yield two[0], *inner


def bases(char: str, by_hand: list[str]) -> list[parts.Parts]:
    """Forms with short radicals: two parts first, hand-written ones before others."""
    written = [tuple(form) for form in by_hand]
    found = list(parts.decompositions(char))
    shortest = [form for form in found if len(form) == len(found[0])]
    merged = dict.fromkeys([*written, *shortest, *_in_three(char), *found])
    limit = max(_MOST_BASES, len(written) + 1)
    return sorted(list(merged)[:limit], key=len)


def spellings(form: parts.Parts, fold: dict[str, str]) -> Iterator[str]:
    """One form as typed: short radical, the full characters, the radical code point."""
    folded = [fold.get(part, part) for part in form]
    yield "".join(folded)
    for index, part in enumerate(folded):
        radical = parts.radicals().get(part)
        if radical is not None:
            for other in (*radical.full, *radical.supplement):
                yield "".join([*folded[:index], other, *folded[index + 1 :]])


def row(char: str, by_hand: list[str], fold: dict[str, str]) -> list[str]:
    """All sequences of one character; plain ones stand before exotic spellings."""
    forms = [list(spellings(form, fold)) for form in bases(char, by_hand)]
    ordered = [seq for form in forms for seq in form]
    return [seq for seq in dict.fromkeys(ordered) if char not in seq]


def build(folder: Path, out: Path) -> dict[str, str]:
    """The whole table; ``variants.tsv`` must have been written before."""
    fold = common.read_table(out / "variants.tsv")
    by_hand: dict[str, list[str]] = {}
    for char, forms in common.hand_rows("splits.tsv"):
        by_hand.setdefault(char, []).extend(forms.split())
    rows: dict[str, str] = {}
    # A radical is a part already; nobody types the parts of a part.
    for char in common.common_characters(folder) - set(parts.radicals()):
        if sequences := row(char, by_hand.get(char, []), fold):
            rows[char] = " ".join(sequences)
    return rows


def main() -> None:
    """Command line entry."""
    chosen = common.options(__doc__ or "")
    rows = build(chosen.unicode, chosen.out)
    comment = "character, sequences that draw it"
    common.write_table(chosen.out / "splits.tsv", comment, rows)
    sequences = [seq for value in rows.values() for seq in value.split(" ")]
    common.report(f"{len(sequences)} sequences, {len(set(sequences))} different")


if __name__ == "__main__":
    main()
