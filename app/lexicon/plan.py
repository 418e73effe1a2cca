"""What is given for a list: how it meets the list, and as rows."""

from collections.abc import Iterable
from itertools import islice
from typing import Literal

from app.domain.entry import Entry
from app.lexicon.errors import LexiconError
from app.lexicon.rows import to_row
from app.lexicon.validity import faults, settled
from app.store.lexicon import TermRow

Mode = Literal["replace", "merge"]
"""`replace`: the list becomes what is given. `merge`: given terms are added, or
take the place of the rows of the list that have the same term."""

SHOWN_FAULTS = 5
"""Refused entries that an error message names."""


def to_rows(list_name: str, entries: Iterable[Entry]) -> list[TermRow]:
    """Rows without repetitions.

    Raises:
        LexiconError: an entry is invalid; the message names the first ones.
    """
    wanted = list(entries)
    wrong = (f"{e.term[:40]!r}: {what}" for e in wanted for _, what in faults(e))
    shown = list(islice(wrong, SHOWN_FAULTS))
    if shown:
        raise LexiconError("invalid entries: " + "; ".join(shown))
    rows = (to_row(list_name, settled(entry)) for entry in wanted)
    return list({row.digest: row for row in rows}.values())
