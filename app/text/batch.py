"""Many short texts at once: which of them certainly hold nothing.

Most of a batch is clean. Its texts are joined, folded and scanned together, so
that a clean text costs no more than its characters; only those in which
something was seen go through the whole check one by one.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from app.text.automaton import Automaton
from app.text.contacts import TRIGGER, may_hold_contact
from app.text.forms import Kind
from app.text.scan import doubles
from app.text.snapshot import Snapshot
from app.text.symbols import BETWEEN_TEXTS, SEPARATOR
from app.text.views import ALNUM, LETTERS, REPEAT

LONGEST: Final = 500
"""Longer texts are checked one by one."""
_MOST_FOUND: Final = 5000
"""Occurrences beyond which the whole batch is doubtful."""


def certainly_clean(snapshot: Snapshot, texts: Sequence[str]) -> list[bool]:
    """For each text whether a check would give an empty result for sure.

    A False says nothing. Scene and schedule play no part.
    """
    clean = [
        len(text) <= LONGEST and "\n" not in text and BETWEEN_TEXTS not in text
        for text in texts
    ]
    kept = [at for at, good in enumerate(clean) if good]
    if kept:
        for doubt in _doubtful(snapshot, [texts[at] for at in kept]):
            clean[kept[doubt]] = False
    return clean


class _Batch:
    """The texts joined and folded, and which of them have what."""

    def __init__(self, snapshot: Snapshot, texts: list[str]) -> None:
        self.snapshot = snapshot
        self.texts = texts
        self.plain, self.tables = _tables(snapshot, BETWEEN_TEXTS.join(texts))
        self.pieces = self.plain.split(SEPARATOR)
        self.borders = _borders(self.plain)

    def having(self, pattern: re.Pattern[str]) -> list[int]:
        """The texts whose folded form has a match."""
        found = (match.start() for match in pattern.finditer(self.plain))
        return sorted({bisect_right(self.borders, start) for start in found})

    def haystacks(self) -> Iterator[tuple[Sequence[int], str]]:
        """Every view that may show something, with the texts that stand in it."""
        everyone = range(len(self.texts))
        for haystack in self.tables:
            yield everyone, haystack
        mixed = self.having(ALNUM)
        if mixed:
            folded = SEPARATOR.join([self.pieces[at] for at in mixed])
            yield mixed, ALNUM.sub("", folded)
        again = self.having(REPEAT)
        if again:
            folded = SEPARATOR.join([self.pieces[at] for at in again])
            yield again, REPEAT.sub("", folded)
        both = sorted(set(mixed).intersection(again))
        if both:
            written = BETWEEN_TEXTS.join([self.texts[at] for at in both])
            spaced = written.translate(self.snapshot.spaced_table)
            yield both, REPEAT.sub("", spaced)

    def seen(
        self, automaton: Automaton, haystack: str, members: Sequence[int]
    ) -> Iterator[int]:
        """The texts in which a pattern was found that may mean something."""
        found = automaton.scan(haystack, _MOST_FOUND)
        if len(found) >= _MOST_FOUND:
            yield from members
        elif found:
            borders = _borders(haystack)
            for start, _, index in found:
                at = members[bisect_right(borders, start)]
                if self._matters(index, self.pieces[at]):
                    yield at

    def _matters(self, index: int, plain: str) -> bool:
        """Whether more than a term without its doubled characters was found."""
        units = self.snapshot.units
        return any(
            ref.kind is not Kind.COLLAPSED or doubles(units[ref.unit].folded, plain)
            for ref in self.snapshot.refs[index]
        )


def _doubtful(snapshot: Snapshot, texts: list[str]) -> set[int]:
    """The texts in which anything at all was seen."""
    batch = _Batch(snapshot, texts)
    doubtful = {at for at in batch.having(TRIGGER) if may_hold_contact(texts[at])}
    if snapshot.latin_fuzzy:
        doubtful.update(batch.having(LETTERS))
    if snapshot.automaton is not None:
        for members, haystack in batch.haystacks():
            doubtful.update(batch.seen(snapshot.automaton, haystack, members))
    return doubtful


_BORDER: Final = re.compile(SEPARATOR)


def _tables(snapshot: Snapshot, joined: str) -> tuple[str, list[str]]:
    """The folded texts, and the views that are one translation of them."""
    if snapshot.triple_table is None:
        plain = joined.translate(snapshot.plain_table)
        haystacks = [plain]
    else:
        triple = joined.translate(snapshot.triple_table)
        plain = triple[::3]
        haystacks = [plain, triple[1::3], triple[2::3]]
    if snapshot.exact_table is not None:
        haystacks.append(joined.translate(snapshot.exact_table))
    return plain, haystacks


def _borders(haystack: str) -> list[int]:
    """Where one text ends and the next begins."""
    return [match.start() for match in _BORDER.finditer(haystack)]
