"""Writing versions inside a transaction that holds the live one."""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncConnection

from app.lexicon.rows import Checksum
from app.store import lexicon as store
from app.store.lexicon import VersionRow
from app.store.lexicon_lives import digests_of, know_sizes
from app.store.lexicon_tables import lexicon_list, lexicon_term

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


async def complete_version(
    connection: AsyncConnection, version: VersionRow
) -> tuple[VersionRow, bool]:
    """Count what the transaction changed under this version's number, and serve it.

    `version` is that of `next_version`, written already; its changes are, too.
    Also returns whether anything changed at all. The checksum covers the words
    and the settings of lists; the numbers count words alone.
    """
    checksum = Checksum(version.checksum)
    began = ended = settings = 0
    async for digests, new in digests_of(connection, lexicon_term, version.number):
        _sum(checksum, digests, new=new)
        began, ended = began + new * len(digests), ended + (not new) * len(digests)
    async for digests, new in digests_of(connection, lexicon_list, version.number):
        _sum(checksum, digests, new=new)
        settings += len(digests)
    row = version._replace(
        term_count=version.term_count + began - ended,
        added=began,
        removed=ended,
        checksum=checksum.text(),
    )
    await know_sizes(connection, began + ended)
    await store.count_version(connection, row)
    await store.set_live(connection, row.number)
    return row, began + ended + settings > 0


def _sum(checksum: Checksum, digests: Iterable[bytes], *, new: bool) -> None:
    """Count rows that came, or take back rows that went."""
    count = checksum.add if new else checksum.remove
    for digest in digests:
        count(digest)
