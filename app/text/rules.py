"""Combination rules: `A&B~C` within a window."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import attrgetter
from typing import Final

_MOST_TRIES: Final = 20_000
"""Pieces tried for one rule in one text; hostile text stays cheap."""
_START: Final = attrgetter("start")


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
    word: str = ""


class _Vetoes:
    """Forbidden words; answers in logarithmic time."""

    def __init__(self, pieces: Sequence[Piece], window: int) -> None:
        """Take the pieces in text order."""
        self._starts = [piece.start for piece in pieces]
        self._furthest = list(accumulate((piece.end for piece in pieces), max))
        self._window = window

    def near(self, start: int, end: int) -> bool:
        """Whether one stands within the window of `start` to `end`."""
        before = bisect_right(self._starts, end + self._window)
        return before > 0 and self._furthest[before - 1] >= start - self._window


class _Search:
    """Looks for one piece of each group behind a first one, depth first."""

    def __init__(
        self, rule: Rule, groups: Sequence[Sequence[Piece]], vetoes: _Vetoes
    ) -> None:
        """Take the required groups, each in text order."""
        self._window = rule.window
        self._groups = groups
        self._starts = [[piece.start for piece in group] for group in groups]
        self._vetoes = vetoes
        self._tries = _MOST_TRIES

    def behind(self, first: Piece) -> tuple[Piece, ...] | None:
        """A match that begins with `first`.

        The window counts the code points between the end of the first and the
        start of the last piece.
        """
        near = [
            self._near(number, first)
            for number in range(len(self._groups))
            if number != first.group
        ]
        return self._extend((first,), near) if all(near) else None

    def _near(self, number: int, first: Piece) -> Sequence[Piece]:
        """The pieces of a group that may follow `first`."""
        low = bisect_left(self._starts[number], first.end)
        high = bisect_right(self._starts[number], first.end + self._window)
        return self._groups[number][low:high]

    def _extend(
        self, chosen: tuple[Piece, ...], near: Sequence[Sequence[Piece]]
    ) -> tuple[Piece, ...] | None:
        """Add a piece of each group of `near`, without overlaps and vetoes."""
        if self._vetoes.near(chosen[0].start, max(piece.end for piece in chosen)):
            return None
        if not near:
            return chosen
        for piece in near[0]:
            self._tries -= 1
            if self._tries < 0:
                return None
            if all(p.end <= piece.start or piece.end <= p.start for p in chosen):
                found = self._extend((*chosen, piece), near[1:])
                if found is not None:
                    return found
        return None


def match_rule(rule: Rule, pieces: Sequence[Piece]) -> tuple[Piece, ...] | None:
    """The first set of pieces that satisfies the rule, in text order.

    A required piece beside a forbidden word is no match: none may stand within
    the window of the whole match.
    """
    ordered = sorted(pieces, key=_START)
    required = [
        [piece for piece in ordered if piece.group == number]
        for number in range(rule.required)
    ]
    if not all(required):
        return None
    forbidden = [piece for piece in ordered if piece.group >= rule.required]
    search = _Search(rule, required, _Vetoes(forbidden, rule.window))
    for first in ordered:
        if first.group < rule.required:
            found = search.behind(first)
            if found is not None:
                return tuple(sorted(found, key=_START))
    return None
