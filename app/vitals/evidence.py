"""What the breaker judges by, read from the counts of all processes."""

from collections.abc import Container, Mapping
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.policy import DEFAULT_POLICY
from app.store import vitals_breaker as store
from app.store.vitals import DAY, MINUTE
from app.store.vitals_breaker import DayCount, Minute, Published
from app.vitals.judge import Case, Day, term_size
from app.vitals.settings import BreakerSettings
from app.vitals.tally import MINUTE as MINUTE_SECONDS

_DAY_SECONDS = 86_400
_NOTHING = DayCount(0, 0)
_RISKY = DEFAULT_POLICY.default.risky


class Suspect(NamedTuple):
    """A word that hits often enough to be judged."""

    key: bytes
    word: Published
    case: Case


class _Present(NamedTuple):
    """What one word did within the last minutes, or since it was published."""

    hits: int
    named: int
    users: int
    texts: int
    minutes: int


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
    last = int(now) // MINUTE_SECONDS
    span = range(last - minutes + 1, last + 1)
    present = await _present(connection, settings, span, again)
    today = int(now) // _DAY_SECONDS
    days = range(today - settings.history_days, today + 1)
    texts = await store.texts_since(connection, DAY, days.start)
    past = await store.history(connection, list(present), days)
    return [
        Suspect(key, word, _case(word, seen, past.get(key, {}), texts, now))
        for key, (word, seen) in present.items()
    ]


async def _present(
    connection: AsyncConnection,
    settings: BreakerSettings,
    span: range,
    again: Container[bytes],
) -> dict[bytes, tuple[Published, _Present]]:
    """The words that could be above a limit: few, or they would be everywhere."""
    texts = await store.texts_since(connection, MINUTE, span.start)
    if sum(texts.values()) < settings.least_texts:
        return {}
    hits = await store.frequent(connection, span.start, settings.least_hits)
    words = await store.published(connection, list(hits))
    found: dict[bytes, tuple[Published, _Present]] = {}
    for key, word in words.items():
        if word.level < _RISKY:
            continue  # it is for review at most as it is
        born = int(word.at) // MINUTE_SECONDS
        # The minute in which a word was published saw texts without it, which only
        # delays a ruling; hits of its former form would make a false one. The clock
        # of who published may be ahead.
        born = born + 1 if key in again else min(born, span[-1])
        begin = max(span.start, born)
        seen = _seen(hits[key], texts, range(begin, span.stop))
        if seen.hits and seen.hits >= settings.least_share * seen.texts:
            found[key] = word, seen
    return found


def _seen(
    hits: Mapping[int, Minute], texts: Mapping[int, int], span: range
) -> _Present:
    inside = [one for minute, one in hits.items() if minute >= span.start]
    return _Present(
        sum(one.hits for one in inside),
        sum(one.named for one in inside),
        sum(one.users for one in inside),
        sum(count for minute, count in texts.items() if minute >= span.start),
        len(span),
    )


def _case(
    word: Published,
    seen: _Present,
    past: Mapping[int, DayCount],
    texts: Mapping[int, int],
    now: float,
) -> Case:
    """Everything about one word; the day of its publication is no full day."""
    today = int(now) // _DAY_SECONDS
    full = range(int(word.at) // _DAY_SECONDS + 1, today)
    return Case(
        hits=seen.hits,
        texts=seen.texts,
        minutes=seen.minutes,
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
