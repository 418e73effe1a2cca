"""What every entry must satisfy, whichever way it comes in."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from app.domain.entry import MAX_TERM_LENGTH, Entry, Match
from app.text.fold import fold_term
from app.text.grammar import Parsed, TermError, parse_term

MAX_LEVEL = 100
MAX_NOTE_LENGTH = 1000
"""Longest note in code points."""

MAX_SINGLES = 1000
"""Most terms of one character in a list; the 1,000 commonest characters make up
about nine tenths of Chinese text."""

MAX_ALTERNATIVES = 1_000_000
"""Most parts of rules in a list, beyond the first of each rule."""


class Tally:
    """Counts what a list has too much of, entry by entry."""

    def __init__(self) -> None:
        """Begin with an empty list."""
        self._singles = 0
        self._alternatives = 0

    def add(self, entry: Entry) -> str:
        """Count an entry; why the list is refused from here on, or ""."""
        term = entry.term
        if len(term) == 1:
            self._singles += entry.match is not Match.EXACT and not entry.exempt
            if self._singles > MAX_SINGLES:
                return _SINGLES
        elif not _OPERATORS.isdisjoint(term):
            self._alternatives += sum(map(term.count, _OPERATORS))
            if self._alternatives > MAX_ALTERNATIVES:
                return _ALTERNATIVES
        return ""


_PLAIN = re.compile(rf"[^\s&~|{{}}\\]{{1,{MAX_TERM_LENGTH}}}")
_OPERATORS = frozenset("&|~")
_SINGLES = (
    f"more than {MAX_SINGLES} terms have only one character;"
    " such a list would hit nearly every text"
)
_ALTERNATIVES = f"the rules have more than {MAX_ALTERNATIVES} parts in all"


def faults(entry: Entry) -> Iterator[tuple[str, str]]:
    """Each reason to refuse this entry: the column and a message."""
    yield from _term_faults(entry.term)
    if not 0 <= entry.level <= MAX_LEVEL:
        yield "level", f"the level {entry.level} is outside 0 to {MAX_LEVEL}"
    if entry.starts and entry.expires and entry.expires <= entry.starts:
        yield "expires", "the entry expires before it starts"
    if not entry.note.isprintable():
        yield from _note_faults(entry.note)
    if len(entry.note) > MAX_NOTE_LENGTH:
        yield "note", f"the note has more than {MAX_NOTE_LENGTH} characters"


def settled(entry: Entry) -> Entry:
    """The entry as it is used; itself, unless one character is to be matched fuzzily.

    One character has so many homophones and look-alikes that a fuzzy match would
    hit anything, so it counts as `standard`.

    Raises:
        TermError: the term cannot be parsed.
    """
    return softened(entry, parse_term(entry.term)) if _fuzzy(entry) else entry


def softened(entry: Entry, parsed: Parsed) -> Entry:
    """The same as `settled` for an entry whose term is parsed already."""
    if not _fuzzy(entry) or parsed.kind == "rule":
        return entry
    if len(fold_term(parsed.require[0][0])) > 1:
        return entry
    return replace(entry, match=Match.STANDARD)


def _fuzzy(entry: Entry) -> bool:
    """Whether the term is to be found in every disguise."""
    return entry.match is Match.FUZZY


def _term_faults(term: str) -> Iterator[tuple[str, str]]:
    """What is wrong with the text of a term."""
    # Most terms are plain words: lists of a million are read in half the time.
    if _PLAIN.fullmatch(term) and term.isprintable():
        return
    if not term.isprintable() and (bad := _unwritable(term)):
        yield "term", f"the term has the character U+{ord(bad):04X}, which is no text"
        return
    try:
        parse_term(term)
    except TermError as error:
        yield "term", error.message


def _note_faults(note: str) -> Iterator[tuple[str, str]]:
    """What is wrong with the characters of a note; line breaks are fine."""
    if "\0" in note:
        yield "note", "the note has a NUL character"
    elif any("\ud800" <= char <= "\udfff" for char in note):
        yield "note", "the note has half of a surrogate pair"


# Zero-width characters are no reason to refuse a term: folding removes them.
def _unwritable(term: str) -> str:
    """The first control character, lone surrogate or non-character, or ""."""
    return next((char for char in term if _no_text(char)), "")


def _no_text(char: str) -> bool:
    """Whether no text can have this character."""
    return unicodedata.category(char) in {"Cc", "Cs"} or char in "\ufffe\uffff"
