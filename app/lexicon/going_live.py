"""A draft on its way to a version: looked at, compiled, and served if nothing moved."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from app.lexicon.applying import apply_draft, settle_draft
from app.lexicon.candidate import Candidate
from app.lexicon.draft_rows import make_stamp, open_draft
from app.lexicon.errors import ConflictError, LexiconError
from app.lexicon.readiness import approvers, collisions
from app.lexicon.versions import complete_version, next_version
from app.store import Database
from app.store import lexicon as store
from app.store.draft import close_draft
from app.store.lexicon import VersionRow

Check = Callable[[Candidate], Awaitable[None]]
"""Raises LexiconError for content that cannot be served."""

ATTEMPTS = 5
"""How often a publish begins again because another version went live meanwhile."""

BUSY = "other versions went live all the while; please try again"
_OVERRULED = "overruled: published with force"


class Job(NamedTuple):
    """A draft to publish, by whom and why; what comes last is found on the way."""

    draft_id: int
    revision: int
    who: str
    why: str
    force: bool = False
    approvals: tuple[str, ...] = ()
    live: int | None = None


class Route:
    """The way of drafts into service.

    Nothing is locked while a draft is compiled. Afterwards one short transaction
    sees that live version and draft are those that were compiled, and writes.
    """

    def __init__(
        self, db: Database, clock: Callable[[], float], check: Check | None
    ) -> None:
        """`check` is asked before anything goes live; `clock` gives Unix seconds."""
        self._db = db
        self._clock = clock
        self._check = check

    async def compile(self, candidate: Candidate) -> None:
        """Make sure that it can be served; that may take seconds.

        Raises:
            LexiconError: it cannot.
        """
        if self._check is not None:
            await self._check(candidate)

    async def publish(self, job: Job, *, four_eyes: bool) -> VersionRow:
        """Look, compile, go live; again while other versions are quicker.

        Raises:
            LexiconError: any of the reasons that `Publisher.publish` names.
        """
        async with self._db.read() as connection:
            draft = await open_draft(connection, job.draft_id, job.revision, lock=False)
            if not draft.changes:
                raise LexiconError(f"draft {draft.id} has no changes to publish")
            names = await approvers(connection, draft, four_eyes=four_eyes)
        job = job._replace(approvals=names)
        for _ in range(ATTEMPTS):
            job = await self._look(job)
            await self.compile(Candidate("draft", job.draft_id, job.revision))
            made = await self._go_live(job)
            if made is not None:
                return made
        raise LexiconError(BUSY)

    async def _look(self, job: Job) -> Job:
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
        return await self._overrule(job)

    async def _overrule(self, job: Job) -> Job:
        """The job whose draft takes away what collided with it.

        As changes of the draft, so that what is compiled is what goes live.
        """
        async with self._db.write() as connection:
            live = await store.lock_live(connection)
            await open_draft(connection, job.draft_id, job.revision)
            stamp = await make_stamp(connection, job.who, _OVERRULED, self._clock())
            revision = await settle_draft(connection, job.draft_id, stamp)
        return job._replace(live=live.number if live else None, revision=revision)

    async def _go_live(self, job: Job) -> VersionRow | None:
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
