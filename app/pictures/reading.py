"""Reading the lists of known pictures, as they are and as they were."""

from collections.abc import AsyncIterator, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from app.lexicon.rows import Checksum
from app.pictures.diff import compare
from app.pictures.errors import NotListedError
from app.pictures.records import DiffPage, ListInfo, Live
from app.pictures.versions import checked_number, found_version
from app.store import Database
from app.store import pictures as store
from app.store.pictures import FoundRow, PictureRow, VersionRow

MAX_PAGE = 1000
_LAST_ID = 2**63 - 1


class PictureReader:
    """Looks at the lists and changes nothing."""

    def __init__(self, db: Database) -> None:
        """Work on an open, migrated database."""
        self._db = db

    async def live(self) -> Live:
        """The version to serve; number 0 when nothing was ever listed."""
        async with self._db.read() as connection:
            row = await store.live_version(connection)
        if row is None:
            return Live(0, Checksum().text(), 0)
        return Live(row.number, row.checksum, row.picture_count)

    async def versions(
        self, *, before: int | None = None, limit: int = MAX_PAGE
    ) -> list[VersionRow]:
        """Versions, newest first; `before` leaves out that number and newer ones."""
        async with self._db.read() as connection:
            return await store.version_rows(connection, before=before, limit=limit)

    async def version(self, number: int) -> VersionRow:
        """One version.

        Raises:
            NotListedError: there is none of this number.
        """
        async with self._db.read() as connection:
            return await found_version(connection, number)

    async def lists(self, version: int | None = None) -> list[ListInfo]:
        """The lists of a version (default: the live one), by name.

        Raises:
            NotListedError: there is no such version.
        """
        async with self._db.read() as connection:
            number = await checked_number(connection, version)
            return [
                ListInfo(*row) for row in await store.list_counts(connection, number)
            ]

    async def entries(
        self, name: str, *, version: int | None = None, after: int = 0, limit: int
    ) -> list[FoundRow]:
        """Pictures of a list of a version, oldest first, ids above `after`.

        Raises:
            NotListedError: there is no such version or list.
        """
        limit = min(max(limit, 1), MAX_PAGE + 1)
        async with self._db.read() as connection:
            number = await _checked_list(connection, name, version)
            return await store.page_of(
                connection, name, number, after=min(after, _LAST_ID), limit=limit
            )

    async def find(self, value: bytes) -> list[FoundRow]:
        """Where exactly this hash is listed now, by the name of the list."""
        async with self._db.read() as connection:
            return await store.standing(connection, value)

    async def content(
        self, name: str | None = None, *, version: int | None = None
    ) -> AsyncIterator[Sequence[PictureRow]]:
        """A version, or one of its lists, in batches; one view of the database.

        Raises:
            NotListedError: there is no such version or list.
        """
        async with self._db.read() as connection:
            if name is None:
                number = await checked_number(connection, version)
            else:
                number = await _checked_list(connection, name, version)
            async for batch in store.content(connection, number, name):
                yield batch

    async def diff(
        self, a: int, b: int, *, after: str | None = None, limit: int = MAX_PAGE
    ) -> DiffPage:
        """A page of what version `b` has otherwise than `a`; 0 is nothing at all.

        Raises:
            NotListedError: there is no such version.
            PicturesError: `after` is no `next` of ours.
        """
        async with self._db.read() as connection:
            for number in (a, b):
                await checked_number(connection, number)
            return await compare(connection, a, b, after=after, limit=limit)


async def _checked_list(
    connection: AsyncConnection, name: str, version: int | None
) -> int:
    """The number of the version, if it has such a list."""
    number = await checked_number(connection, version)
    if not await store.has_list(connection, name, number):
        raise NotListedError(f"version {number} has no picture list of this name")
    return number
