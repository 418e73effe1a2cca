"""The lexicon: wordlists as numbered, immutable versions."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from app.domain.entry import Entry
from app.domain.lists import ListScope
from app.lexicon.candidate import Candidate
from app.lexicon.content import found_version, read_content, read_entries
from app.lexicon.diff import compare
from app.lexicon.lists import is_text, to_scope
from app.lexicon.packs import propose_packs, read_packs, remember
from app.lexicon.records import Content, DiffPage, Draft, Found, ListInfo, Live
from app.lexicon.rows import Checksum
from app.lexicon.versions import complete_version, next_version
from app.store import Database
from app.store import lexicon as store
from app.store.lexicon import VersionRow
from app.store.lexicon_lists import list_counts, lists_at
from app.store.lexicon_search import LAST_ID, Wanted, find_terms

SEED_AUTHOR = "seed"
"""Who published version 1."""

MAX_FOUND = 2000
"""Most words of one search."""


class Lexicon:
    """Reading versions and drafts; the database is the truth."""

    def __init__(self, db: Database, *, clock: Callable[[], float] = time.time) -> None:
        """Work on an open, migrated database; `clock` gives Unix seconds."""
        self._db = db
        self._clock = clock

    async def seed(self, folder: Path) -> bool:
        """Make version 1 of all `*.csv` in a folder, the file stem naming the list.

        Does nothing when there is a version already. Rows that cannot be read
        are left out and logged by file and line. Returns whether it seeded.

        Raises:
            LexiconError: there is no such folder. One without files is a choice;
                a misspelt one would pass every text for good.
            OSError: a file cannot be read.
        """
        if await self.live_version():
            return False
        packs = await asyncio.to_thread(read_packs, folder)
        async with self._db.write() as connection:
            # Asked again behind the lock: another process may have seeded.
            if await store.lock_live(connection) is not None:
                return False
            now, why = self._clock(), "first start"
            version = next_version(
                None, now=now, who=SEED_AUTHOR, why=why, origin="seed"
            )
            await store.add_version(connection, version)
            await store.add_terms(connection, list(packs.rows()), version.number)
            await complete_version(connection, version)
            await remember(connection, packs)
        return True

    async def live_version(self) -> int:
        """The number of the version to serve; 0 when nothing was published."""
        async with self._db.read() as connection:
            return await store.live_number(connection) or 0

    async def live(self) -> Live:
        """The version to serve; number 0 when nothing was published."""
        async with self._db.read() as connection:
            number = await store.live_number(connection)
            row = None if number is None else await found_version(connection, number)
        return Live(row.number, row.checksum) if row else Live(0, Checksum().text())

    async def versions(self) -> list[VersionRow]:
        """Every version, newest first."""
        async with self._db.read() as connection:
            return await store.version_rows(connection)

    async def content(self, candidate: Candidate) -> Content:
        """Everything of a version, or of a draft on top of the live version.

        The checksum of a draft is that of the version which it would become.
        Version 0 is what there is before the first one: nothing.

        Raises:
            NotFoundError: there is no such version or draft.
            StaleError: the draft is at another revision.
            LexiconError: the draft is closed, or the version is damaged.
        """
        async with self._db.read() as connection:
            return await read_content(connection, candidate)

    async def entries(
        self, version: int | None = None, *, list_name: str | None = None
    ) -> list[Entry]:
        """The entries of a version (default: the live one), oldest first.

        With nothing published yet, the default version has none.

        Raises:
            NotFoundError: there is no such version.
            LexiconError: it is damaged.
        """
        async with self._db.read() as connection:
            if version is None:
                version = await store.live_number(connection) or 0
            return await read_entries(connection, version, list_name)

    async def lists(self, version: int | None = None) -> list[ListInfo]:
        """The lists of a version (default: the live one), by name.

        Raises:
            NotFoundError: there is no such version.
        """
        async with self._db.read() as connection:
            if version is None:
                version = await store.live_number(connection) or 0
            if version:
                await found_version(connection, version)
            counts = await list_counts(connection, version)
            rows = await lists_at(connection, version)
        scopes = {row.list_name: to_scope(row) for row in rows}
        return [
            ListInfo(scopes.get(name) or ListScope(name), counts.get(name, 0))
            for name in sorted(counts.keys() | scopes.keys())
        ]

    async def search(
        self,
        q: str | None,
        list_name: str | None,
        label: Wanted,
        *,
        after: int,
        limit: int,
    ) -> list[Found]:
        """Live words with `q` in their term, oldest first, ids above `after`.

        Capitals make no difference, at least among the letters A to Z. `label` is
        a number, None for exempt phrases, "" for any. At most 2000.
        """
        part = q or ""
        if not is_text(part) or not is_text(list_name or "") or after > LAST_ID:
            return []  # no stored word has such characters
        async with self._db.read() as connection:
            rows = await find_terms(
                connection,
                part,
                list_name=list_name,
                label=label,
                after=max(after, 0),
                limit=min(max(limit, 1), MAX_FOUND),
            )
        return [Found(*row) for row in rows]

    async def diff(
        self, a: Candidate, b: Candidate, *, after: str | None, limit: int
    ) -> DiffPage:
        """A page of what `b` has otherwise than `a`; at most 1000 words.

        Costs what differs, not what the contents have in common.

        Raises:
            NotFoundError: there is no such version or draft.
            StaleError: a draft is at another revision.
            LexiconError: a draft is closed, or `after` is no `next` of ours.
        """
        async with self._db.read() as connection:
            return await compare(connection, a, b, after=after, limit=limit)

    async def propose_packs(self, folder: Path) -> Draft | None:
        """Propose what the shipped packs have new, as a draft; None for nothing.

        Raises:
            LexiconError: there is no such folder.
            OSError: a file cannot be read.
        """
        return await propose_packs(self._db, folder, clock=self._clock)
