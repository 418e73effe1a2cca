"""Making versions: from a draft, back to a former one, or in an emergency."""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.entry import Entry, Match
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.lexicon.applying import apply_draft, settle_draft
from app.lexicon.blocks import end_of_block
from app.lexicon.candidate import Candidate
from app.lexicon.draft_rows import make_stamp, open_draft
from app.lexicon.emergency import begin_block
from app.lexicon.errors import ConflictError, LexiconError, NotFoundError
from app.lexicon.lists import checked_name, checked_text
from app.lexicon.readiness import approvers, collisions
from app.lexicon.versions import complete_version, next_version
from app.store import Database
from app.store import lexicon as store
from app.store.draft import close_draft
from app.store.lexicon import VersionRow
from app.store.lexicon_lives import restore
from app.store.lexicon_tables import lexicon_list, lexicon_term

Check = Callable[[Candidate], Awaitable[None]]

ATTEMPTS = 5
"""How often a publish begins again because another version went live meanwhile."""

_LAST_NUMBER = 2**31 - 1
_BUSY = "other versions went live all the while; please try again"
_OVERRULED = "overruled: published with force"


class _Job(NamedTuple):
    """A draft on its way: what was looked at, and must not have moved since."""

    draft_id: int
    revision: int
    who: str
    why: str
    force: bool
    approvals: tuple[str, ...] = ()
    live: int | None = None


class Publisher:
    """Makes versions live.

    Content is compiled before anything is locked; then one short transaction
    sees that nothing moved meanwhile, writes the version and serves it. Whatever
    fails leaves the live version as it was, and the draft open.
    """

    def __init__(
        self,
        db: Database,
        *,
        clock: Callable[[], float] = time.time,
        check: Check | None = None,
        four_eyes: bool = False,
    ) -> None:
        """`check` raises LexiconError for content that does not compile.

        With `four_eyes` a draft needs the approval, at the revision that is
        published, of somebody who neither began it nor made a change in it.
        """
        self._db = db
        self._clock = clock
        self._check = check
        self._four_eyes = four_eyes

    async def publish(
        self,
        draft_id: int,
        *,
        revision: int,
        who: str,
        why: str = "",
        force: bool = False,
    ) -> VersionRow:
        """Serve the live version with the changes of a draft.

        With `force` the draft wins over versions that have changed the same words
        since; what it takes away from them becomes a change of the draft first.

        Raises:
            NotFoundError: there is no such draft.
            StaleError: the draft is at another revision.
            FourEyesError: somebody else must approve it first.
            ConflictError: later versions changed the same words; see `force`.
            LexiconError: it is closed, changes nothing, or does not compile.
        """
        job = _Job(draft_id, revision, who, checked_text("the reason", why), force)
        return await self._publish(job, four_eyes=self._four_eyes)

    async def rollback(self, number: int, *, who: str, why: str = "") -> VersionRow:
        """Serve the content of a former version again, under a new number.

        Raises:
            NotFoundError: there is no such version.
            LexiconError: its content is live, or does not compile any more.
        """
        checked_text("the reason", why)
        async with self._db.read() as connection:
            await _former(connection, number)
        await self._compile(Candidate("version", number))
        async with self._db.write() as connection:
            live = await store.lock_live(connection)
            former = await _former(connection, number)
            now = self._clock()
            version = next_version(live, now=now, who=who, why=why, origin="rollback")
            version = version._replace(rolled_back_to=number)
            await store.add_version(connection, version)
            for table in (lexicon_term, lexicon_list):
                await restore(connection, table, number, version.number)
            made, _ = await complete_version(connection, version)
            if made.checksum != former.checksum:
                message = f"version {number} is damaged: its checksum does not fit"
                raise LexiconError(message)
        return made

    async def block(
        self,
        term: str,
        *,
        label: Label,
        hours: float | None = None,
        expires: datetime | None = None,
        list_name: str = "emergency",
        level: int = 100,
        match: Match = Match.FUZZY,
        scenes: frozenset[Scene] = frozenset(),
        who: str,
        why: str = "",
    ) -> VersionRow:
        """Serve one more word at once, for a limited time: 72 hours unless told.

        The word is compiled with all others, as in a publish, but needs nobody's
        approval. Blocking it again prolongs it, and where it is blocked so already
        nothing happens.

        Returns the version that blocks it.

        Raises:
            LexiconError: the word, the list or the end is invalid, or the result
                does not compile.
        """
        checked_text("the reason", why)
        ends = end_of_block(self._moment(), hours, expires)
        entry = Entry(term, label, level, match, scenes, expires=ends, note=why)
        for _ in range(ATTEMPTS):
            async with self._db.write() as connection:
                live = await store.lock_live(connection)
                draft = await begin_block(
                    connection,
                    checked_name(list_name),
                    entry,
                    who=who,
                    why=why,
                    now=self._clock(),
                )
            if draft is None and live is not None:
                return live
            if draft is not None:
                made = await self._publish_block(_Job(*draft, who, why, force=False))
                if made is not None:
                    return made
        raise LexiconError(_BUSY)

    async def _publish_block(self, job: _Job) -> VersionRow | None:
        """Publish the draft of a block; None when somebody changed the same word."""
        try:
            return await self._publish(job, four_eyes=False)
        except BaseException as error:
            async with self._db.write() as connection:
                await close_draft(connection, job.draft_id, "discarded")
            if isinstance(error, ConflictError):
                return None
            raise

    def _moment(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)

    async def _publish(self, job: _Job, *, four_eyes: bool) -> VersionRow:
        """Look, compile, go live; again while other versions are quicker."""
        async with self._db.read() as connection:
            draft = await open_draft(connection, job.draft_id, job.revision, lock=False)
            if not draft.changes:
                raise LexiconError(f"draft {draft.id} has no changes to publish")
            names = await approvers(connection, draft, four_eyes=four_eyes)
        job = job._replace(approvals=names)
        for _ in range(ATTEMPTS):
            job = await self._look(job)
            await self._compile(Candidate("draft", job.draft_id, job.revision))
            made = await self._go_live(job)
            if made is not None:
                return made
        raise LexiconError(_BUSY)

    async def _look(self, job: _Job) -> _Job:
        """The job on top of what is live now.

        Raises:
            ConflictError: it collides with that, and is not to win by force.
        """
        async with self._db.read() as connection:
            await open_draft(connection, job.draft_id, job.revision, lock=False)
            live = await store.live_number(connection)
            found = await collisions(connection, job.draft_id)
        if not found:
            return job._replace(live=live)
        if not job.force:
            raise ConflictError(found)
        async with self._db.write() as connection:
            row = await store.lock_live(connection)
            await open_draft(connection, job.draft_id, job.revision)
            stamp = await make_stamp(connection, job.who, _OVERRULED, self._clock())
            revision = await settle_draft(connection, job.draft_id, stamp)
        return job._replace(live=row.number if row else None, revision=revision)

    async def _go_live(self, job: _Job) -> VersionRow | None:
        """Write and serve the version; None when another went live meanwhile."""
        async with self._db.write() as connection:
            live = await store.lock_live(connection)
            if (live.number if live else None) != job.live:
                return None
            draft = await open_draft(connection, job.draft_id, job.revision)
            now, origin = self._clock(), draft.origin
            version = next_version(
                live, now=now, who=job.who, why=job.why, origin=origin
            )
            version = version._replace(draft_id=draft.id, approvals=job.approvals)
            await store.add_version(connection, version)
            await apply_draft(connection, draft.id, version.number)
            made, changed = await complete_version(connection, version)
            if not changed:
                message = f"all that draft {draft.id} changes is so already"
                raise LexiconError(message)
            await close_draft(connection, draft.id, "published", made.number)
        return made

    async def _compile(self, candidate: Candidate) -> None:
        """Make sure that it can be served; takes seconds, so nothing is locked."""
        if self._check is not None:
            await self._check(candidate)


async def _former(connection: AsyncConnection, number: int) -> VersionRow:
    """A version whose content is not the live one's.

    Raises:
        NotFoundError: there is no such version.
        LexiconError: its content is live.
    """
    known = 0 < number <= _LAST_NUMBER
    row = await store.version_row(connection, number) if known else None
    if row is None:
        raise NotFoundError(f"there is no version {number}")
    live = await store.live_number(connection)
    now = await store.version_row(connection, live) if live else None
    if now is not None and now.checksum == row.checksum:
        raise LexiconError(f"the content of version {number} is live already")
    return row
