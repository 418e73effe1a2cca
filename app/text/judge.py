"""Whether a pattern found in a view is the term that its author meant."""

import math
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from app.text.borders import (
    Dictionary,
    ORDINARY,
    dictionary,
    disguised_score,
    is_disguise,
    ordinary,
    respects_borders,
    separate,
)
from app.text.forms import Kind
from app.text.gaps import LONGEST_GAP, Gap, follows_measure, gaps_between, own_gaps
from app.text.latin import latin_borders, latin_gaps, pinyin_fits
from app.text.naming import fold_names
from app.text.result import BorderNote
from app.text.symbols import is_han, is_latin
from app.text.views import Mapped, View, ViewKind

_CONTEXT: Final = 6
"""Han characters on each side that the segmenter sees."""
_CHANGED: Final = math.log(1e-2)
"""Log prior of one character of a term being replaced."""
_REORDERED: Final = math.log(1e-3)
_INSERTED: Final = math.log(1e-2)
_CLAUSE_GAP: Final = math.log(1e-3)


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


def plainly_ordinary(surface: str, term: str) -> bool:
    """Whether similar characters at this place are certainly no disguise.

    A cheap look at the surface alone, before anything is mapped back.
    """
    changed = sum(a != b for a, b in zip(surface, term, strict=True))
    return not changed or ordinary(dictionary(), surface, _CHANGED * changed)


@dataclass
class Judge:
    """Judges the candidates of one text; keeps notes when asked to explain."""

    text: str
    notes: list[BorderNote] | None = None
    known: dict[Candidate, Match | None] = field(default_factory=dict)

    def match(self, found: Candidate) -> Match | None:
        """The match, or None when ordinary language explains the text.

        Many rules share their parts, so that answers are remembered.
        """
        if found not in self.known:
            self.known[found] = self._judged(found)
        return self.known[found]

    def _judged(self, found: Candidate) -> Match | None:
        """Judge a candidate that was not seen before."""
        sight = Sight(self.text, found)
        if sight.kind in _OWN_WAY:
            return _OWN_WAY[sight.kind](sight)
        verdict = _plain(sight)
        if self.notes is not None and any(map(is_han, found.folded)):
            self._note(sight, verdict)
        return verdict

    def _note(self, sight: "Sight", verdict: Match | None) -> None:
        """Remember how the borders of this candidate were read."""
        left, surface, right = sight.around
        reading = dictionary().reading(left + surface + right)
        assert self.notes is not None
        start, end = sight.span
        note = BorderNote(
            sight.found.term, start, end, "/".join(reading.words), verdict is not None
        )
        self.notes.append(note)


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
        while end < len(self.original) and _is_mark(self.original[end]):
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
            if self._broken(mapped.ends[at - 1], mapped.starts[at]):
                break
            at -= 1
            context.append(mapped.text[at])
        return "".join(reversed(context))

    def _right(self) -> str:
        """Han characters that run on from the hit to the right."""
        mapped, at = self.mapped, self.found.end
        context: list[str] = []
        while (
            at < len(mapped.text) and len(context) < _CONTEXT and is_han(mapped.text[at])
        ):
            if self._broken(mapped.ends[at - 1], mapped.starts[at]):
                break
            context.append(mapped.text[at])
            at += 1
        return "".join(context)

    def _broken(self, end: int, start: int) -> bool:
        """Whether the text between two characters certainly ends a word.

        Within a hit that is itself full of gaps a gap outside proves nothing.
        """
        if end >= start or self.gaps:
            return False
        return bool(Gap(0, self.original[end:start]).visible)

    def names(self, *extra: str) -> tuple[str, ...]:
        """The folds of this match, with those the caller knows of."""
        start, end = self.span
        own = own_gaps(self.found.term)
        gaps = [gap for gap in self.gaps if gap.after not in own]
        return fold_names(self.original[start:end], gaps, *extra)

    def result(self, penalty: int, *extra: str) -> Match:
        """A match over the whole span."""
        start, end = self.span
        return Match(start, end, penalty, self.names(*extra))

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


def _is_mark(char: str) -> bool:
    """Combining marks and variation selectors belong to the letter before."""
    return unicodedata.category(char)[0] == "M"


def _han_borders(sight: Sight) -> bool:
    """Whether the Han ends of the hit fall on word borders."""
    left, surface, right = sight.around
    if not is_han(surface[0]):
        left = ""
    if not is_han(surface[-1]):
        right = ""
    if not (left or right) or not any(map(is_han, surface)):
        return True
    return respects_borders(sight.words, left, surface, right)


def _gaps_allowed(sight: Sight) -> bool:
    """Whether the gaps are short and, between letters, not ordinary spaces."""
    if any(len(gap.text) > LONGEST_GAP for gap in sight.gaps):
        return False
    own = own_gaps(sight.found.term)
    gaps = [gap for gap in sight.gaps if gap.after not in own]
    return latin_gaps(sight.surface, gaps)


def _clause_gap(sight: Sight) -> bool:
    """Whether a lone gap is a break between two clauses or lines."""
    own = own_gaps(sight.found.term)
    gaps = [gap for gap in sight.gaps if gap.after not in own and gap.visible]
    if len(gaps) != 1:
        return False
    if gaps[0].clause:
        return sight.two_words(_CLAUSE_GAP)
    return gaps[0].line_break and sight.two_words(_INSERTED)


def _plain(sight: Sight) -> Match | None:
    """The term itself, in any view that shows folded characters."""
    if sight.kind is Kind.EXACT:
        return sight.result(0)
    if not _gaps_allowed(sight):
        return None
    if not latin_borders(sight.original, sight.mapped, sight.found) or not (
        _han_borders(sight)
    ):
        return None
    if sight.found.view.kind is not ViewKind.COLUMNS and _clause_gap(sight):
        return None
    return _BY_VIEW.get(sight.found.view.kind, _as_is)(sight)


def _as_is(sight: Sight) -> Match | None:
    """Nothing but what folding undid."""
    own = own_gaps(sight.found.term)
    spaced = any(gap.blank and gap.after not in own for gap in sight.gaps)
    return sight.result(10 if spaced else 0)


def _inserted(sight: Sight) -> Match | None:
    """Letters or digits stand between the characters of the term."""
    put_in = [gap for gap in sight.gaps if gap.inserted]
    if not put_in:
        return None
    single = len(sight.gaps) == 1
    following = sight.surface[sight.gaps[0].after + 1]
    if len(sight.surface) == 2 and follows_measure(sight.gaps[0], following):
        return None
    if single and sight.two_words(_INSERTED):
        return None
    return sight.result(5)


def _repeated(sight: Sight) -> Match | None:
    """Characters of the term are written several times."""
    runs = [e - s for s, e in zip(sight.starts, sight.ends, strict=True)]
    if all(run == 1 for run in runs) or not _covers_runs(sight, runs):
        return None
    if any(map(is_han, sight.surface)) and not _unnatural_repeat(sight):
        return None
    return sight.result(0, "repeat")


def _covers_runs(sight: Sight, runs: list[int]) -> bool:
    """Whether each run is at least as long as the term asks for."""
    term, at = sight.found.folded, 0
    for char, run in zip(sight.surface, runs, strict=True):
        wanted = 0
        while at < len(term) and term[at] == char:
            wanted, at = wanted + 1, at + 1
        if wanted > run:
            return False
    return at == len(term)


def _unnatural_repeat(sight: Sight) -> bool:
    """妈妈的 is ordinary language, 加加微微信信 is not."""
    start, end = sight.span
    written = "".join(c for c in sight.original[start:end] if is_han(c))
    words = sight.words
    left, _, right = sight.around
    return is_disguise(words, left[-2:], written, right[:2], prior=_CHANGED)


def _joined(sight: Sight) -> Match | None:
    """Characters of the term are drawn by two or more others."""
    written = sight.original[min(sight.starts) : max(sight.ends)]
    if all(e - s == 1 for s, e in zip(sight.starts, sight.ends, strict=True)):
        return None
    han = "".join(c for c in written if not c.isspace())
    left, _, right = sight.around
    if not is_disguise(sight.words, left, han, right, prior=_CHANGED):
        return None
    return sight.result(10, "split")


def _columns(sight: Sight) -> Match | None:
    """The term runs down a column."""
    start, end = min(sight.starts), max(sight.ends)
    if "\n" not in sight.original[start:end]:
        return None
    return Match(start, end, 10, ("column",))


def _changed(sight: Sight) -> int:
    """How many characters differ from the term."""
    pairs = zip(sight.surface, sight.found.folded, strict=True)
    return sum(a != b for a, b in pairs)


def _sound(sight: Sight) -> Match | None:
    """Other characters of the same sound, or pinyin among Han characters."""
    if sight.found.view.kind is ViewKind.HALF_PINYIN:
        return _half_pinyin(sight)
    return _replaced(sight, 30, "homophone")


def _shape(sight: Sight) -> Match | None:
    """Other characters of a similar shape."""
    return _replaced(sight, 20, "lookalike")


def _replaced(sight: Sight, cost: int, name: str) -> Match | None:
    """Some characters were replaced by similar ones."""
    changed = _changed(sight)
    if not changed or not _gaps_allowed(sight):
        return None
    if not latin_borders(sight.original, sight.mapped, sight.found):
        return None
    prior = _CHANGED * changed + (_CHANGED if sight.gaps else 0)
    if sight.natural(prior):
        return None
    return sight.result(round(cost * changed / len(sight.surface)), name)


def _half_pinyin(sight: Sight) -> Match | None:
    """At least one syllable in letters beside at least one Han character."""
    letters = [is_latin(char) for char in sight.surface]
    if all(letters) or not any(letters) or not _gaps_allowed(sight):
        return None
    pairs = list(zip(sight.surface, sight.found.folded, letters, strict=True))
    others = sum(a != b for a, b, latin in pairs if not latin)
    if others and others == len(pairs) - sum(letters) and len(pairs) < 3:
        return None
    if not latin_borders(sight.original, sight.mapped, sight.found):
        return None
    return sight.result(15 + 10 * others, "pinyin")


def _pinyin(sight: Sight) -> Match | None:
    """The whole term in letters."""
    if not pinyin_fits(sight.original, sight.mapped, sight.found):
        return None
    return sight.result(25, "pinyin")


def _initials(sight: Sight) -> Match | None:
    """The first letters of the syllables, as one token."""
    if sight.gaps or not latin_borders(sight.original, sight.mapped, sight.found):
        return None
    return sight.result(40, "initials")


def _leet(sight: Sight) -> Match | None:
    """Letters written as digits or signs; at least one true letter is left."""
    start, end = sight.span
    written = sight.original[start:end]
    letters = sum(char.isalpha() for char in written)
    if letters < min(2, len(written) - 1) or sight.gaps:
        return None
    plain = "".join(c for c in written.lower() if c.isalnum())
    if plain == sight.found.folded:
        return None
    if not latin_borders(sight.original, sight.mapped, sight.found):
        return None
    return sight.result(10, "leetspeak")


def _masked(sight: Sight) -> Match | None:
    """One or two inner letters are hidden behind signs."""
    term = sight.found.folded
    for gap in sight.gaps:
        signs = gap.visible
        at = gap.after + 1
        shown = sight.surface[:at] + term[at : at + len(signs)] + sight.surface[at:]
        if set(signs) <= _MASKS and shown == term:
            break
    else:
        return None
    if not latin_borders(sight.original, sight.mapped, sight.found):
        return None
    return sight.result(10, "masked")


def _swapped(sight: Sight) -> Match | None:
    """The characters of the term in another order."""
    if not _gaps_allowed(sight) or any(gap.clause for gap in sight.gaps):
        return None
    if not latin_borders(sight.original, sight.mapped, sight.found):
        return None
    if is_han(sight.surface[0]) and (
        not _han_borders(sight) or sight.natural(_REORDERED)
    ):
        return None
    return sight.result(20, "reordered")


_MASKS: Final = frozenset("*#@%?_·•●×x-.~^&█■□○◯＊＃")

_BY_VIEW: Final = {
    ViewKind.INSERTED: _inserted,
    ViewKind.REPEATED: _repeated,
    ViewKind.JOINED: _joined,
    ViewKind.COLUMNS: _columns,
}

_OWN_WAY: Final = {
    Kind.SOUND: _sound,
    Kind.SHAPE: _shape,
    Kind.PINYIN: _pinyin,
    Kind.INITIALS: _initials,
    Kind.LEET: _leet,
    Kind.MASKED: _masked,
    Kind.SWAPPED: _swapped,
}
