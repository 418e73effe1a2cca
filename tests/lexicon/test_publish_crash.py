"""Killed, or out of room, at any moment: nothing half, nothing lost."""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.domain.labels import Label
from app.lexicon.candidate import Candidate
from app.lexicon.content import read_content
from app.lexicon.edits import Remove
from app.lexicon.records import Draft
from app.store import Database
from tests.lexicon.doomed import FILE_ROWS, file_of
from tests.lexicon.house import House, digest, word

ROOT = Path(__file__).parents[2]
BASE = ["own:乙乙 90", "own:甲甲 90"]


@pytest.fixture
async def house(database: Database) -> House:
    house = House(database)
    await house.serve(word("甲甲"), word("乙乙"))
    return house


@contextmanager
def doomed(url: str, point: str, draft: int) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "tests.lexicon.doomed", url, point, str(draft)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as one:
        try:
            yield one
        finally:
            one.kill()


def kill_at(url: str, point: str, draft: int) -> None:
    """Let a process come as far as `point`, then kill it."""
    with doomed(url, point, draft) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
        process.kill()
        process.wait(10)


async def whole(house: House) -> list[list[str]]:
    """The words of every version; each has the checksum that it says it has."""
    return [await house.words(n) for n in range(1, await house.live() + 1)]


@pytest.mark.parametrize("point", ["compiling", "written", "served"])
async def test_killed_while_publishing(
    house: House, database_url: str, point: str
) -> None:
    draft = await house.draft(word("丙丙"), Remove("own", digest("甲甲")))
    kill_at(database_url, point, draft.id)
    assert await whole(house) == [BASE]
    assert await house.drafts.get(draft.id) == draft
    assert (await house.publish(draft)).number == 2
    assert await whole(house) == [BASE, ["own:丙丙 90", "own:乙乙 90"]]


@pytest.mark.parametrize("point", ["written", "served"])
async def test_killed_while_going_back(
    house: House, database_url: str, point: str
) -> None:
    await house.serve(word("丙丙"), Remove("own", digest("甲甲")))
    kill_at(database_url, point, 0)
    second = ["own:丙丙 90", "own:乙乙 90"]
    assert await whole(house) == [BASE, second]
    await house.publisher.rollback(1, who="alice")
    assert await whole(house) == [BASE, second, BASE]


async def test_killed_while_reading_a_file(house: House, database_url: str) -> None:
    draft = await house.draft(word("丙丙"))
    kill_at(database_url, "reading", draft.id)
    assert await house.drafts.get(draft.id) == draft
    assert await whole(house) == [BASE]
    report = await house.drafts.fill(
        draft.id,
        file_of(FILE_ROWS),
        list_name="own",
        mode="merge",
        revision=draft.revision,
        who="alice",
    )
    assert report.added == FILE_ROWS
    made = await house.publish(await house.drafts.get(draft.id))
    assert made.term_count == FILE_ROWS + 3
    assert len(await house.words()) == FILE_ROWS + 3


async def filled(house: House, rows: int = FILE_ROWS) -> Draft:
    draft = await house.draft()
    await house.drafts.fill(
        draft.id,
        file_of(rows),
        list_name="own",
        mode="merge",
        revision=None,
        who="alice",
    )
    return await house.drafts.get(draft.id)


@pytest.mark.slow
async def test_killed_at_any_moment(house: House, database_url: str) -> None:
    """Not at a chosen point: wherever it is after some time."""
    draft = await filled(house)
    rng = random.Random(3)
    began = time.monotonic()
    with doomed(database_url, "nowhere", draft.id) as process:
        process.wait(60)
    lasted = time.monotonic() - began
    assert (await house.drafts.get(draft.id)).state == "published"
    for _ in range(6):
        back = await house.publisher.rollback(1, who="alice")
        draft = await filled(house)
        with doomed(database_url, "nowhere", draft.id) as process:
            time.sleep(lasted * rng.uniform(0.4, 1.0))  # noqa: ASYNC251 - no other task
            process.kill()
            process.wait(10)
        live = await house.live()
        state = (await house.drafts.get(draft.id)).state
        assert (live, state) in {
            (back.number, "open"),
            (back.number + 1, "published"),
        }
        content = await house.content()
        assert len(content.entries) == 2 + FILE_ROWS * (live > back.number)
        if state == "open":
            await house.publish(draft)


# ------------------------------------------------------------------- disk full

Limit = Callable[[int | None], Any]

# A PostgreSQL server has no limit that a test could set.
on_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def limit(database: Database) -> Iterator[Limit]:
    """Give a file so many pages more, or all that it wants."""
    most = 2**31
    engine = database.engine.sync_engine

    def restrict(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={most}")

    async def set_limit(pages: int | None) -> None:
        nonlocal most
        async with database.read() as connection:
            found = await connection.exec_driver_sql("PRAGMA page_count")
            most = found.scalar_one() + pages if pages is not None else 2**31
        await database.engine.dispose()

    event.listen(engine, "connect", restrict)
    yield set_limit
    event.remove(engine, "connect", restrict)


@on_sqlite
@pytest.mark.parametrize("pages", [0, 3, 40, 200])
async def test_the_disk_is_full_while_publishing(
    house: House, limit: Limit, pages: int
) -> None:
    draft = await filled(house, 6000)
    await limit(pages)
    with pytest.raises(OperationalError, match="full"):
        await house.publish(draft)
    assert await whole(house) == [BASE]
    assert await house.drafts.get(draft.id) == draft
    await limit(None)
    assert (await house.publish(draft)).term_count == 6002
    assert len(await house.words()) == 6002


@on_sqlite
async def test_the_disk_is_full_while_going_back(house: House, limit: Limit) -> None:
    await house.publish(await filled(house, 6000))
    await house.serve(*(Remove("own", digest(f"词语{n}")) for n in range(900)))
    await limit(0)
    with pytest.raises(OperationalError, match="full"):
        await house.publisher.rollback(2, who="alice")
    await limit(None)
    assert await house.live() == 3
    await house.publisher.rollback(2, who="alice")
    assert len(await house.words()) == 6002


@on_sqlite
async def test_the_disk_is_full_while_blocking(house: House, limit: Limit) -> None:
    async def check(_: Candidate) -> None:
        await limit(0)

    tight = House(house.db, check=check)

    async def block_many() -> None:
        for n in range(500):
            await tight.publisher.block(
                f"骗局{n}号", label=Label.FRAUD, who="night", why="x" * 900
            )

    with pytest.raises(OperationalError, match="full"):
        await block_many()
    await limit(None)
    live = await house.live()
    async with house.db.read() as connection:
        await read_content(connection, Candidate("version", live))
    await house.publisher.block("骗局", label=Label.FRAUD, who="night")
    assert await house.live() == live + 1
