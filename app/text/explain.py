"""Which exempt phrases matter to the hits of a text."""

from collections.abc import Iterator
from typing import Final

from app.text.result import ExemptNote
from app.text.scan import Hit, Hits
from app.text.snapshot import Snapshot

_MOST_NOTES: Final = 20
_MOST_PHRASES: Final = 3
"""Phrases named for one hit that none of them saved."""


def explain_exempt(
    snapshot: Snapshot, hits: Hits, saved: list[tuple[int, int]]
) -> tuple[ExemptNote, ...]:
    """Phrases that saved a hit, and phrases that would have saved one."""
    used, asked = set(saved), set[int]()
    spans = [(h.start, h.end) for h in hits.best.values() if (h.unit, h.start) in used]
    notes: list[ExemptNote] = []
    for hit in hits.best.values():
        unit = snapshot.units[hit.unit]
        if snapshot.entries[unit.entry].exempt:
            if (hit.unit, hit.start) in used:
                notes += _covered(snapshot, hit, hits)
        elif any(a <= hit.start and hit.end <= b for a, b in spans):
            continue
        elif hit.unit not in asked and len(asked) < _MOST_NOTES:
            asked.add(hit.unit)
            notes += _possible(snapshot, hit)
        if len(notes) >= _MOST_NOTES:
            break
    return tuple(notes[:_MOST_NOTES])


def _covered(snapshot: Snapshot, phrase: Hit, hits: Hits) -> Iterator[ExemptNote]:
    """The hits that this phrase removed."""
    entry = snapshot.entries[snapshot.units[phrase.unit].entry]
    for hit in hits.best.values():
        term = snapshot.entries[snapshot.units[hit.unit].entry]
        inside = phrase.start <= hit.start and hit.end <= phrase.end
        if inside and not term.exempt:
            yield ExemptNote(
                snapshot.units[hit.unit].text,
                entry.term,
                phrase.start,
                phrase.end,
                saved=True,
            )


def _possible(snapshot: Snapshot, hit: Hit) -> Iterator[ExemptNote]:
    """Phrases that contain the term but do not stand here."""
    folded, left = snapshot.units[hit.unit].folded, _MOST_PHRASES
    term = snapshot.units[hit.unit].text
    for number in snapshot.exempt_units:
        unit = snapshot.units[number]
        entry = snapshot.entries[unit.entry]
        if left and unit.folded != folded and folded in unit.folded:
            left -= 1
            yield ExemptNote(term, entry.term, hit.start, hit.end, saved=False)
