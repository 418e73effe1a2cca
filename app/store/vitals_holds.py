"""Queries on the words that the breaker keeps at review, and on their alerts."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.dialect import upsert
from app.store.vitals_tables import vitals_hold

TRIPPED, CONFIRMED, RELEASED = "tripped", "confirmed", "released"

_hold = vitals_hold.c


class HoldRow(NamedTuple):
    """One hold as stored; times are Unix seconds."""

    term_key: bytes
    list_name: str
    term: str
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


_COLUMNS = [_hold[name] for name in HoldRow._fields]


async def add_hold(
    connection: AsyncConnection, row: HoldRow, *, released_before: float
) -> bool:
    """Hold a word; whether it was this call that did.

    A word that is held stays as it is. One that was released is held again only
    when that was earlier than `released_before`.
    """
    statement = upsert(connection, vitals_hold).values(row._asdict())
    again = statement.on_conflict_do_update(
        index_elements=["term_key"],
        set_={name: statement.excluded[name] for name in HoldRow._fields},
        where=(_hold.state == RELEASED) & (_hold.decided_at < released_before),
    ).returning(_hold.term_key)
    return (await connection.execute(again)).first() is not None


async def settled_keys(
    connection: AsyncConnection, *, released_before: float
) -> set[bytes]:
    """Words that `add_hold` would leave alone."""
    recently = or_(_hold.state != RELEASED, _hold.decided_at >= released_before)
    return set(await connection.scalars(select(_hold.term_key).where(recently)))


async def decide_hold(
    connection: AsyncConnection, term_key: bytes, *, state: str, who: str, at: float
) -> HoldRow | None:
    """Confirm or release a word that is held; None when it is not."""
    statement = (
        update(vitals_hold)
        .where(_hold.term_key == term_key, _hold.state != RELEASED)
        .values(state=state, decided_by=who, decided_at=at)
        .returning(*_COLUMNS)
    )
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else HoldRow(*row)


async def read_holds(
    connection: AsyncConnection, *, released: bool = False
) -> list[HoldRow]:
    """Held words, newest first; `released` adds those that were let go."""
    query = select(*_COLUMNS).order_by(_hold.tripped_at.desc(), _hold.term_key)
    if not released:
        query = query.where(_hold.state != RELEASED)
    return [HoldRow(*row) for row in await connection.execute(query)]


async def held_words(connection: AsyncConnection) -> list[tuple[str, str]]:
    """List name and term of each word that stays at review."""
    query = select(_hold.list_name, _hold.term).where(_hold.state != RELEASED)
    return [(name, term) for name, term in await connection.execute(query)]


async def due_alerts(
    connection: AsyncConnection, now: float, most: int
) -> Sequence[bytes]:
    """Words whose alert should be sent by now."""
    query = select(_hold.term_key).where(_hold.alert_due <= now).limit(most)
    return (await connection.scalars(query)).all()


async def claim_alert(
    connection: AsyncConnection, term_key: bytes, *, now: float, until: float
) -> HoldRow | None:
    """Take an alert that is due, and count the attempt; None: somebody else did.

    Nobody else takes it before `until`.
    """
    statement = (
        update(vitals_hold)
        .where(_hold.term_key == term_key, _hold.alert_due <= now)
        .values(alert_due=until, alert_attempts=_hold.alert_attempts + 1)
        .returning(*_COLUMNS)
    )
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else HoldRow(*row)


async def settle_alert(
    connection: AsyncConnection, row: HoldRow, *, due: float | None, result: str
) -> None:
    """Write down what became of an attempt, unless the word was held anew meanwhile."""
    statement = (
        update(vitals_hold)
        .where(_hold.term_key == row.term_key, _hold.tripped_at == row.tripped_at)
        .where(_hold.alert_attempts == row.alert_attempts)
        .values(alert_due=due, alert_result=result)
    )
    await connection.execute(statement)
