"""One judgement for each way in which a term may be written."""

import math
from collections.abc import Callable
from typing import Final

from app.text.borders import dictionary, is_disguise, ordinary, respects_borders
from app.text.forms import Kind
from app.text.gaps import LONGEST_GAP, follows_measure, own_gaps
from app.text.latin import latin_borders, latin_gaps, pinyin_fits
from app.text.sight import Match, Sight
from app.text.symbols import is_han, is_latin
from app.text.views import ViewKind

_CHANGED: Final = math.log(1e-2)
"""Log prior of one character of a term being replaced."""
_REORDERED: Final = math.log(1e-3)
_INSERTED: Final = math.log(1e-2)
_CLAUSE_GAP: Final = math.log(1e-3)
_FULL_STOP: Final = math.log(1e-5)
_EVERYDAY: Final = 2000
"""Doubled characters counted this often are words of their own."""
_LONG_WORD: Final = 4
"""Shorter Latin terms become other words when a letter is doubled (god, good)."""
_LONG_RUN: Final = 3
_MASKS: Final = frozenset("*#@%?_·•●×x-.~^&█■□○◯＊＃")
"""Signs that hide a letter."""


def plainly_ordinary(surface: str, term: str) -> bool:
    """Whether similar characters at this place are certainly no disguise.

    A cheap look at the surface alone, before anything is mapped back.
    """
    changed = sum(a != b for a, b in zip(surface, term, strict=True))
    return not changed or ordinary(dictionary(), surface, _CHANGED * changed)


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
        return sight.two_words(_FULL_STOP if gaps[0].full_stop else _CLAUSE_GAP)
    return gaps[0].line_break and sight.two_words(_INSERTED)


def plain(sight: Sight) -> Match | None:
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
    if any(map(is_han, sight.surface)):
        doubled = zip(sight.surface, runs, strict=True)
        odd = any(run > 1 and not _doubled_word(char, run) for char, run in doubled)
        found = odd and _unnatural_repeat(sight)
        return sight.result(0, "repeat") if found else None
    if len(sight.surface) < _LONG_WORD and max(runs) < _LONG_RUN:
        return None
    return sight.result(0, "repeat")


def _doubled_word(char: str, run: int) -> bool:
    """Whether a run is an everyday word: 妈妈, 看看, 奶奶."""
    return run == 2 and dictionary().frequency(char * 2) >= _EVERYDAY


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
    if any(gap.clause for gap in sight.gaps):
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


_BY_VIEW: Final[dict[ViewKind, Callable[[Sight], Match | None]]] = {
    ViewKind.INSERTED: _inserted,
    ViewKind.REPEATED: _repeated,
    ViewKind.JOINED: _joined,
    ViewKind.COLUMNS: _columns,
}

OWN_WAY: Final[dict[Kind, Callable[[Sight], Match | None]]] = {
    Kind.SOUND: _sound,
    Kind.SHAPE: _shape,
    Kind.PINYIN: _pinyin,
    Kind.INITIALS: _initials,
    Kind.LEET: _leet,
    Kind.MASKED: _masked,
    Kind.SWAPPED: _swapped,
}
