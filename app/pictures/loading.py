"""A file on its way into a list: staged in short steps, then one transaction."""

import asyncio
import logging
from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from app.pictures.errors import MovedError, PicturesError
from app.pictures.picture import Picture, checked, to_row, with_centre
from app.pictures.records import Changed, Mode
from app.pictures.versions import Author, begin_version, finish_version, locked
from app.store import Database, pictures_load
from app.store import pictures as store
from app.store.pictures import VersionRow
from app.store.pictures_load import Load, LoadCounts, Values, staged_values

LEFT_BEHIND = timedelta(hours=1)
"""After so long without a row, a file counts as given up by a dead process."""

_GIVEN_UP = "the file took too long and was given up; try again"
_log = logging.getLogger(__name__)

Given = Sequence[tuple[Picture, bool]]


class _Counted(NamedTuple):
    """What a file changes, compared with a version."""

    live: VersionRow | None
    counts: LoadCounts


class Loader:
    """Reads one file into one list."""

    def __init__(
        self, db: Database, clock: Callable[[], float], list_name: str, mode: Mode
    ) -> None:
        """Nothing happens before `run`."""
        self._db = db
        self._clock = clock
        self._list_name = list_name
        self._whole = mode == "replace"

    async def run(
        self, batches: AsyncIterable[Given], author: Author, *, dry_run: bool
    ) -> Changed:
        """Stage every row; unless it is a dry run, make them the next version.

        Raises:
            MovedError: another version is live than the expected one.
            PicturesError: a picture is not usable, or the file took too long.
        """
        await self._refuse_moved(author.expected)
        async with self._staging() as load:
            async for given in batches:
                rows = await asyncio.to_thread(self._rows, load.id, given)
                async with self._db.write() as connection:
                    await self._touch(connection, load)
                    if rows:
                        await pictures_load.stage(connection, rows)
            await self._keep_last(load)
            await self._keep_centres(load)
            counted = await self._count(load)
            if dry_run:
                return Changed(None, *counted.counts)
            return await self._apply(load, author, counted)

    async def _apply(self, load: Load, author: Author, counted: _Counted) -> Changed:
        async with AsyncExitStack() as stack:
            connection, live = await stack.enter_async_context(
                locked(self._db, author.expected)
            )
            await stack.enter_async_context(pictures_load.room_for_many(connection))
            await self._touch(connection, load)
            counts = counted.counts
            if counted.live != live:  # somebody was quicker
                counts = await pictures_load.count_load(connection, load)
            if not any(counts[:3]):
                return Changed(None, unchanged=counts.unchanged)
            now = self._clock()
            version = await begin_version(connection, live, author, "import", now)
            await pictures_load.apply_load(connection, load, version.number)
            made = await finish_version(connection, version)
            if LoadCounts(made.added, made.changed, made.removed, 0) != (
                counts._replace(unchanged=0)
            ):
                raise PicturesError("the file and what it changed do not fit")
        return Changed(made, *counts)

    async def _keep_last(self, load: Load) -> None:
        """Of a hash that stands in the file again, keep the last."""
        async with self._db.read() as connection:
            again = await pictures_load.has_again(connection, load.id)
        if again:
            async with self._db.write() as connection:
                await self._touch(connection, load)
                await pictures_load.keep_last(connection, load.id)

    async def _count(self, load: Load) -> _Counted:
        """What the file would change, found out without keeping others waiting."""
        async with self._db.read() as connection:
            live = await store.live_version(connection)
            return _Counted(live, await pictures_load.count_load(connection, load))

    async def _keep_centres(self, load: Load) -> None:
        """Give rows without a centre the one that the list knows."""
        after: int | None = 0
        while after is not None:
            async with self._db.write() as connection:
                await self._touch(connection, load)
                found = await pictures_load.without_centre(connection, load, after)
                made = [(at, with_centre(row, known)) for at, row, known in found]
                await pictures_load.set_centres(connection, made)
            after = found[-1].id if found else None

    async def _touch(self, connection: Any, load: Load) -> None:
        if not await pictures_load.touch(connection, load.id, self._clock()):
            raise PicturesError(_GIVEN_UP)

    async def _refuse_moved(self, expected: int | None) -> None:
        """Say so before the file is read; it is asked again at the end."""
        async with self._db.read() as connection:
            live = await store.live_version(connection)
        number = live.number if live else 0
        if expected is not None and expected != number:
            raise MovedError(expected, number)

    def _rows(self, load_id: int, given: Given) -> list[Values]:
        name = self._list_name
        return [
            staged_values(load_id, to_row(name, checked(one)), gone=gone)
            for one, gone in given
        ]

    @asynccontextmanager
    async def _staging(self) -> AsyncIterator[Load]:
        """A place for the rows, cleared at the end whatever happens."""
        now = self._clock()
        async with self._db.read() as connection:
            before = now - LEFT_BEHIND.total_seconds()
            dead = await pictures_load.left_behind(connection, before)
        for number in dead:
            await self._clear(number)
        async with self._db.write() as connection:
            number = await pictures_load.begin_load(connection, now)
        try:
            yield Load(number, self._list_name, self._whole)
        finally:
            try:
                await self._clear(number)
            except (OSError, SQLAlchemyError):
                # The next file clears up what this one leaves.
                _log.warning("staged pictures are left for now", exc_info=True)

    async def _clear(self, load_id: int) -> None:
        """Delete a file in short steps, and let others write in between."""
        more = True
        while more:
            async with self._db.write() as connection:
                more = await pictures_load.clear_some(connection, load_id)
