"""Queries on the words that the breaker keeps at review."""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.dialect import upsert
from app.store.lexicon_tables import lexicon_term
from app.store.vitals_tables import vitals_hold

TRIPPED, CONFIRMED, RELEASED = "tripped", "confirmed", "released"

_hold = vitals_hold.c
_term = lexicon_term.c

_present = (
    select(func.max(_term.added_in))
    .where(_term.key == _hold.term_key)
    .where(_term.removed_in.is_(None), _term.label.is_not(None))
    .correlate(vitals_hold)
    .scalar_subquery()
)
"""The version that brought the word in its live form; NULL when it is gone."""


class HoldRow(NamedTuple):
    """One hold as stored; times are Unix seconds.

    `version` brought the word in the form that tripped.
    """

    term_key: bytes
    list_name: str
    term: str
    version: int
    reason: str
    hits: int
    texts: int
    minutes: int
    usual_share: float | None
    tripped_at: float
    state: str = TRIPPED
    decided_at: float | None = None
    decided_by: str | None = None
    alert_due: float | None = None
    alert_attempts: int = 0
    alert_result: str | None = None


COLUMNS = [_hold[name] for name in HoldRow._fields]


async def add_hold(
    connection: AsyncConnection, row: HoldRow, *, released_before: float
) -> bool:
    """Hold a word; whether it was this call that did.

    A word that is held stays as it is, unless a newer version brought it anew. One
    that was released is held again only when that was earlier than
    `released_before`.
    """
    statement = upsert(connection, vitals_hold).values(row._asdict())
    rested = and_(_hold.state == RELEASED, _hold.decided_at < released_before)
    older = and_(_hold.state != RELEASED, _hold.version < statement.excluded.version)
    again = statement.on_conflict_do_update(
        index_elements=["term_key"],
        set_={name: statement.excluded[name] for name in HoldRow._fields},
        where=or_(rested, older),
    ).returning(_hold.term_key)
    return (await connection.execute(again)).first() is not None


async def settled_words(
    connection: AsyncConnection, *, released_before: float
) -> dict[bytes, int | None]:
    """Words that `add_hold` leaves alone, up to which version; None for any."""
    known = or_(_hold.state != RELEASED, _hold.decided_at >= released_before)
    query = select(_hold.term_key, _hold.version, _hold.state).where(known)
    return {
        key: None if state == RELEASED else version
        for key, version, state in await connection.execute(query)
    }


async def decide_hold(
    connection: AsyncConnection, term_key: bytes, *, state: str, who: str, at: float
) -> HoldRow | None:
    """Confirm or release a word that is held; None when it is not."""
    statement = (
        update(vitals_hold)
        .where(_hold.term_key == term_key, _held())
        .values(state=state, decided_by=who, decided_at=at)
        .returning(*COLUMNS)
    )
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else HoldRow(*row)


async def read_holds(connection: AsyncConnection) -> list[HoldRow]:
    """Held words, newest first."""
    query = (
        select(*COLUMNS)
        .where(_held())
        .order_by(_hold.tripped_at.desc(), _hold.term_key)
    )
    return [HoldRow(*row) for row in await connection.execute(query)]


async def held_words(connection: AsyncConnection) -> list[tuple[str, str]]:
    """List name and term of each word that stays at review."""
    query = select(_hold.list_name, _hold.term).where(_held())
    return [(name, term) for name, term in await connection.execute(query)]


def _held() -> ColumnElement[Any]:
    """Whether a hold has an effect: the word is live as it was when it tripped."""
    return and_(_hold.state != RELEASED, _hold.version == _present)
