"""A file on its way into a draft, in steps that never hold the database for long."""

from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence
from datetime import timedelta

from app.lexicon.draft_rows import make_stamp, open_draft
from app.lexicon.editing import Editor
from app.lexicon.errors import LexiconError
from app.lexicon.records import LoadReport
from app.store import Database, draft_fill, draft_stage
from app.store import draft as store
from app.store.draft_fill import Fill, FillCounts
from app.store.lexicon import TermRow, live_number

STEP = 5000
"""Rows written in one transaction."""

LEFT_BEHIND = timedelta(hours=1)
"""After so long without a row, a file counts as given up by a dead process."""

_GIVEN_UP = "the draft was discarded, or the file took too long"


class Filler:
    """Reads one file into one list of a draft."""

    def __init__(
        self,
        db: Database,
        clock: Callable[[], float],
        fill: Fill,
        *,
        revision: int | None,
        who: str,
        why: str,
    ) -> None:
        """Prepare; `fill.fill_id` is not known yet."""
        self._db = db
        self._clock = clock
        self._fill = fill
        self._revision = revision
        self._who = who
        self._why = why

    async def run(
        self, batches: AsyncIterable[Sequence[TermRow]], *, dry_run: bool
    ) -> LoadReport:
        """Stage every row, compare, and unless it is a dry run make them count."""
        await self._clear_dead()
        await self._begin()
        try:
            async for step in _steps(batches, self._fill.list_name):
                await self._stage(step)
            counts = await self._finish(dry_run=dry_run)
        finally:
            await clear_fill(self._db, self._fill.fill_id)
        return LoadReport(*counts)

    async def _begin(self) -> None:
        """Look whether the draft takes the file; remember its revision."""
        draft_id = self._fill.draft_id
        async with self._db.write() as connection:
            draft = await open_draft(connection, draft_id, self._revision)
            stamp = await make_stamp(connection, self._who, self._why, 0)
            editor = Editor(connection, draft_id, stamp)
            await editor.refuse_dropped(self._fill.list_name)
            now = self._clock()
            fill_id = await draft_stage.begin_fill(connection, draft_id, now)
        self._revision = draft.revision
        self._fill = self._fill._replace(fill_id=fill_id)

    async def _stage(self, rows: Sequence[TermRow]) -> None:
        """Write some rows where nobody looks."""
        async with self._db.write() as connection:
            fill_id, now = self._fill.fill_id, self._clock()
            if not await draft_stage.stage(connection, fill_id, rows, now):
                raise LexiconError(_GIVEN_UP)

    async def _finish(self, *, dry_run: bool) -> FillCounts:
        """Compare without a lock; write only if nothing moved since."""
        async with self._db.write() as connection:
            await draft_stage.settle_stage(connection)
        while True:
            async with self._db.read() as connection:
                draft_id, revision = self._fill.draft_id, self._revision
                await open_draft(connection, draft_id, revision, lock=False)
                live = await live_number(connection)
                counts = await draft_fill.count_fill(connection, self._fill)
            if dry_run or await self._apply(live):
                return counts

    async def _apply(self, live: int | None) -> bool:
        """Make all rows count; False when another version went live meanwhile."""
        draft_id = self._fill.draft_id
        async with self._db.write() as connection:
            await open_draft(connection, draft_id, self._revision)
            if await live_number(connection) != live:
                return False
            now = self._clock()
            stamp = await make_stamp(connection, self._who, self._why, now)
            if await draft_fill.apply_fill(connection, self._fill, stamp):
                await store.advance(connection, draft_id)
        return True

    async def _clear_dead(self) -> None:
        """Clear away what processes that were killed have left behind."""
        before = self._clock() - LEFT_BEHIND.total_seconds()
        async with self._db.read() as connection:
            dead = await draft_stage.dead_fills(connection, before)
        for fill_id in dead:
            await clear_fill(self._db, fill_id)


async def clear_fill(db: Database, fill_id: int) -> None:
    """Delete a file's rows in short steps, and then the file."""
    after = -1
    while after:
        async with db.write() as connection:
            after = await draft_stage.clear_stage(connection, fill_id, max(after, 0))


async def clear_draft(db: Database, draft_id: int) -> None:
    """Delete all files that are being read into a draft."""
    async with db.read() as connection:
        fills = await draft_stage.fills_of(connection, draft_id)
    for fill_id in fills:
        await clear_fill(db, fill_id)


async def _steps(
    batches: AsyncIterable[Sequence[TermRow]], list_name: str
) -> AsyncIterator[Sequence[TermRow]]:
    """The rows in portions of a fit size.

    Raises:
        LexiconError: a row belongs to another list.
    """
    async for batch in batches:
        if any(row.list_name != list_name for row in batch):
            raise LexiconError(f"a row does not belong to the list {list_name}")
        for start in range(0, len(batch), STEP):
            yield batch[start : start + STEP]
