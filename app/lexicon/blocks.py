"""A word blocked in an emergency: what is added to its list, and what that replaces."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from app.domain.entry import Entry
from app.lexicon.errors import LexiconError
from app.lexicon.lint_item import BREADTH

DEFAULT_SPAN = timedelta(hours=72)
"""How long a block lasts when nobody says so."""

LONGEST_SPAN = timedelta(days=366)
"""What is to last longer belongs into a list, by a draft."""


class Merged(NamedTuple):
    """The entry to add, and the entries whose place it takes."""

    entry: Entry
    replaced: Sequence[Entry]


def end_of_block(
    now: datetime, hours: float | None, expires: datetime | None
) -> datetime:
    """When a block ends that begins at `now`; 72 hours unless one of both says when.

    Raises:
        LexiconError: both are given, or the end is not after `now` or more than a
            year away.
    """
    if hours is not None and expires is not None:
        raise LexiconError("give the hours of a block or its end, not both")
    if hours is not None and not (math.isfinite(hours) and hours < _MOST_HOURS * 2):
        raise LexiconError(_TOO_LONG)
    if expires is None:
        expires = now + (DEFAULT_SPAN if hours is None else timedelta(hours=hours))
    if expires.tzinfo is None:
        raise LexiconError("the end of a block needs a time zone")
    if expires <= now:
        raise LexiconError("a block must end in the future")
    if expires - now > LONGEST_SPAN:
        raise LexiconError(_TOO_LONG)
    return expires.astimezone(UTC)


def merge(wanted: Entry, present: Sequence[Entry], now: datetime) -> Merged | None:
    """How to block a word that a list has perhaps already; None: it needs nothing.

    A block that is as strong is prolonged, not doubled, and one that does less in
    every way gives way. Words without an end are left as they are: they count
    again, and only they, when the block is over.
    """
    if any(_covers(entry, wanted, now) for entry in present):
        return None
    ending = [entry for entry in present if entry.expires is not None]
    equal = [entry.expires for entry in ending if _same_strength(entry, wanted)]
    ends = [end for end in (wanted.expires, *equal) if end is not None]
    merged = replace(wanted, expires=max(ends))
    return Merged(merged, [entry for entry in ending if _weaker(entry, merged)])


def _covers(entry: Entry, wanted: Entry, now: datetime) -> bool:
    """Whether an entry does already all that is wanted."""
    begun = entry.starts is None or entry.starts <= now
    same = entry.label == wanted.label
    return begun and same and _weaker(wanted, entry)


def _weaker(less: Entry, more: Entry) -> bool:
    """Whether an entry hits nothing that the other one misses, and not harder."""
    inside = not more.scenes or (bool(less.scenes) and less.scenes <= more.scenes)
    ends = more.expires is None or (
        less.expires is not None and less.expires <= more.expires
    )
    matched = BREADTH[less.match] <= BREADTH[more.match]
    return inside and ends and matched and less.level <= more.level


def _same_strength(one: Entry, other: Entry) -> bool:
    """Whether two entries differ at most in label, note and time."""
    return (one.level, one.match, one.scenes) == (
        other.level,
        other.match,
        other.scenes,
    )


_MOST_HOURS = LONGEST_SPAN / timedelta(hours=1)
_TOO_LONG = f"a block lasts at most {LONGEST_SPAN.days} days"
