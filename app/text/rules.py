"""Combination rules: `A&B~C` within a window."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

_MOST_TRIES: Final = 2000
"""Combinations tried for one rule in one text; hostile text stays cheap."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Groups 0 to `required - 1` must stand together, the next ones must not."""

    entry: int
    required: int
    forbidden: int
    window: int


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a rule, found in the text."""

    group: int
    start: int
    end: int
    penalty: int
    folds: tuple[str, ...]


def _fits(rule: Rule, pieces: Sequence[Piece]) -> bool:
    """Whether these pieces stand within the window without overlapping.

    The window counts the code points between the end of the first and the
    start of the last piece.
    """
    ordered = sorted(pieces, key=lambda piece: piece.start)
    apart = all(a.end <= b.start for a, b in pairwise(ordered))
    return apart and ordered[-1].start - ordered[0].end <= rule.window


def _choices(
    rule: Rule, groups: Sequence[Sequence[Piece]], anchor: Piece
) -> Iterator[tuple[Piece, ...]]:
    """Ways to take one piece of each further group near the anchor."""
    taken: list[tuple[Piece, ...]] = [(anchor,)]
    for group in groups:
        taken = [
            (*chosen, piece)
            for chosen in taken
            for piece in group
            if _fits(rule, (*chosen, piece))
        ][:_MOST_TRIES]
    yield from taken


def _vetoed(rule: Rule, chosen: Sequence[Piece], vetoes: Iterable[Piece]) -> bool:
    """Whether a forbidden word stands within the window of the match."""
    start = min(piece.start for piece in chosen)
    end = max(piece.end for piece in chosen)
    return any(
        veto.end >= start - rule.window and veto.start <= end + rule.window
        for veto in vetoes
    )


def match_rule(rule: Rule, pieces: Sequence[Piece]) -> tuple[Piece, ...] | None:
    """The first set of pieces that satisfies the rule, in text order."""
    groups: list[list[Piece]] = [[] for _ in range(rule.required + rule.forbidden)]
    for piece in pieces:
        groups[piece.group].append(piece)
    required = groups[: rule.required]
    if not all(required):
        return None
    vetoes = [piece for group in groups[rule.required :] for piece in group]
    for anchor in required[0]:
        for chosen in _choices(rule, required[1:], anchor):
            if not _vetoed(rule, chosen, vetoes):
                return tuple(sorted(chosen, key=lambda piece: piece.start))
    return None
