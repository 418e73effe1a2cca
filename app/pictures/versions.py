"""Making versions inside a transaction that holds the live one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from app.lexicon.rows import Checksum
from app.pictures.errors import MovedError, NotListedError
from app.store import Database, pictures_lives
from app.store import pictures as store
from app.store.pictures import VersionRow

MAX_WHO = 100


@dataclass(frozen=True, slots=True)
class Author:
    """Who makes a version, why, and from which one (None: from any)."""

    who: str
    why: str
    expected: int | None = None


@asynccontextmanager
async def locked(
    db: Database, expected: int | None
) -> AsyncIterator[tuple[AsyncConnection, VersionRow | None]]:
    """One write transaction with the live version, which nobody else can move.

    Raises:
        MovedError: another version is live than the expected one.
    """
    async with db.write() as connection:
        live = await store.lock_live(connection)
        number = live.number if live else 0
        if expected is not None and expected != number:
            raise MovedError(expected, number)
        yield connection, live


async def begin_version(
    connection: AsyncConnection,
    live: VersionRow | None,
    author: Author,
    origin: str,
    now: float,
    *,
    rolled_back_to: int | None = None,
) -> VersionRow:
    """Write the version after `live`, whose rows then can refer to it."""
    version = VersionRow(
        number=live.number + 1 if live else 1,
        created_at=now,
        who=author.who[:MAX_WHO],
        why=author.why,
        origin=origin,
        picture_count=live.picture_count if live else 0,
        added=0,
        changed=0,
        removed=0,
        checksum=live.checksum if live else Checksum().text(),
        rolled_back_to=rolled_back_to,
    )
    await store.add_version(connection, version)
    return version


async def finish_version(
    connection: AsyncConnection, version: VersionRow
) -> VersionRow:
    """Count what changed under this version's number, and serve it."""
    checksum = Checksum(version.checksum)
    began = ended = 0
    async for digests, new in pictures_lives.digests_of(connection, version.number):
        count = checksum.add if new else checksum.remove
        for digest in digests:
            count(digest)
        began, ended = began + new * len(digests), ended + (not new) * len(digests)
    changed = await pictures_lives.count_changed(connection, version.number)
    made = version._replace(
        picture_count=version.picture_count + began - ended,
        added=began - changed,
        changed=changed,
        removed=ended - changed,
        checksum=checksum.text(),
    )
    await pictures_lives.know_sizes(connection, began + ended)
    await store.count_version(connection, made)
    await store.set_live(connection, made.number)
    return made


async def found_version(connection: AsyncConnection, number: int) -> VersionRow:
    """A version by its number.

    Raises:
        NotListedError: there is none.
    """
    row = await store.version_row(connection, number)
    if row is None:
        raise NotListedError(f"there is no version {number} of the picture lists")
    return row


async def checked_number(connection: AsyncConnection, number: int | None) -> int:
    """The number of a version that exists; None is the live one, 0 the empty one.

    Raises:
        NotListedError: there is none.
    """
    if number is None:
        live = await store.live_version(connection)
        return live.number if live else 0
    return (await found_version(connection, number)).number if number else 0
