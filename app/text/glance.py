"""A first glance at one short text: most of them plainly hold nothing.

The same views as in `views`, but only as strings: no object is made for a text
in which nothing is seen, and that is nearly every text.
"""

from typing import Final

from app.text.contacts import TRIGGER, may_hold_contact
from app.text.snapshot import Snapshot
from app.text.symbols import SEPARATOR
from app.text.views import ALNUM, BETWEEN, LETTERS, REPEAT

LONGEST: Final = 1000
"""Longer texts are checked step by step at once."""


def shows_nothing(snapshot: Snapshot, text: str) -> bool:
    """Whether a check would give an empty result for sure; a False says nothing.

    Scene, audience and schedule play no part.
    """
    if len(text) > LONGEST or "\n" in text:
        return False
    if snapshot.triple_table is None:
        plain = haystack = text.translate(snapshot.plain_table)
    else:
        triple = text.translate(snapshot.triple_table)
        plain = triple[::3]
        haystack = SEPARATOR.join((plain, triple[1::3], triple[2::3]))
    if TRIGGER.search(plain) is not None and may_hold_contact(text):
        return False
    automaton = snapshot.automaton
    if automaton is None:
        return True
    more = _derived(snapshot, plain)
    if more is None:
        return False
    haystack += more
    if snapshot.exact_table is not None:
        haystack += SEPARATOR + text.translate(snapshot.exact_table)
    return not automaton.scan(haystack, 1)


def _derived(snapshot: Snapshot, plain: str) -> str | None:
    """The views without insertions and repeats; None: it takes a closer look."""
    more = ""
    repeats = REPEAT.search(plain) is not None
    if ALNUM.search(plain) is not None:
        if (snapshot.latin_fuzzy or repeats) and LETTERS.search(plain) is not None:
            return None
        if BETWEEN.search(plain) is not None:
            more = SEPARATOR + ALNUM.sub("", plain)
    return more + SEPARATOR + REPEAT.sub("", plain) if repeats else more
