"""Drafts, versions and their content in a few words, for tests."""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import func, select

from app.domain.entry import Entry
from app.lexicon.candidate import Candidate
from app.lexicon.content import read_content
from app.lexicon.drafts import Drafts
from app.lexicon.edits import Edit, Put
from app.lexicon.plan import to_rows
from app.lexicon.publish import Publisher
from app.lexicon.records import Content, Draft
from app.lexicon.service import Lexicon
from app.store import Database
from app.store.lexicon import VersionRow, live_number, version_row
from app.store.lexicon_tables import lexicon_term

NOW = 1_800_000_000.0


class Clock:
    """A clock that stands still unless it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


class House:
    """What an operator has."""

    def __init__(
        self,
        db: Database,
        *,
        check: Callable[[Candidate], Awaitable[None]] | None = None,
        four_eyes: bool = False,
    ) -> None:
        self.db = db
        self.clock = Clock()
        self.lexicon = Lexicon(db, clock=self.clock)
        self.drafts = Drafts(db, clock=self.clock)
        self.publisher = Publisher(
            db, clock=self.clock, check=check, four_eyes=four_eyes
        )

    async def draft(self, *edits: Edit, who: str = "alice") -> Draft:
        made = await self.drafts.create("a draft", who)
        return await self.edit(made, *edits, who=who) if edits else made

    async def edit(self, draft: Draft, *edits: Edit, who: str = "alice") -> Draft:
        return await self.drafts.edit(draft.id, edits, revision=None, who=who)

    async def publish(self, draft: Draft, who: str = "alice", **how: Any) -> VersionRow:
        return await self.publisher.publish(
            draft.id, revision=draft.revision, who=who, **how
        )

    async def serve(self, *edits: Edit, who: str = "alice") -> VersionRow:
        return await self.publish(await self.draft(*edits, who=who), who)

    async def live(self) -> int:
        async with self.db.read() as connection:
            return await live_number(connection) or 0

    async def content(self, number: int | None = None) -> Content:
        """Of a version or the live one; its checksum is seen to fit."""
        wanted = await self.live() if number is None else number
        async with self.db.read() as connection:
            content = await read_content(connection, Candidate("version", wanted))
            row = await version_row(connection, wanted)
            assert row is None or row.term_count == len(content.entries)
        return content

    async def words(self, number: int | None = None) -> list[str]:
        """The words of a version as `list:term level`, sorted."""
        content = await self.content(number)
        return sorted(f"{e.list_name}:{e.term} {e.level}" for e in content.entries)

    async def rows_stored(self) -> int:
        """Rows of words of all versions together."""
        async with self.db.read() as connection:
            query = select(func.count()).select_from(lexicon_term)
            return int(await connection.scalar(query) or 0)


def word(term: str, level: int = 90, *, name: str = "own") -> Put:
    return Put(name, Entry(term, level=level))


def digest(term: str, level: int = 90, *, name: str = "own") -> bytes:
    (row,) = to_rows(name, [Entry(term, level=level)])
    return row.digest


def changed(term: str, before: int, after: int, *, name: str = "own") -> Put:
    """The word with another level."""
    old = digest(term, before, name=name)
    return Put(name, Entry(term, level=after), replaces=old)
