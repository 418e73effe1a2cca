"""A file on its way into a draft, in steps that never hold the database for long."""

import asyncio
import logging
import time
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.lexicon.draft_rows import make_stamp, open_draft
from app.lexicon.editing import Editor
from app.lexicon.errors import LexiconError
from app.lexicon.records import LoadReport
from app.store import Database, draft_fill, draft_sets
from app.store import draft as store
from app.store.draft_fill import Fill, FillCounts, Windows
from app.store.lexicon import TermRow

STEP = 10_000
"""Rows of a file that are written in one transaction."""

LEFT_BEHIND = timedelta(hours=1)
"""After so long without a row, a file counts as given up by a dead process."""

_GIVEN_UP = "the draft was discarded, or the file took too long"
_log = logging.getLogger(__name__)

_Step = Callable[[AsyncConnection, Fill, ColumnElement[bool]], Awaitable[None]]
_Find = Callable[[AsyncConnection], Awaitable[Windows]]


class Load(NamedTuple):
    """Which file goes where: into one list of a draft at a revision."""

    draft_id: int
    list_name: str
    whole: bool
    revision: int | None
    who: str
    why: str


class Filler:
    """Reads one file into one list of a draft."""

    def __init__(
        self, db: Database, clock: Callable[[], float], load: Load, fill: Fill
    ) -> None:
        """Go on with what `begin` has begun."""
        self._db = db
        self._clock = clock
        self._load = load
        self._fill = fill

    @classmethod
    @asynccontextmanager
    async def begin(
        cls, db: Database, clock: Callable[[], float], load: Load
    ) -> AsyncIterator["Filler"]:
        """Look whether the draft takes a file; clear up at the end.

        Raises:
            NotFoundError: no such draft.
            StaleError: it is at another revision.
            LexiconError: it is closed, or drops the list.
        """
        await _clear_dead(db, clock())
        async with db.write() as connection:
            draft = await open_draft(connection, load.draft_id, load.revision)
            stamp = await make_stamp(connection, load.who, load.why, clock())
            editor = Editor(connection, draft.id, stamp)
            await editor.refuse_dropped(load.list_name)
            old = await draft_sets.current_set(connection, draft.id)
            new = await draft_sets.add_set(connection, draft.id, clock())
        fill = Fill(old, new, load.list_name, load.whole, stamp)
        try:
            yield cls(db, clock, load._replace(revision=draft.revision), fill)
        finally:
            # The next file clears up what this one leaves.
            try:
                for number in (old, new):
                    await clear_set(db, number)
            except (OSError, SQLAlchemyError):
                _log.warning(
                    "rows of a file are left until the next one", exc_info=True
                )

    async def run(
        self, batches: AsyncIterable[Sequence[TermRow]], *, dry_run: bool
    ) -> LoadReport:
        """Write every row where nobody looks; unless it is a dry run, make them count.

        Raises:
            StaleError: the draft was changed meanwhile.
            LexiconError: it was closed meanwhile, or a row is of another list.
        """
        old: Windows = []
        if not dry_run:
            old = await self._look(draft_fill.old_windows)
            await self._each(old, draft_fill.copy_old)
        async for rows in _steps(batches, self._fill.list_name):
            values = await asyncio.to_thread(draft_fill.given_values, self._fill, rows)
            async with self._work() as connection:
                await draft_fill.add_given(connection, values)
        counts = await self._count()
        if not dry_run and any(counts[:3]):
            await self._make_way(replacing=bool(old))
            await self._switch()
        return LoadReport(*counts)

    async def _count(self) -> FillCounts:
        """What the file changes in the draft as it was at the beginning."""
        async with self._work() as connection:
            await draft_fill.settle(connection)
        async with self._db.read() as connection:
            load = self._load
            await open_draft(connection, load.draft_id, load.revision, lock=False)
            return await draft_fill.count_fill(connection, self._fill)

    async def _make_way(self, *, replacing: bool) -> None:
        """Turn the rows of the file into changes of the version.

        `replacing` says that the draft had changes before.
        """
        present = await self._look(draft_fill.version_windows)
        given = await self._look(draft_fill.new_windows)
        if self._fill.whole:
            await self._each(present, draft_fill.remove_others)
        elif present:
            await self._each(given, draft_fill.remove_replaced)
        if replacing:
            await self._each(given, draft_fill.drop_replaced)
        if present:
            await self._each(given, draft_fill.drop_present)
        if replacing:
            await self._each(given, draft_fill.keep_rest)

    async def _switch(self) -> None:
        """Let the new changes take the place of the old ones."""
        load, new = self._load, self._fill.new_set
        async with self._work() as connection:
            await open_draft(connection, load.draft_id, load.revision)
            await draft_sets.switch(connection, load.draft_id, new)
            await store.advance(connection, load.draft_id)

    async def _look(
        self, find: Callable[[AsyncConnection, Fill], Awaitable[Windows]]
    ) -> Windows:
        async with self._db.read() as connection:
            return await find(connection, self._fill)

    async def _each(self, found: Windows, step: _Step) -> None:
        """Take a step for each stretch of rows, and let others write in between."""
        for window in found:
            began = time.perf_counter()
            async with self._work() as connection:
                await step(connection, self._fill, window)
            if self._db.sqlite:
                # Other processes ask for the only lock now and then; see BUSY_TIMEOUT.
                await asyncio.sleep((time.perf_counter() - began) / 2)

    @asynccontextmanager
    async def _work(self) -> AsyncIterator[AsyncConnection]:
        """A transaction on the new set, which must still be ours."""
        async with self._db.write() as connection:
            new, now = self._fill.new_set, self._clock()
            if not await draft_sets.touch(connection, new, now):
                raise LexiconError(_GIVEN_UP)
            yield connection


async def clear_set(db: Database, set_id: int) -> None:
    """Delete a set in short steps, unless it is that of a draft."""
    async with db.write() as connection:
        if not await draft_sets.give_up(connection, set_id):
            return
    async with db.read() as connection:
        rows = await draft_sets.set_windows(connection, set_id)
    for window in rows:
        async with db.write() as connection:
            await draft_sets.clear_stretch(connection, set_id, window)
    async with db.write() as connection:
        await draft_sets.forget(connection, set_id)


async def clear_draft(db: Database, draft_id: int) -> None:
    """Delete all files that are being read into a draft."""
    async with db.read() as connection:
        found = await draft_sets.other_sets(connection, draft_id)
    for set_id in found:
        await clear_set(db, set_id)


async def _clear_dead(db: Database, now: float) -> None:
    """Clear away what processes that were killed have left behind."""
    async with db.read() as connection:
        before = now - LEFT_BEHIND.total_seconds()
        dead = await draft_sets.dead_sets(connection, before)
    for set_id in dead:
        await clear_set(db, set_id)


async def _steps(
    batches: AsyncIterable[Sequence[TermRow]], list_name: str
) -> AsyncIterator[Sequence[TermRow]]:
    """The rows in portions of a fit size.

    Raises:
        LexiconError: a row belongs to another list.
    """
    waiting: list[TermRow] = []
    async for batch in batches:
        if any(row.list_name != list_name for row in batch):
            raise LexiconError(f"a row does not belong to the list {list_name}")
        waiting += batch
        while len(waiting) >= STEP:
            yield waiting[:STEP]
            del waiting[:STEP]
    if waiting:
        yield waiting
