"""What every entry must satisfy, whichever way it comes in."""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from app.domain.entry import Entry, Match
from app.text.fold import fold_term
from app.text.grammar import TermError, parse_term

MAX_LEVEL = 100
MAX_NOTE_LENGTH = 1000
"""Longest note in code points."""


def faults(entry: Entry) -> Iterator[tuple[str, str]]:
    """Each reason to refuse this entry: the column and a message."""
    yield from _term_faults(entry.term)
    if not 0 <= entry.level <= MAX_LEVEL:
        yield "level", f"the level {entry.level} is outside 0 to {MAX_LEVEL}"
    if entry.starts and entry.expires and entry.expires <= entry.starts:
        yield "expires", "the entry expires before it starts"
    if "\0" in entry.note:
        yield "note", "the note has a NUL character"
    if len(entry.note) > MAX_NOTE_LENGTH:
        yield "note", f"the note has more than {MAX_NOTE_LENGTH} characters"


def settled(entry: Entry) -> Entry:
    """The entry as it is used; itself, unless one character is to be matched fuzzily.

    One character has so many homophones and look-alikes that a fuzzy match would
    hit anything, so it counts as `standard`.

    Raises:
        TermError: the term cannot be parsed.
    """
    if entry.match is not Match.FUZZY:
        return entry
    parsed = parse_term(entry.term)
    if parsed.kind == "rule" or len(fold_term(parsed.require[0][0])) > 1:
        return entry
    return replace(entry, match=Match.STANDARD)


def _term_faults(term: str) -> Iterator[tuple[str, str]]:
    """What is wrong with the text of a term."""
    if not term.isprintable() and (bad := _unwritable(term)):
        yield "term", f"the term has the control character U+{ord(bad):04X}"
        return
    try:
        parse_term(term)
    except TermError as error:
        yield "term", error.message


# Zero-width characters are no reason to refuse a term: folding removes them.
def _unwritable(term: str) -> str:
    """The first control character or lone surrogate, or ""."""
    return next(
        (char for char in term if unicodedata.category(char) in {"Cc", "Cs"}), ""
    )
