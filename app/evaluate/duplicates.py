"""Near-duplicates: texts that say the same twice and make a figure look surer.

Two texts are near-duplicates when the Jaccard index of their sets of three
characters, folded and without signs, handles and links, is at least 0.6. Candidates
come from MinHash with 128 hashes in 32 bands (Broder 1997), which finds 99 of 100
pairs at the limit and practically all beyond; each candidate is compared exactly.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from app.evaluate.sample import Sample
from app.text.fold import fold

SIMILAR: Final = 0.6
_SHINGLE: Final = 3
_ADDRESS: Final = re.compile(r"@\w+|https?://\S+")
_HASHES: Final = 128
_BANDS: Final = 32
_COMPARED: Final = 8
"""Texts of a bucket that the next one is compared with, at most."""


@dataclass(frozen=True, slots=True)
class Duplicates:
    """The group of each text, by the place of its first member.

    `mixed` is the number of groups whose members differ in their label.
    """

    first: tuple[int, ...]
    mixed: int

    @property
    def repeated(self) -> int:
        """Texts beyond the first of each group."""
        return sum(first != place for place, first in enumerate(self.first))

    @property
    def groups(self) -> int:
        """Groups of two and more."""
        return len({f for place, f in enumerate(self.first) if f != place})

    def kept(self, samples: Sequence[Sample]) -> list[Sample]:
        """The first text of each group, in order."""
        pairs = zip(samples, enumerate(self.first), strict=True)
        return [sample for sample, (place, first) in pairs if place == first]


def find_duplicates(samples: Sequence[Sample]) -> Duplicates:
    """Group samples by the groups of their file, or else by likeness."""
    if any(sample.group for sample in samples):
        first = _by_group(samples)
    else:
        first = _by_likeness([fold(_ADDRESS.sub("", s.text)) for s in samples])
    truths: defaultdict[int, set[str]] = defaultdict(set)
    for sample, place in zip(samples, first, strict=True):
        truths[place].add(sample.truth)
    return Duplicates(tuple(first), sum(len(found) > 1 for found in truths.values()))


def _by_group(samples: Sequence[Sample]) -> list[int]:
    known: dict[str, int] = {}
    return [
        known.setdefault(sample.group, place) if sample.group else place
        for place, sample in enumerate(samples)
    ]


def _by_likeness(texts: Sequence[str]) -> list[int]:
    """Equal texts by a table, similar ones by MinHash; the way to the first member."""
    seen: dict[str, int] = {}
    parent = [seen.setdefault(text, place) for place, text in enumerate(texts)]
    places = list(seen.values())
    for one, other in _alike([texts[place] for place in places]):
        roots = _root(parent, places[one]), _root(parent, places[other])
        parent[max(roots)] = min(roots)
    return [_root(parent, place) for place in range(len(texts))]


def _root(parent: list[int], place: int) -> int:
    while parent[place] != place:
        parent[place] = parent[parent[place]]
        place = parent[place]
    return place


def shingles(text: str) -> frozenset[str]:
    """The sets of three characters of a text; a shorter text is one of its own."""
    if len(text) <= _SHINGLE:
        return frozenset((text,))
    return frozenset(text[i : i + _SHINGLE] for i in range(len(text) - _SHINGLE + 1))


def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    """Shared members by all members of two sets that are not empty."""
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared)


def _alike(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs that share a band and are similar."""
    # Sets of many texts would fill the memory; those of a bucket come in a row.
    known = lru_cache(maxsize=1000)(lambda place: shingles(texts[place]))
    bands = np.stack([_bands(shingles(text)) for text in texts])
    for column in bands.T:
        for mates in _buckets(column):
            for at, place in enumerate(mates[1:], 1):
                for mate in mates[max(0, at - _COMPARED) : at]:
                    if jaccard(known(place), known(mate)) >= SIMILAR:
                        yield mate, place
                        break


def _buckets(column: NDArray[np.uint64]) -> Iterator[list[int]]:
    """Places that hold the same value, two and more, in order."""
    order = np.argsort(column, kind="stable")
    ranked = column[order]
    same = np.flatnonzero(ranked[1:] == ranked[:-1])
    if not len(same):
        return
    breaks = np.flatnonzero(np.diff(same) > 1)
    firsts = same[np.concatenate(([0], breaks + 1))]
    lasts = same[np.concatenate((breaks, [len(same) - 1]))] + 1
    for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
        yield order[first : last + 1].tolist()


def _random_lines() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    rng = np.random.default_rng(1)
    factors, offsets = rng.integers(0, 1 << 64, (2, _HASHES, 1), np.uint64)
    return factors | np.uint64(1), offsets


_FACTORS, _OFFSETS = _random_lines()
_MIX: Final = _FACTORS[: _HASHES // _BANDS, 0]


def _bands(grams: frozenset[str]) -> NDArray[np.uint64]:
    """The least value of each hash over a set, by multiply and shift, band by band."""
    codes = [crc32(gram.encode(errors="surrogatepass")) for gram in grams]
    values = (_FACTORS * np.array(codes, np.uint64) + _OFFSETS) >> np.uint64(32)
    least = values.min(axis=1).reshape(_BANDS, -1)
    mixed: NDArray[np.uint64] = (least * _MIX).sum(axis=1, dtype=np.uint64)
    return mixed
