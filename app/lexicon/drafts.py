"""Drafts collect edits until somebody publishes them."""

import time
from collections.abc import AsyncIterable, Callable, Sequence

from app.lexicon.draft_rows import (
    begin_draft,
    found_draft,
    make_stamp,
    open_draft,
    to_change,
    to_draft,
)
from app.lexicon.editing import Editor, check_edits
from app.lexicon.edits import Edit
from app.lexicon.errors import LexiconError, NotFoundError
from app.lexicon.filling import Filler, Load, clear_draft
from app.lexicon.lists import checked_name, checked_text
from app.lexicon.plan import Mode
from app.lexicon.records import Change, Draft, LoadReport, Origin, State
from app.lexicon.versions import MAX_WHO_LENGTH
from app.store import Database
from app.store import draft as store
from app.store.draft import ApprovalRow
from app.store.lexicon import TermRow

MAX_TITLE_LENGTH = 200
MAX_PAGE = 1000
"""Most changes in one page."""

_LAST_CHANGE = 2**63 - 1


class Drafts:
    """Drafts and their changes.

    A draft is a set of changes to whatever is live: words to add and to remove,
    settings of lists. Each change knows who made it, when and why. Its revision
    grows with every change; a caller that names an old one gets `StaleError`,
    one that names None is not asked. Whatever fails changes nothing.
    """

    def __init__(self, db: Database, *, clock: Callable[[], float] = time.time) -> None:
        """Work on an open, migrated database; `clock` gives Unix seconds."""
        self._db = db
        self._clock = clock

    async def create(self, title: str, who: str, origin: Origin = "operator") -> Draft:
        """Begin an empty draft.

        Raises:
            LexiconError: the title is empty or too long.
        """
        checked_text("the title", title, MAX_TITLE_LENGTH)
        if not title.strip():
            raise LexiconError("a draft needs a title")
        async with self._db.write() as connection:
            draft_id = await begin_draft(
                connection, title.strip(), who=who, origin=origin, now=self._clock()
            )
        return await self.get(draft_id)

    async def list(self, state: State | None = None) -> Sequence[Draft]:
        """Drafts of one state or all, newest first."""
        async with self._db.read() as connection:
            rows = await store.draft_rows(connection, state)
            given = await store.approvals(connection, [row.id for row in rows])
        return [to_draft(row, given.get(row.id, [])) for row in rows]

    async def get(self, draft_id: int) -> Draft:
        """One draft.

        Raises:
            NotFoundError: there is none of this id.
        """
        async with self._db.read() as connection:
            row = await found_draft(connection, draft_id)
            given = await store.approvals(connection, [draft_id])
        return to_draft(row, given.get(draft_id, []))

    async def edit(
        self,
        draft_id: int,
        edits: Sequence[Edit],
        *,
        revision: int | None,
        who: str,
        why: str = "",
    ) -> Draft:
        """Make all these edits, in their order, or none.

        Raises:
            NotFoundError: no such draft, or a row or list to change is not there.
            StaleError: the draft is at another revision.
            LexiconError: the draft is closed, or an edit is invalid.
        """
        check_edits(edits)
        checked_text("the reason", why)
        async with self._db.write() as connection:
            await open_draft(connection, draft_id, revision)
            stamp = await make_stamp(connection, who, why, self._clock())
            editor = Editor(connection, draft_id, stamp)
            for edit in edits:
                await editor.make(edit)
            await store.advance(connection, draft_id)
        return await self.get(draft_id)

    async def changes(
        self, draft_id: int, after: int = 0, limit: int = 200
    ) -> Sequence[Change]:
        """Changes with an id above `after`, oldest first; at most 1000.

        Raises:
            NotFoundError: no such draft.
        """
        async with self._db.read() as connection:
            await found_draft(connection, draft_id)
            last = min(max(after, 0), _LAST_CHANGE)
            page = min(max(limit, 1), MAX_PAGE)
            rows = await store.change_rows(connection, draft_id, last, page)
        return [to_change(row) for row in rows]

    async def undo(
        self, draft_id: int, change_id: int, *, revision: int | None, who: str
    ) -> Draft:
        """Take a change back, with all others of the draft on the same word.

        The word (or the settings of the list) is then again as in the live version.

        Raises:
            NotFoundError: no such draft or change.
            StaleError: the draft is at another revision.
            LexiconError: the draft is closed.
        """
        del who  # what is taken back leaves no change that could name its author
        async with self._db.write() as connection:
            await open_draft(connection, draft_id, revision)
            known = 0 < change_id <= _LAST_CHANGE
            if not known or not await store.take_back_word(
                connection, draft_id, change_id
            ):
                message = f"draft {draft_id} has no change {change_id}"
                raise NotFoundError(message)
            await store.advance(connection, draft_id)
        return await self.get(draft_id)

    async def fill(
        self,
        draft_id: int,
        batches: AsyncIterable[Sequence[TermRow]],
        *,
        list_name: str,
        mode: Mode,
        revision: int | None,
        who: str,
        why: str = "",
        dry_run: bool = False,
    ) -> LoadReport:
        """Load a file into a list of the draft, in bounded memory.

        `replace` makes the list what is given; `merge` adds it, in place of the
        rows that the list has for the same words. Rows wait in the database, seen
        by nobody, until the last one is there; then all count at once. A dry run
        only tells what would change.

        Raises:
            NotFoundError: no such draft.
            StaleError: the draft was changed before or while the file was read.
            LexiconError: the draft is closed or drops the list, or a row belongs
                to another list.
        """
        checked_text("the reason", why)
        whole = mode == "replace"
        load = Load(draft_id, checked_name(list_name), whole, revision, who, why)
        async with Filler.begin(self._db, self._clock, load) as filler:
            return await filler.run(batches, dry_run=dry_run)

    async def discard(
        self, draft_id: int, *, who: str, revision: int | None = None
    ) -> Draft:
        """Give a draft up, with files that are being read into it.

        Raises:
            NotFoundError: no such draft.
            StaleError: the draft is at another revision.
            LexiconError: the draft is closed.
        """
        del who  # the draft does not say who closed it; the audit log does
        async with self._db.write() as connection:
            await open_draft(connection, draft_id, revision)
            await store.close_draft(connection, draft_id, "discarded")
        # Nobody can see the rest any more, so it may go in short steps.
        await clear_draft(self._db, draft_id)
        more = True
        while more:
            async with self._db.write() as connection:
                more = await store.take_back_some(connection, draft_id)
        return await self.get(draft_id)

    async def approve(self, draft_id: int, *, revision: int, who: str) -> Draft:
        """Find a draft good as it is at this revision; saying so twice is once.

        Raises:
            NotFoundError: no such draft.
            StaleError: the draft is at another revision.
            LexiconError: the draft is closed.
        """
        who = who[:MAX_WHO_LENGTH]
        async with self._db.write() as connection:
            await open_draft(connection, draft_id, revision)
            given = await store.approvals(connection, [draft_id])
            if (who, revision) not in {
                (one.who, one.revision) for one in given.get(draft_id, [])
            }:
                row = ApprovalRow(who, self._clock(), revision)
                await store.add_approval(connection, draft_id, row)
        return await self.get(draft_id)
