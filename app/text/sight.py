"""A candidate seen with its surroundings: spans, gaps, context."""

from dataclasses import dataclass
from typing import Final

from app.text.borders import (
    ORDINARY,
    Dictionary,
    dictionary,
    disguised_score,
    is_disguise,
    separate,
)
from app.text.forms import Kind
from app.text.gaps import Gap, gaps_between, is_mark, own_gaps
from app.text.naming import fold_names
from app.text.symbols import is_han
from app.text.views import Mapped, View

_CONTEXT: Final = 6
"""Han characters on each side that the segmenter sees."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pattern found: positions in the view, and the term it stands for.

    `term` is the term, or the part of a rule, as the operator wrote it.
    """

    view: View
    start: int
    end: int
    kind: Kind
    folded: str
    term: str


@dataclass(frozen=True, slots=True)
class Match:
    """A candidate that stood: its original span and what it cost to see.

    `penalty` is taken from the level of the term.
    """

    start: int
    end: int
    penalty: int
    folds: tuple[str, ...]


class Sight:
    """A candidate with everything round it that a judgement may need."""

    def __init__(self, text: str, found: Candidate) -> None:
        """Look at `found` in the original `text`."""
        self.original = text
        self.found = found
        self.kind = found.kind
        self.mapped: Mapped = found.view.mapped
        first, last = found.start, found.end
        self.surface = self.mapped.text[first:last]
        self.starts = self.mapped.starts[first:last]
        self.ends = self.mapped.ends[first:last]
        self.gaps = gaps_between(text, self.starts, self.ends)

    @property
    def span(self) -> tuple[int, int]:
        """The original span, with the combining marks that follow."""
        end = max(self.ends)
        while end < len(self.original) and is_mark(self.original[end]):
            end += 1
        return min(self.starts), end

    @property
    def words(self) -> Dictionary:
        """The dictionary of Chinese words."""
        return dictionary()

    @property
    def around(self) -> tuple[str, str, str]:
        """Han context to the left, the surface, Han context to the right."""
        return self._left(), self.surface, self._right()

    def _left(self) -> str:
        """Han characters that run into the hit from the left."""
        mapped, at = self.mapped, self.found.start
        context: list[str] = []
        while at > 0 and len(context) < _CONTEXT and is_han(mapped.text[at - 1]):
            end, start = mapped.ends[at - 1], mapped.starts[at]
            if end < start and self._broken(end, start):
                break
            at -= 1
            context.append(mapped.text[at])
        return "".join(reversed(context))

    def _right(self) -> str:
        """Han characters that run on from the hit to the right."""
        mapped, at = self.mapped, self.found.end
        context: list[str] = []
        while (
            at < len(mapped.text)
            and len(context) < _CONTEXT
            and is_han(mapped.text[at])
        ):
            end, start = mapped.ends[at - 1], mapped.starts[at]
            if end < start and self._broken(end, start):
                break
            context.append(mapped.text[at])
            at += 1
        return "".join(context)

    def _broken(self, end: int, start: int) -> bool:
        """Whether the original text from `end` to `start` certainly ends a word.

        Within a hit that is itself full of gaps a gap outside proves nothing.
        """
        if self.gaps:
            return False
        return bool(Gap(0, self.original[end:start]).visible)

    def result(self, penalty: int, *extra: str) -> Match:
        """A match over the whole span, with the folds that the caller knows of."""
        start, end = self.span
        return Match(start, end, penalty, self._names(start, end, *extra))

    def _names(self, start: int, end: int, *extra: str) -> tuple[str, ...]:
        """The folds of this match."""
        written = self.original[start:end]
        if written == self.surface:
            return extra  # nothing was folded, nothing stands between
        own = own_gaps(self.found.term)
        gaps = [gap for gap in self.gaps if gap.after not in own]
        return fold_names(written, gaps, *extra)

    def natural(self, prior: float) -> bool:
        """Whether ordinary language explains the surface better than a disguise."""
        left, surface, right = self.around
        if prior < 0 and self.words.frequency(surface) >= ORDINARY:
            return True
        return not is_disguise(self.words, left, surface, right, prior=prior)

    def two_words(self, prior: float) -> bool:
        """Whether the first gap is better explained as a break between words."""
        left, surface, right = self.around
        at = self.gaps[0].after + 1
        return separate(self.words, left + surface[:at], surface[at:] + right) > (
            separate(self.words, left, right) + disguised_score(self.words, prior)
        )
