"""Queries by which the breaker sees how often words hit, now and before."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.lexicon_tables import lexicon_term, lexicon_version
from app.store.vitals import Seen, chunks
from app.store.vitals_tables import vitals_day, vitals_texts, vitals_window


class Published(NamedTuple):
    """A live word, and when its present form was published (Unix seconds).

    `version` is the one that brought this form; `level` is the highest of its rows;
    `emergency` tells whether an emergency block made one.
    """

    list_name: str
    term: str
    level: int
    at: float
    version: int
    emergency: bool


class DayCount(NamedTuple):
    """What a word did on one day: texts with it, and different users."""

    hits: int
    users: int


async def recent_versions(
    connection: AsyncConnection, since: float, most: int
) -> list[float]:
    """When the latest versions were published, from a moment on; newest first."""
    at = lexicon_version.c.created_at
    query = select(at).where(at >= since).order_by(at.desc()).limit(most)
    return list(await connection.scalars(query))


async def frequent(
    connection: AsyncConnection, since: int, least: int
) -> dict[bytes, Seen]:
    """Words with `least` hits or more from minute `since` on, added up."""
    window = vitals_window.c
    hits = func.sum(window.hits)
    query = (
        select(window.term_key, hits, func.sum(window.named), func.sum(window.users))
        .where(window.minute >= since)
        .group_by(window.term_key)
        .having(hits >= least)
    )
    rows = await connection.execute(query)
    # PostgreSQL adds up whole numbers to decimal ones.
    return {key: Seen(key, *map(int, counts)) for key, *counts in rows}


async def texts_since(
    connection: AsyncConnection, period: str, since: int
) -> dict[int, int]:
    """Checked texts by minute or day, from number `since` on."""
    texts = vitals_texts.c
    query = select(texts.number, texts.texts).where(
        texts.period == period, texts.number >= since
    )
    return {row.number: row.texts for row in await connection.execute(query)}


async def published(
    connection: AsyncConnection, keys: Sequence[bytes]
) -> dict[bytes, Published]:
    """The live words among these; the latest of a word's rows sets its time."""
    found: dict[bytes, Published] = {}
    term, version = lexicon_term.c, lexicon_version.c
    emergency = case((version.origin == "emergency", 1), else_=0)
    # The shipped packs are no news: a first start must not count them as pasted.
    at = case((version.origin == "seed", 0.0), else_=version.created_at)
    for some in chunks(keys):
        query = (
            select(
                term.key,
                func.min(term.list_name),
                func.min(term.term),
                func.max(term.level),
                func.max(at),
                func.max(term.added_in),
                func.max(emergency),
            )
            .join(lexicon_version, version.number == term.added_in)
            .where(term.key.in_(some), term.removed_in.is_(None))
            .where(term.label.is_not(None))
            .group_by(term.key)
        )
        for key, *known, urgent in await connection.execute(query):
            found[key] = Published._make([*known, bool(urgent)])
    return found


async def history(
    connection: AsyncConnection, keys: Sequence[bytes], days: Sequence[int]
) -> dict[bytes, dict[int, DayCount]]:
    """What these words did on these days."""
    found: dict[bytes, dict[int, DayCount]] = defaultdict(dict)
    day = vitals_day.c
    for some in chunks(keys):
        # Days by name, not as a range: each pair is then one step into the index.
        query = select(day.term_key, day.day, day.hits, day.user_count).where(
            day.day.in_(days), day.term_key.in_(some)
        )
        for key, number, *counts in await connection.execute(query):
            found[key][number] = DayCount(*counts)
    return dict(found)
