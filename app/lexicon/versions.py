"""Writing versions inside a transaction that holds the live one."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from app.lexicon.plan import Plan
from app.lexicon.rows import Checksum
from app.store import lexicon as store
from app.store.lexicon import VersionRow

MAX_WHO_LENGTH = 100


def next_version(
    live: VersionRow | None,
    *,
    now: float,
    who: str,
    why: str,
    origin: str = "operator",
) -> VersionRow:
    """The version after `live`, with its content as yet."""
    return VersionRow(
        number=live.number + 1 if live else 1,
        created_at=now,
        who=who[:MAX_WHO_LENGTH],
        why=why,
        term_count=live.term_count if live else 0,
        added=0,
        removed=0,
        checksum=live.checksum if live else Checksum().text(),
        origin=origin,
    )


async def write_plans(
    connection: AsyncConnection, version: VersionRow, plans: Mapping[str, Plan]
) -> VersionRow:
    """Write what the plans change in their lists, and serve the result."""
    row = _counted(version, plans)
    await store.add_version(connection, row)
    for plan in plans.values():
        ids = [key.id for key in plan.removed]
        await store.end_terms(connection, ids, row.number)
        await store.add_terms(connection, plan.added, row.number)
    await store.set_live(connection, row.number)
    return row


def _counted(version: VersionRow, plans: Mapping[str, Plan]) -> VersionRow:
    """The row of the version that the plans lead to."""
    checksum = Checksum(version.checksum)
    added = removed = 0
    for plan in plans.values():
        added, removed = added + len(plan.added), removed + len(plan.removed)
        for row in plan.added:
            checksum.add(row.digest)
        for key in plan.removed:
            checksum.remove(key.digest)
    return version._replace(
        term_count=version.term_count + added - removed,
        added=added,
        removed=removed,
        checksum=checksum.text(),
    )
