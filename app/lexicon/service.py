"""The lexicon: wordlists as numbered, immutable versions."""

import asyncio
import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.entry import Entry
from app.lexicon.csvfile import read_entries
from app.lexicon.errors import LexiconError
from app.lexicon.plan import Change, Mode, Plan, make_plan, to_rows
from app.lexicon.rows import Checksum, to_entry
from app.store import Database
from app.store import lexicon as store
from app.store.lexicon import TermRow, VersionRow
from app.text.compiling import without_collection

SEED_AUTHOR = "seed"
"""Who published version 1."""

MAX_WHO_LENGTH = 100

_LIST_NAME = re.compile(r"[\w.-]{1,64}")
_log = logging.getLogger(__name__)


class Lexicon:
    """Publishing and reading versions; the database is the truth.

    Publishers queue: each works on the version that the one before made live.
    A publish that fails, at whatever point, changes nothing.
    """

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
        if not await asyncio.to_thread(folder.is_dir):
            raise LexiconError(f"there is no folder {folder} to load word packs from")
        lists = await asyncio.to_thread(_read_packs, folder)
        async with self._db.write() as connection:
            # Asked again behind the lock: another process may have seeded.
            if await store.lock_live(connection) is not None:
                return False
            plans = {name: Plan(added=rows) for name, rows in lists.items()}
            await self._write(connection, None, plans, SEED_AUTHOR, "first start")
        return True

    async def publish(
        self,
        entries: Iterable[Entry],
        *,
        list_name: str,
        mode: Mode = "replace",
        who: str,
        why: str = "",
    ) -> int:
        """Make a new version with a changed list and serve it.

        Returns its number, or the live one (0: none) when nothing would change.

        Raises:
            LexiconError: an entry or the list name is invalid.
        """
        rows = await asyncio.to_thread(to_rows, checked_name(list_name), entries)
        async with self._db.write() as connection:
            live = await store.lock_live(connection)
            plan = await make_plan(rows, store.live_keys(connection, list_name), mode)
            if not plan.added and not plan.removed:
                return live.number if live else 0
            return await self._write(connection, live, {list_name: plan}, who, why)

    async def preview(
        self, entries: Iterable[Entry], *, list_name: str, mode: Mode = "replace"
    ) -> Change:
        """What `publish` would change now; changes nothing itself.

        Raises:
            LexiconError: an entry or the list name is invalid.
        """
        rows = await asyncio.to_thread(to_rows, checked_name(list_name), entries)
        async with self._db.read() as connection:
            plan = await make_plan(rows, store.live_keys(connection, list_name), mode)
        return plan.change

    async def live_version(self) -> int:
        """The number of the version to serve; 0 when nothing was published."""
        async with self._db.read() as connection:
            return await store.live_number(connection) or 0

    async def versions(self) -> list[VersionRow]:
        """Every version, newest first."""
        async with self._db.read() as connection:
            return await store.version_rows(connection)

    async def list_names(self, version: int | None = None) -> list[str]:
        """The lists of a version (default: the live one), by name."""
        async with self._db.read() as connection:
            number = await _wanted(connection, version)
            return await store.list_names(connection, number)

    async def entries(
        self, version: int | None = None, *, list_name: str | None = None
    ) -> list[Entry]:
        """The entries of a version (default: the live one), oldest first.

        With nothing published yet, the default version has none.

        Raises:
            LexiconError: there is no such version, or it is damaged.
        """
        async with self._db.read() as connection:
            number = await _wanted(connection, version)
            if number == 0:
                return []
            row = await store.version_row(connection, number)
            if row is None:
                raise LexiconError(f"there is no version {number}")
            return await _read(connection, row, list_name)

    async def _write(
        self,
        connection: AsyncConnection,
        live: VersionRow | None,
        plans: Mapping[str, Plan],
        who: str,
        why: str,
    ) -> int:
        """Write what the plans say as the version after `live`."""
        row = _next_version(live, plans.values(), self._clock())
        row = row._replace(who=who[:MAX_WHO_LENGTH], why=why)
        await store.add_version(connection, row)
        for plan in plans.values():
            ids = [key.id for key in plan.removed]
            await store.end_terms(connection, ids, row.number)
            await store.add_terms(connection, plan.added, row.number)
        await store.set_live(connection, row.number)
        return row.number


def checked_name(list_name: str) -> str:
    """The name of a list, if it is one.

    Raises:
        LexiconError: empty, too long, or other than letters, digits, `_.-`.
    """
    if _LIST_NAME.fullmatch(list_name) is None:
        message = "a list name is 1 to 64 letters, digits, dots, hyphens or underscores"
        raise LexiconError(message)
    return list_name


def _read_packs(folder: Path) -> dict[str, list[TermRow]]:
    """The rows of every pack; bad rows are logged and left out."""
    packs: dict[str, list[TermRow]] = {}
    for path in sorted(folder.glob("*.csv")):
        report = read_entries(path)
        for problem in report.problems:
            _log.warning("%s:%d: %s", path.name, problem.line, problem.message)
        packs[path.stem] = to_rows(checked_name(path.stem), report.entries)
    return packs


def _next_version(
    live: VersionRow | None, plans: Iterable[Plan], now: float
) -> VersionRow:
    """The row of the version that the plans lead to."""
    checksum = Checksum(live.checksum if live else "0")
    added = removed = 0
    for plan in plans:
        added, removed = added + len(plan.added), removed + len(plan.removed)
        for row in plan.added:
            checksum.add(row.digest)
        for key in plan.removed:
            checksum.remove(key.digest)
    return VersionRow(
        number=live.number + 1 if live else 1,
        created_at=now,
        who="",
        why="",
        term_count=(live.term_count if live else 0) + added - removed,
        added=added,
        removed=removed,
        checksum=checksum.text(),
    )


async def _wanted(connection: AsyncConnection, version: int | None) -> int:
    """The version asked for, or the live one; 0 when there is none."""
    if version is not None:
        return version
    return await store.live_number(connection) or 0


async def _read(
    connection: AsyncConnection, version: VersionRow, list_name: str | None
) -> list[Entry]:
    """The entries of one version or of one of its lists."""
    checksum = Checksum()
    entries: list[Entry] = []
    with without_collection():
        async for batch in store.terms_at(connection, version.number, list_name):
            for row in batch:
                checksum.add(row.digest)
                entries.append(to_entry(row))
    if list_name is None and checksum.text() != version.checksum:
        message = f"version {version.number} is damaged: its checksum does not fit"
        raise LexiconError(message)
    return entries
