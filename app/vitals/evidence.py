"""What the breaker judges by, read from the counts of all processes."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from app.store import vitals_breaker as store
from app.store.vitals import DAY, MINUTE
from app.store.vitals_breaker import Published
from app.vitals.judge import Case, Day, term_size
from app.vitals.settings import BreakerSettings
from app.vitals.tally import MINUTE as MINUTE_SECONDS

_DAY_SECONDS = 86_400
_NOTHING = store.Day(0, 0)


class Suspect(NamedTuple):
    """A word that hits often enough to be judged."""

    key: bytes
    word: Published
    case: Case


class _Present(NamedTuple):
    """What one word did within the last minutes, or since it was published."""

    hits: int
    texts: int
    minutes: int


async def suspects(
    connection: AsyncConnection, settings: BreakerSettings, now: float
) -> list[Suspect]:
    """Live words that are in many of the texts of the last minutes."""
    present = await _present(connection, settings, now)
    today = int(now) // _DAY_SECONDS
    days = range(today - settings.history_days, today + 1)
    texts = await store.texts_since(connection, DAY, days.start)
    past = await store.history(connection, list(present), days)
    return [
        Suspect(key, word, _case(word, seen, past.get(key, {}), texts, now))
        for key, (word, seen) in present.items()
    ]


async def _present(
    connection: AsyncConnection, settings: BreakerSettings, now: float
) -> dict[bytes, tuple[Published, _Present]]:
    """The words that could be above a limit; few, as shares must add up."""
    last = int(now) // MINUTE_SECONDS
    first = last - settings.minutes + 1
    texts = await store.texts_since(connection, MINUTE, first)
    if sum(texts.values()) < settings.least_texts:
        return {}
    hits = await store.frequent(connection, first, settings.least_hits)
    words = await store.published(connection, list(hits))
    found: dict[bytes, tuple[Published, _Present]] = {}
    for key, word in words.items():
        begin = min(max(first, int(word.at) // MINUTE_SECONDS), last)
        seen = _Present(
            _since(begin, hits[key]), _since(begin, texts), last - begin + 1
        )
        if seen.hits and seen.hits >= settings.least_share * seen.texts:
            found[key] = word, seen
    return found


def _since(begin: int, counts: Mapping[int, int]) -> int:
    return sum(count for number, count in counts.items() if number >= begin)


def _sum(days: Iterable[Day]) -> Day:
    hits, users, texts = 0, 0, 0
    for day in days:
        hits, users, texts = hits + day.hits, users + day.users, texts + day.texts
    return Day(hits, users, texts)


def _case(
    word: Published,
    seen: _Present,
    past: Mapping[int, store.Day],
    texts: Mapping[int, int],
    now: float,
) -> Case:
    """Everything about one word; the day of its publication is no full day."""
    today, born = int(now) // _DAY_SECONDS, int(word.at) // _DAY_SECONDS
    days = {
        number: Day(*past.get(number, _NOTHING), count)
        for number, count in texts.items()
    }
    return Case(
        hits=seen.hits,
        texts=seen.texts,
        minutes=seen.minutes,
        age=now - word.at,
        size=term_size(word.term),
        emergency=word.emergency,
        since=_sum(day for number, day in days.items() if number >= born),
        today=days.get(today, Day(0, 0, 0)),
        past=[day for number, day in sorted(days.items()) if born < number < today],
    )
