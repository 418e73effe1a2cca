"""A process that dies at any moment of an import leaves all or nothing of it."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.domain.entry import Entry
from app.lexicon.filling import LEFT_BEHIND
from app.lexicon.records import Draft
from app.lexicon.rows import to_row
from app.store import Database
from app.store.draft_tables import draft_change
from app.store.lexicon import TermRow
from tests.lexicon.house import House, word

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def house(database: Database) -> House:
    made = House(database)
    made.clock.now = time.time()  # as the child has it
    return made


async def kill(url: str, draft: Draft, count: int, phase: str) -> None:
    """Let a process import, and kill it when it has reached the phase."""
    await asyncio.to_thread(_kill, url, draft, count, phase)


def _kill(url: str, draft: Draft, count: int, phase: str) -> None:
    command = [sys.executable, "-m", "tests.lexicon.filling_child"]
    command += [url, str(draft.id), str(count), phase]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"reached\n"
        finally:
            process.kill()
    assert process.returncode == -signal.SIGKILL


async def rows_stored(house: House) -> int:
    async with house.db.read() as connection:
        query = select(func.count()).select_from(draft_change)
        return int(await connection.scalar(query) or 0)


async def given(*terms: str) -> AsyncIterator[list[TermRow]]:
    yield [to_row("own", Entry(term)) for term in terms]


async def load(house: House, draft: Draft, *terms: str) -> None:
    await house.drafts.fill(
        draft.id,
        given(*terms),
        list_name="own",
        mode="replace",
        revision=None,
        who="next",
    )


async def terms_of(house: House, draft: Draft) -> list[str]:
    changes = await house.drafts.changes(draft.id, limit=1000)
    return [one.row.term for one in changes if one.row is not None]


async def test_killed_while_it_reads_a_large_file(
    house: House, database_url: str
) -> None:
    draft = await house.draft(word("手写"))
    await kill(database_url, draft, 200_000, "reading")
    assert await house.drafts.get(draft.id) == draft
    assert await terms_of(house, draft) == ["手写"]
    assert await rows_stored(house) >= 90_000
    await load(house, draft, "甲甲")
    assert await rows_stored(house) >= 90_000, "it might be alive"
    house.clock.now += LEFT_BEHIND.total_seconds() + 60
    await load(house, draft, "乙乙")
    assert await terms_of(house, draft) == ["乙乙"]
    assert await rows_stored(house) == 1


@pytest.mark.parametrize("phase", ["remove_others", "drop_present", "advance"])
async def test_killed_before_the_file_counts(
    house: House, database_url: str, phase: str
) -> None:
    await house.serve(word("甲甲"), word("词语7"))
    draft = await house.draft(word("手写"))
    await kill(database_url, draft, 2000, phase)
    assert await house.drafts.get(draft.id) == draft
    assert await terms_of(house, draft) == ["手写"]
    house.clock.now += LEFT_BEHIND.total_seconds() + 60
    await load(house, draft, "甲甲", "乙乙")
    assert await terms_of(house, draft) == ["乙乙", "词语7"]


async def test_killed_after_the_file_counts(house: House, database_url: str) -> None:
    draft = await house.draft(word("手写"))
    await kill(database_url, draft, 2000, "clear_set")
    now = await house.drafts.get(draft.id)
    assert (now.revision, now.changes) == (draft.revision + 1, 2000)
    assert len(await terms_of(house, draft)) == 1000, "a page"
    await load(house, draft, "甲甲")
    assert await rows_stored(house) == 1
