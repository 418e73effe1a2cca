"""Following the live version."""

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta

import pytest

from app.domain.entry import Entry
from app.lexicon import Follower, Lexicon, LexiconError
from app.lexicon.candidate import Candidate
from app.store import Database
from app.text.compiling import compile_snapshot
from app.text.snapshot import Snapshot

POLL = timedelta(milliseconds=10)


class Source:
    """A lexicon in memory."""

    def __init__(self) -> None:
        self.live = 0
        self.failure: Exception | None = None
        self.reads = 0

    async def live_version(self) -> int:
        return self.live

    async def load(self, candidate: Candidate) -> Snapshot:
        self.reads += 1
        if self.failure is not None:
            raise self.failure
        number = candidate.number
        return compile_snapshot([Entry(f"词语{number}")], version=str(number))


async def test_nothing_to_follow_yet() -> None:
    installed: list[Snapshot] = []
    source = Source()
    follower = Follower(source, installed.append, source.load)
    assert not await follower.refresh()
    assert (installed, follower.error, follower.version) == ([], None, 0)


async def test_a_new_version_is_installed_once() -> None:
    source, installed = Source(), list[Snapshot]()
    follower = Follower(source, installed.append, source.load)
    source.live = 3
    assert await follower.refresh()
    assert not await follower.refresh()
    assert [snapshot.version for snapshot in installed] == ["3"]
    assert follower.version == 3
    source.live = 2  # the pointer may also go back
    assert await follower.refresh()
    assert installed[-1].version == "2"


async def test_a_version_that_cannot_be_read_keeps_the_old_one(
    caplog: pytest.LogCaptureFixture,
) -> None:
    source, installed = Source(), list[Snapshot]()
    errors: list[str | None] = []
    follower = Follower(source, installed.append, source.load)
    source.live = 1
    await follower.refresh()
    source.live, source.failure = 2, LexiconError("version 2 is damaged")
    with caplog.at_level(logging.ERROR):
        assert not await follower.refresh()
        assert not await follower.refresh()
    assert len(caplog.records) == 1, "said once, not at every poll"
    assert follower.version == 1
    assert follower.error is not None
    assert "damaged" in follower.error
    source.failure = None
    assert await follower.refresh()
    assert follower.version == 2
    errors.append(follower.error)
    assert errors == [None]


async def test_an_error_heals_when_the_pointer_goes_back() -> None:
    source = Source()
    follower = Follower(source, lambda _: None, source.load)
    source.live = 1
    await follower.refresh()
    source.live, source.failure = 2, LexiconError("no")
    await follower.refresh()
    source.live = 1
    await follower.refresh()
    assert follower.error is None


async def test_a_version_that_fails_to_compile_keeps_the_old_one() -> None:
    installed: list[Snapshot] = []
    source = Source()
    source.live, source.failure = 1, MemoryError("秘密")
    follower = Follower(source, installed.append, source.load)
    assert not await follower.refresh()
    assert installed == []
    assert follower.error is not None
    assert "MemoryError" in follower.error
    assert "秘密" not in follower.error


async def test_running_follows_and_stops_when_cancelled() -> None:
    source, installed = Source(), list[Snapshot]()
    task = asyncio.create_task(
        Follower(source, installed.append, source.load).run(POLL)
    )
    for number in (1, 2):
        source.live = number
        for _ in range(500):
            if len(installed) == number:
                break
            await asyncio.sleep(0.01)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert [snapshot.version for snapshot in installed] == ["1", "2"]


async def test_failures_slow_the_polling_down() -> None:
    source = Source()
    source.live, source.failure = 1, LexiconError("no")
    task = asyncio.create_task(Follower(source, lambda _: None, source.load).run(POLL))
    await asyncio.sleep(0.5)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert 1 <= source.reads <= 7


async def test_a_version_after_a_broken_one_is_not_kept_waiting() -> None:
    source, installed = Source(), list[Snapshot]()
    source.live, source.failure = 1, LexiconError("no")
    follower = Follower(source, installed.append, source.load)
    poll = timedelta(milliseconds=200)
    task = asyncio.create_task(follower.run(poll))
    await asyncio.sleep(0.7)  # so that the next try of version 1 is far away
    source.live, source.failure = 2, None
    moved = asyncio.get_running_loop().time()
    while follower.version != 2:
        await asyncio.sleep(0.01)
        assert asyncio.get_running_loop().time() - moved < 0.5
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_it_tells_since_when_and_how_surely_it_serves() -> None:
    source, now = Source(), [100.0]
    follower = Follower(source, lambda _: None, source.load, clock=lambda: now[0])
    assert (follower.installed_at, follower.confirmed_at) == (None, None)
    source.live = 1
    await follower.refresh()
    now[0] = 150.0
    await follower.refresh()
    assert (follower.installed_at, follower.confirmed_at) == (100.0, 150.0)
    source.live, source.failure, now[0] = 2, LexiconError("no"), 200.0
    await follower.refresh()
    assert (follower.installed_at, follower.confirmed_at) == (100.0, 150.0)


async def test_the_first_load_does_what_else_takes_time_meanwhile() -> None:
    done: list[str] = []
    source = Source()
    source.live = 1
    follower = Follower(
        source, lambda _: None, source.load, prepare=lambda: done.append("once")
    )
    await follower.refresh()
    source.live = 2
    await follower.refresh()
    assert done == ["once"]


async def test_a_database_that_is_gone_is_an_error_not_a_crash(
    database: Database,
) -> None:
    async with database.write() as connection:
        await connection.exec_driver_sql("DROP TABLE lexicon_live")
    follower = Follower(Lexicon(database), lambda _: None, Source().load)
    assert not await follower.refresh()
    assert follower.error is not None
