"""Counting differences in bounded memory."""

from collections import Counter
from dataclasses import dataclass, field

from app.trial.compare import Blame, Difference
from app.trial.report import (
    MAX_EXAMPLES,
    MAX_REFUSED,
    Flip,
    Refused,
    Summary,
    TermFlip,
    excerpt,
)

MAX_TERMS = 20_000
"""Words and changes that are told apart; the rest is only counted."""

_MAX_EXAMPLE_TERMS = 5_000
"""Words that get examples: at most 3 x 200 characters each, some megabytes."""

_Key = tuple[Blame, str, str]


@dataclass(slots=True)
class _Word:
    """How often, and in which texts."""

    count: int = 0
    examples: list[str] | None = None
    samples: list[int] = field(default_factory=list)


class Tally:
    """Takes one difference after the other; gives the report at the end."""

    def __init__(
        self, *, max_terms: int = MAX_TERMS, max_exemplary: int = _MAX_EXAMPLE_TERMS
    ) -> None:
        self.texts = 0
        self.flipped = 0
        self._max_terms = max_terms
        self._max_exemplary = max_exemplary
        self._flips: Counter[tuple[str, str]] = Counter()
        self._words: dict[_Key, _Word] = {}
        self._left_out = 0
        self._relabelled = 0
        self._refused = 0
        self._refused_lines: list[Refused] = []

    def refuse(self, line: int, message: str) -> None:
        """Count a line that is no text."""
        self._refused += 1
        if len(self._refused_lines) < MAX_REFUSED:
            self._refused_lines.append(Refused(line, message))

    def pass_over(self) -> None:
        """Count a text in which neither side found anything."""
        self.texts += 1

    def add(self, difference: Difference, text: str, sample: int | None) -> None:
        """Count a text; as an example only its id is kept when it is a sample."""
        self.texts += 1
        if not difference.flipped:
            self._relabelled += difference.relabelled
            return
        self.flipped += 1
        before, after = difference.before.value, difference.after.value
        self._flips[before, after] += 1
        for blame in difference.blamed:
            self._blame((blame, before, after), text, sample)

    def _blame(self, key: _Key, text: str, sample: int | None) -> None:
        """Count a word's part in a change."""
        blame, *_ = key
        word = self._words.get(key)
        if word is None:
            if len(self._words) >= self._max_terms:
                self._left_out += 1
                return
            exemplary = len(self._words) < self._max_exemplary
            word = self._words[key] = _Word(examples=[] if exemplary else None)
        word.count += 1
        if word.examples is None:
            return
        if len(word.examples) + len(word.samples) < MAX_EXAMPLES:
            if sample is None:
                word.examples.append(excerpt(text, blame.at))
            else:
                word.samples.append(sample)

    def summary(self, seconds: float) -> Summary:
        """The totals so far."""
        flips = [Flip(*key, count) for key, count in self._flips.most_common()]
        return Summary(
            texts=self.texts,
            flips=tuple(flips),
            relabelled=self._relabelled,
            refused=self._refused,
            refused_lines=tuple(self._refused_lines),
            terms=len(self._words),
            left_out=self._left_out,
            seconds=seconds,
        )

    def by_term(self) -> list[TermFlip]:
        """Every word, the most frequent first."""
        order = sorted(self._words.items(), key=lambda item: (-item[1].count, item[0]))
        return [_term_flip(key, word) for key, word in order]


def _term_flip(key: _Key, word: _Word) -> TermFlip:
    """One row of the report."""
    blame, before, after = key
    return TermFlip(
        blame.list_name,
        blame.term,
        blame.kind,
        before,
        after,
        word.count,
        tuple(word.examples or ()),
        tuple(word.samples),
    )
