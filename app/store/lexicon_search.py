"""Live words, looked for by a part of them."""

from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.lexicon import TermRow
from app.store.lexicon_tables import lexicon_term

Wanted = int | None | Literal[""]
"""A label by number, None for exempt phrases, "" for any."""

LAST_ID = 2**63 - 1
"""The largest id that a database can have."""

_term = lexicon_term.c


async def find_terms(
    connection: AsyncConnection,
    part: str,
    *,
    list_name: str | None,
    label: Wanted,
    after: int,
    limit: int,
) -> list[tuple[int, TermRow]]:
    """Live rows with an id above `after`, oldest first, whose term has this part.

    Capitals make no difference, at least among the letters A to Z.
    """
    columns = [_term[name] for name in TermRow._fields]
    query = select(_term.id, *columns).where(_term.removed_in.is_(None))
    query = query.where(_term.id > after).order_by(_term.id).limit(limit)
    if part:
        query = query.where(_term.term.icontains(part, autoescape=True))
    if list_name is not None:
        query = query.where(_term.list_name == list_name)
    if label != "":
        query = query.where(_term.label == label)
    rows = await connection.execute(query)
    return [(row[0], TermRow(*row[1:])) for row in rows]
