"""Shipped packs: read, remembered, and proposed as a draft when they change.

The packs seed the first version; from then on the database is the truth. What a
newer release ships otherwise is offered once, and only for words that are still
as they were offered last: what operators changed, removed or refused stays so.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from hashlib import blake2b
from io import BytesIO
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from app.lexicon.csvfile import read_entries
from app.lexicon.draft_rows import to_draft
from app.lexicon.errors import LexiconError
from app.lexicon.lists import checked_name
from app.lexicon.pack_draft import State, find_state, write_offer
from app.lexicon.pack_offer import Packs, make_offer, pack_key
from app.lexicon.plan import to_rows
from app.lexicon.records import Draft
from app.store import Database
from app.store import draft as drafts
from app.store import lexicon_packs as store
from app.store.draft import DraftRow
from app.store.lexicon import lock_live

__all__ = ["Packs", "packs_changed", "propose_packs", "read_packs", "remember"]

ATTEMPTS = 5
"""How often a proposal begins again because something else was changed meanwhile."""

_log = logging.getLogger(__name__)


def read_packs(folder: Path) -> Packs:
    """Every `*.csv` of a folder; rows that cannot be read are logged and left out.

    Raises:
        LexiconError: there is no such folder. One without files is a choice; a
            misspelt one would pass every text for good.
        OSError: a file cannot be read.
    """
    files = _files(folder)
    packs = Packs(_mark(files))
    for path, content in files.items():
        name = checked_name(path.stem)
        report = read_entries(BytesIO(content))
        for problem in report.problems:
            _log.warning("%s:%d: %s", path.name, problem.line, problem.message)
        if report.problems:
            packs.torn.add(name)
        packs.lists[name] = to_rows(name, report.entries)
    return packs


async def remember(connection: AsyncConnection, packs: Packs) -> None:
    """Note that operators began with these packs."""
    await store.remember_offer(connection, map(pack_key, packs.rows()), packs.mark)


async def packs_changed(db: Database, folder: Path) -> bool:
    """Whether the files differ from those that were offered last; cheap.

    Raises:
        LexiconError: there is no such folder.
        OSError: a file cannot be read.
    """
    files = await asyncio.to_thread(_files, folder)
    async with db.read() as connection:
        return bool(files) and await store.offered_mark(connection) != _mark(files)


async def propose_packs(
    db: Database, folder: Path, *, clock: Callable[[], float], who: str = "packs"
) -> Draft | None:
    """The draft that offers what the packs have new; None when there is nothing.

    While an earlier draft of packs is open, newer packs change that one, and it is
    returned even when they have nothing more. It is discarded when nothing is left
    of it. What was in a discarded draft is not offered again, nor are lists that
    operators dropped. A folder without packs offers nothing.

    Raises:
        LexiconError: there is no such folder.
        OSError: a file cannot be read.
    """
    if not await packs_changed(db, folder):
        async with db.read() as connection:
            return await _shown(connection, (await find_state(connection)).draft)
    packs = await asyncio.to_thread(read_packs, folder)
    for _ in range(ATTEMPTS):
        async with db.read() as connection:
            state = await find_state(connection)
            offer = await make_offer(connection, packs, state.draft)
        async with db.write() as connection:
            if await _unmoved(connection, state):
                draft = await write_offer(connection, state, offer, who, clock())
                await store.remember_offer(connection, offer.rows, packs.mark)
                return await _shown(connection, draft)
    raise LexiconError("the words were changed all the while; please try again")


async def _unmoved(connection: AsyncConnection, state: State) -> bool:
    """Whether all is as it was, and stays so until the transaction ends."""
    await lock_live(connection)
    if state.draft is not None:
        await drafts.draft_row(connection, state.draft.id, lock=True)
    return await find_state(connection) == state


async def _shown(connection: AsyncConnection, row: DraftRow | None) -> Draft | None:
    if row is None:
        return None
    given = await drafts.approvals(connection, [row.id])
    return to_draft(row, given.get(row.id, []))


def _files(folder: Path) -> dict[Path, bytes]:
    """The packs as they are on the disk, by name."""
    if not folder.is_dir():
        raise LexiconError(f"there is no folder {folder} to load word packs from")
    return {path: path.read_bytes() for path in sorted(folder.glob("*.csv"))}


def _mark(files: Mapping[Path, bytes]) -> bytes:
    """The digest of some files with their names."""
    digest = blake2b(digest_size=16)
    for path, content in files.items():
        digest.update(f"{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.digest()
