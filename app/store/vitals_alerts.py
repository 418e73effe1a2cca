"""Queries on the alerts about held words: each is sent by one process at a time."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.vitals_holds import COLUMNS, HoldRow
from app.store.vitals_tables import vitals_hold

_hold = vitals_hold.c


async def due_alerts(
    connection: AsyncConnection, now: float, most: int
) -> Sequence[bytes]:
    """Words whose alert should be sent by now, the longest waiting first."""
    query = (
        select(_hold.term_key)
        .where(_hold.alert_due <= now)
        .order_by(_hold.alert_due, _hold.term_key)
        .limit(most)
    )
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
        .returning(*COLUMNS)
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
