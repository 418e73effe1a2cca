"""A first glance at one short text: most of them plainly hold nothing.

The same views as in `views`, but only as strings: no object is made for a text
in which nothing is seen, and that is nearly every text.
"""

from typing import Final

from app.text.contacts import TRIGGER, may_hold_contact
from app.text.forms import Kind
from app.text.scan import doubles
from app.text.snapshot import Snapshot
from app.text.symbols import SEPARATOR
from app.text.views import ALNUM, BETWEEN, LETTERS, REPEAT

LONGEST: Final = 1000
"""Longer texts are checked step by step at once."""
_FEW: Final = 8
"""Patterns that are looked at; a text with more takes a closer look."""


def shows_nothing(snapshot: Snapshot, text: str) -> bool:
    """Whether a check would give an empty result for sure; a False says nothing.

    Scene, audience and schedule play no part.
    """
    if len(text) > LONGEST or "\n" in text:
        return False
    if snapshot.triple_table is None:
        plain = haystack = snapshot.plain_table.translate(text)
    else:
        triple = snapshot.triple_table.translate(text)
        plain = triple[::3]
        haystack = SEPARATOR.join((plain, triple[1::3], triple[2::3]))
    if TRIGGER.search(plain) is not None and may_hold_contact(text):
        return False
    automaton = snapshot.automaton
    if automaton is None:
        return True
    more = _derived(snapshot, text, plain)
    if more is None:
        return False
    haystack += more
    if snapshot.exact_table is not None:
        haystack += SEPARATOR + snapshot.exact_table.translate(text)
    found = automaton.scan(haystack, _FEW)
    return not found or (
        len(found) < _FEW
        and not any(
            stands(snapshot, index) or lacks_doubles(snapshot, index, plain)
            for _, _, index in found
        )
    )


def stands(snapshot: Snapshot, index: int) -> bool:
    """Whether a pattern means something wherever it is found."""
    return any(ref.kind is not Kind.COLLAPSED for ref in snapshot.refs[index])


def lacks_doubles(snapshot: Snapshot, index: int, plain: str) -> bool:
    """Whether a pattern is a term without its doubles, and they are in the text.

    Without them in the folded text nothing was taken out that the term has.
    """
    units = snapshot.units
    return any(
        ref.kind is Kind.COLLAPSED and doubles(units[ref.unit].folded, plain)
        for ref in snapshot.refs[index]
    )


def _derived(snapshot: Snapshot, text: str, plain: str) -> str | None:
    """The views without insertions and repeats; None: it takes a closer look."""
    more = ""
    doubled = plain if REPEAT.search(plain) is not None else ""
    if ALNUM.search(plain) is not None:
        if LETTERS.search(plain) is not None:
            if snapshot.latin_fuzzy:
                return None
            if doubled:
                doubled = snapshot.spaced_table.translate(text)
        if BETWEEN.search(plain) is not None:
            more = SEPARATOR + ALNUM.sub("", plain)
    return more + SEPARATOR + REPEAT.sub("", doubled) if doubled else more
