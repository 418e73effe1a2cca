"""Write ``pinyin.tsv``: toneless readings, the most frequent in modern text first.

Weights come from words: each word of jieba's dictionary, read by pypinyin as a whole,
adds its count to the readings of its characters. pypinyin's own order decides the rest.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PINYIN_DICT

from tools.tables import common

if TYPE_CHECKING:
    from pathlib import Path

_WORDS = 120_000
_MOST = 3
# A further reading needs this share of the character's uses, so that surnames and
# literary readings do not turn unrelated words into homophones.
_SHARE = 0.03
_SYLLABLE = re.compile(r"[a-z]{1,6}")


def toneless(reading: str) -> str:
    """``lüè`` -> ``lve``."""
    base = unicodedata.normalize("NFD", reading.lower())
    base = base.replace("u\u0308", "v").replace("e\u0302", "e")
    return "".join(c for c in base if not unicodedata.combining(c))


def _word_weights() -> dict[str, Counter[str]]:
    weights: dict[str, Counter[str]] = {}
    words = ((w, n) for w, n in common.jieba_words() if len(w) > 1)
    by_count = sorted(words, key=lambda item: (-item[1], item[0]))
    for word, count in islice(by_count, _WORDS):
        readings = lazy_pinyin(word, style=Style.TONE)
        if len(readings) == len(word):
            for char, reading in zip(word, readings, strict=True):
                weights.setdefault(char, Counter())[toneless(reading)] += count
    return weights


def _listed(char: str) -> list[str]:
    """Readings in the order of pypinyin, without tone and doubles."""
    raw = PINYIN_DICT.get(ord(char), "").split(",")
    readings = dict.fromkeys(map(toneless, raw))
    return [reading for reading in readings if _SYLLABLE.fullmatch(reading)]


def _spoken(folder: Path) -> dict[str, Counter[str]]:
    """Counts of modern spoken and written use from Unihan."""
    found: dict[str, Counter[str]] = {}
    for char, value in common.unihan(folder, "Readings")["kHanyuPinlu"].items():
        for reading, count in re.findall(r"(\S+?)\((\d+)\)", value):
            found.setdefault(char, Counter())[toneless(reading)] += int(count)
    return found


def _shares(counts: Counter[str]) -> Counter[str]:
    total = counts.total() or 1
    return Counter({reading: n / total for reading, n in counts.items()})


def rank(listed: list[str], words: Counter[str], spoken: Counter[str]) -> list[str]:
    """At most three readings by mean share in the two counts, without rare ones."""
    known = [counts for counts in (_shares(words), _shares(spoken)) if counts]
    if not listed or not known:
        return listed[:1]
    weight = 1 / len(known)
    share = {r: weight * sum(counts[r] for counts in known) for r in listed}
    order = sorted(listed, key=lambda r: -share[r])
    kept = [r for r in order if share[r] >= _SHARE] or order[:1]
    return kept[:_MOST]


def build(folder: Path) -> dict[str, str]:
    """The whole table."""
    common_set = common.common_characters(folder)
    words, spoken = _word_weights(), _spoken(folder)
    by_hand = {row[0]: row[1] for row in common.hand_rows("pinyin.tsv")}
    rows: dict[str, str] = {}
    for char in sorted(common_set | {chr(p) for p in PINYIN_DICT if p <= 0xFFFF}):
        listed = _listed(char)
        none = Counter[str]()
        ranked = rank(listed, words.get(char, none), spoken.get(char, none))
        readings = ranked if char in common_set else listed[:1]
        if text := by_hand.get(char) or ",".join(readings):
            rows[char] = text
    return rows


def main() -> None:
    """Command line entry."""
    chosen = common.options(__doc__ or "")
    rows = build(chosen.unicode)
    common.write_table(chosen.out / "pinyin.tsv", "character, toneless readings", rows)
    missing = sorted(common.common_characters(chosen.unicode) - set(rows))
    common.report(f"{sum(',' in v for v in rows.values())} with several readings")
    common.report(f"common characters without a reading: {''.join(missing)}")


if __name__ == "__main__":
    main()
