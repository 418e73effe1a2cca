"""What the breaker judges by, read from the counts of all processes."""

import math
from collections.abc import Container, Iterator, Mapping
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.policy import DEFAULT_POLICY
from app.store import vitals_breaker as store
from app.store.vitals import DAY, MINUTE, Seen
from app.store.vitals_breaker import DayCount, Published
from app.vitals.judge import Case, Day, term_size
from app.vitals.settings import BreakerSettings
from app.vitals.tally import MINUTE as MINUTE_SECONDS

_DAY_SECONDS = 86_400
_NOTHING = DayCount(0, 0)
_RISKY = DEFAULT_POLICY.default.risky
_VERSIONS = 2
"""Versions of these minutes whose words are counted from their first minute on.

Words of earlier ones in the same minutes are counted from a later minute on, which is
less evidence, but no wrong one.
"""


class Suspect(NamedTuple):
    """A word that hits often enough to be judged."""

    key: bytes
    word: Published
    case: Case


class _Span(NamedTuple):
    """The texts from a minute on, and the words that are in many of them."""

    start: int
    minutes: int
    texts: int
    seen: Mapping[bytes, Seen]


async def suspects(
    connection: AsyncConnection,
    settings: BreakerSettings,
    *,
    minutes: int,
    now: float,
    again: Container[bytes] = (),
) -> list[Suspect]:
    """Live words that are in many of the texts of the last minutes.

    Words in `again` were live before in another form.
    """
    present = int(now) // MINUTE_SECONDS
    window = range(present - minutes + 1, present + 1)
    spans = await _spans(connection, settings, window)
    words = await store.published(connection, list({k for s in spans for k in s.seen}))
    found: dict[bytes, tuple[Published, _Span]] = {}
    for key, word in words.items():
        born = _first_minute(word, present, again=key in again)
        # The longest span that has nothing from before.
        span = next((one for one in spans if one.start >= born), None)
        # What is for review at most as it is need not be held.
        if span is not None and key in span.seen and word.level >= _RISKY:
            found[key] = word, span
    today = int(now) // _DAY_SECONDS
    days = range(today - settings.history_days, today + 1)
    texts = await store.texts_since(connection, DAY, days.start)
    past = await store.history(connection, list(found), days)
    return [
        Suspect(key, word, _case(key, word, span, past.get(key, {}), texts, now))
        for key, (word, span) in found.items()
    ]


async def _spans(
    connection: AsyncConnection, settings: BreakerSettings, window: range
) -> list[_Span]:
    """The whole window, and what came after the latest versions; longest first.

    Each keeps the words that can be above a limit: few, as a limit is a good part of
    all texts.
    """
    texts = await store.texts_since(connection, MINUTE, window.start)
    since = float(window.start * MINUTE_SECONDS)
    versions = await store.recent_versions(connection, since, _VERSIONS)
    spans: list[_Span] = []
    for start in sorted({window.start, *_starts(versions, window)}):
        count = sum(n for minute, n in texts.items() if minute >= start)
        if count >= settings.least_texts:
            least = max(settings.least_hits, math.ceil(settings.least_share * count))
            seen = await store.frequent(connection, start, least)
            spans.append(_Span(start, window.stop - start, count, seen))
    return spans


def _starts(versions: list[float], window: range) -> Iterator[int]:
    """From the minutes in which versions were published, and from the next ones on."""
    for at in versions:
        born = min(int(at) // MINUTE_SECONDS, window[-1])
        yield from (minute for minute in (born, born + 1) if minute in window)


def _first_minute(word: Published, present: int, *, again: bool) -> int:
    """The minute from which on hits and texts say something about a word.

    The one in which it was published saw texts without it, which only delays a
    ruling; hits of its former form would make a false one.
    """
    born = int(word.at) // MINUTE_SECONDS
    # The clock of who published may be ahead.
    return born + 1 if again else min(born, present)


def _case(
    key: bytes,
    word: Published,
    span: _Span,
    past: Mapping[int, DayCount],
    texts: Mapping[int, int],
    now: float,
) -> Case:
    """Everything about one word; the day of its publication is no full day."""
    today = int(now) // _DAY_SECONDS
    full = range(int(word.at) // _DAY_SECONDS + 1, today)
    seen = span.seen[key]
    return Case(
        hits=seen.hits,
        texts=span.texts,
        minutes=span.minutes,
        named=seen.named,
        users=seen.users,
        users_today=past.get(today, _NOTHING).users,
        age=now - word.at,
        size=term_size(word.term),
        emergency=word.emergency,
        past=[
            Day(past.get(number, _NOTHING).hits, count)
            for number, count in sorted(texts.items())
            if number in full
        ],
    )
