"""Write ``variants.tsv``: any Han character -> the common simplified one."""

from __future__ import annotations

import functools
import heapq
import unicodedata
from typing import TYPE_CHECKING

from opencc import OpenCC

from tools.tables import common

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Cost of one step. A path may cost at most _LIMIT: one loose relation plus a
# simplification; two loose ones in a row would drift to another meaning.
_EXACT, _SIMPLIFIED, _SHAPE, _MEANING, _LOOSE, _LIMIT = 0, 1, 2, 4, 5, 6
_UNIHAN_STEPS = (
    ("kSimplifiedVariant", _SIMPLIFIED),
    ("kZVariant", _SHAPE),
    ("kSemanticVariant", _MEANING),
    ("kSpecializedSemanticVariant", _LOOSE),
)
_CONVERTERS = ("t2s", "jp2t", "hk2t", "tw2t")


@functools.cache
def _converter(name: str) -> OpenCC:
    return OpenCC(name)


@functools.cache
def _equivalents(folder: Path) -> dict[str, str]:
    """CJK radicals and strokes -> the ideograph they look like."""
    found: dict[str, str] = {}
    text = (folder / "EquivalentUnifiedIdeograph.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        fields = line.split("#")[0].split(";")
        if len(fields) == 2:
            low, _, high = fields[0].strip().partition("..")
            for point in range(int(low, 16), int(high or low, 16) + 1):
                found[chr(point)] = chr(int(fields[1], 16))
    return found


@functools.cache
def _decisions() -> dict[str, str]:
    return {row[0]: row[1] for row in common.hand_rows("variants.tsv")}


def _steps(char: str, folder: Path) -> Iterator[tuple[int, str]]:
    """Characters one step away from ``char``, with the cost of the step."""
    if char in _decisions():
        yield _EXACT, _decisions()[char]
        return
    yield _EXACT, unicodedata.normalize("NFKC", char)
    yield _EXACT, _equivalents(folder).get(char, char)
    for name in _CONVERTERS:
        yield _SIMPLIFIED, _converter(name).convert(char)
    for name, cost in _UNIHAN_STEPS:
        for target in common.unihan(folder, "Variants")[name].get(char, "").split():
            yield cost, common.code_point(target)


def canonical(char: str, folder: Path) -> str | None:
    """The nearest common character (at equal distance the more frequent), or None."""
    goals = common.common_characters(folder)
    heap: list[tuple[int, int, str]] = [(0, 0, char)]
    seen: set[str] = set()
    while heap:
        cost, _, here = heapq.heappop(heap)
        if here in goals:
            return here
        if here in seen:
            continue
        seen.add(here)
        for step, there in _steps(here, folder):
            if len(there) == 1 and cost + step <= _LIMIT:
                heapq.heappush(heap, (cost + step, -common.frequencies()[there], there))
    return None


def _radical_fallback(char: str, folder: Path) -> str | None:
    """Radicals without a common equivalent still leave the radical blocks."""
    target = unicodedata.normalize("NFKC", char)
    target = _equivalents(folder).get(target, target)
    return target if common.is_radical(char) and not common.is_radical(target) else None


def build(folder: Path) -> dict[str, str]:
    """The whole table."""
    goals = common.common_characters(folder)
    rows: dict[str, str] = {}
    for char in common.han_characters():
        if char not in goals:
            target = canonical(char, folder) or _radical_fallback(char, folder)
            if target is not None and target != char:
                rows[char] = target
    return rows


def main() -> None:
    """Command line entry."""
    chosen = common.options(__doc__ or "")
    rows = build(chosen.unicode)
    common.write_table(
        chosen.out / "variants.tsv", "character, canonical character", rows
    )
    size = len(common.common_characters(chosen.unicode))
    common.report(f"{size} common characters, {len(set(rows.values()))} reached")


if __name__ == "__main__":
    main()
