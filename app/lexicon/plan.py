"""What a publish would change, worked out before anything is written."""

from collections.abc import AsyncIterable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from app.domain.entry import Entry
from app.lexicon.errors import LexiconError
from app.lexicon.rows import to_row
from app.lexicon.validity import faults, settled
from app.store.lexicon import LiveKey, TermRow

Mode = Literal["replace", "merge"]
"""`replace`: the list becomes what is given. `merge`: given terms are added, or
take the place of the rows of the list that have the same term."""

SHOWN_FAULTS = 5
"""Refused entries that an error message names."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a publish changes in one list, in numbers of rows."""

    added: int
    removed: int
    unchanged: int


@dataclass(slots=True)
class Plan:
    """The rows to write and to end in one list."""

    added: list[TermRow] = field(default_factory=list)
    removed: list[LiveKey] = field(default_factory=list)
    unchanged: int = 0

    @property
    def change(self) -> Change:
        """The plan in numbers."""
        return Change(len(self.added), len(self.removed), self.unchanged)


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


async def make_plan(
    rows: Sequence[TermRow], live: AsyncIterable[LiveKey], mode: Mode
) -> Plan:
    """Compare wanted rows with the live ones of the same list."""
    wanted = {row.digest for row in rows}
    terms = {row.term for row in rows}
    known: set[bytes] = set()
    plan = Plan()
    async for key in live:
        if key.digest in wanted:
            known.add(key.digest)
        elif mode == "replace" or key.term in terms:
            plan.removed.append(key)
        else:
            plan.unchanged += 1
    plan.unchanged += len(known)
    plan.added = [row for row in rows if row.digest not in known]
    return plan
