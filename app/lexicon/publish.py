"""Making versions: from a draft, back to a former one, or in an emergency."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.entry import Entry, Match
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.lexicon.blocks import end_of_block
from app.lexicon.candidate import Candidate
from app.lexicon.content import found_version
from app.lexicon.emergency import begin_block, give_up_block, refuse_useless
from app.lexicon.errors import ConflictError, LexiconError
from app.lexicon.going_live import ATTEMPTS, BUSY, Check, Job, Route
from app.lexicon.lists import checked_name, checked_text
from app.lexicon.versions import complete_version, next_version
from app.store import Database
from app.store import lexicon as store
from app.store.lexicon import VersionRow
from app.store.lexicon_lives import restore
from app.store.lexicon_tables import lexicon_list, lexicon_term

__all__ = ["Check", "Publisher"]


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
        self._four_eyes = four_eyes
        self._route = Route(db, clock, check)

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
        checked_text("the reason", why)
        job = Job(draft_id, revision, who, why, force)
        return await self._route.publish(job, four_eyes=self._four_eyes)

    async def rollback(self, number: int, *, who: str, why: str = "") -> VersionRow:
        """Serve the content of a former version again, under a new number.

        Raises:
            NotFoundError: there is no such version.
            LexiconError: its content is live, or does not compile any more.
        """
        checked_text("the reason", why)
        async with self._db.read() as connection:
            await _former(connection, number, await store.live_number(connection))
        await self._route.compile(Candidate("version", number))
        async with self._db.write() as connection:
            live = await store.lock_live(connection)
            former = await _former(connection, number, live and live.number)
            version = next_version(
                live, now=self._clock(), who=who, why=why, origin="rollback"
            )
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
        approval. Blocking it again prolongs it; where it is blocked so already
        nothing happens, and the live version is returned.

        Raises:
            LexiconError: the word could hit nothing or nearly everything, the list
                or the end is invalid, or the result does not compile.
        """
        checked_text("the reason", why)
        checked_name(list_name)
        now = datetime.fromtimestamp(self._clock(), UTC)
        ends = end_of_block(now, hours, expires)
        entry = Entry(term, label, level, match, scenes, expires=ends, note=why)
        async with self._db.read() as connection:
            await refuse_useless(connection, list_name, entry, now)
        for _ in range(ATTEMPTS):
            made = await self._block(list_name, entry, who, why)
            if made is not None:
                return made
        raise LexiconError(BUSY)

    async def _block(
        self, list_name: str, entry: Entry, who: str, why: str
    ) -> VersionRow | None:
        """Make and publish a draft; None when somebody changed the word meanwhile."""
        async with self._db.write() as connection:
            live = await store.lock_live(connection)
            now = self._clock()
            draft = await begin_block(
                connection, list_name, entry, who=who, why=why, now=now
            )
        if draft is None:
            return live
        try:
            job = Job(*draft, who, why)
            return await self._route.publish(job, four_eyes=False)
        except BaseException as error:
            async with self._db.write() as connection:
                await give_up_block(connection, draft.draft_id)
            if isinstance(error, ConflictError):
                return None
            raise


async def _former(
    connection: AsyncConnection, number: int, live: int | None
) -> VersionRow:
    """A version whose content is not that of the live one.

    Raises:
        NotFoundError: there is no such version.
        LexiconError: its content is live.
    """
    former = await found_version(connection, number)
    present = None if live is None else await found_version(connection, live)
    if present is not None and present.checksum == former.checksum:
        raise LexiconError(f"the content of version {number} is live already")
    return former
