"""Counts on their way to the database: whole, once, and without names."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.scenes import Scene
from app.lexicon.errors import NotFoundError
from app.store import Database
from app.store.vitals_stats import Order
from app.store.vitals_tables import vitals_day, vitals_texts, vitals_window
from app.vitals import Vitals, service
from tests.vitals.helpers import (
    DAY,
    MINUTE,
    NOON,
    SECRET,
    Clock,
    key,
    observed,
    publish,
    watch,
)

WORD = ("own", "word")
TODAY = int(NOON) // DAY


class Failing:
    """A database whose write transactions fail from the nth on."""

    def __init__(self, database: Database, works: int = 0) -> None:
        self.read = database.read
        self.works = works
        self._database = database

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        if self.works <= 0:
            raise OperationalError("", {}, Exception())
        self.works -= 1
        async with self._database.write() as connection:
            yield connection


async def counted(database: Database) -> dict[bytes, tuple[int, int]]:
    """Hits and users by word, over all days."""
    day = vitals_day.c
    query = select(day.term_key, func.sum(day.hits), func.sum(day.user_count))
    async with database.read() as connection:
        rows = await connection.execute(query.group_by(day.term_key))
        return {key: (int(hits), int(users)) for key, hits, users in rows}


async def texts(database: Database, period: str) -> dict[int, int]:
    column = vitals_texts.c
    query = select(column.number, column.texts).where(column.period == period)
    async with database.read() as connection:
        return {row.number: row.texts for row in await connection.execute(query)}


async def test_a_hit_is_a_text_however_often_the_word_is_in_it(
    database: Database, vitals: Vitals, clock: Clock
) -> None:
    vitals.saw(observed(WORD, WORD, ("own", "other")))
    vitals.saw(observed(WORD, user="another"))
    vitals.passed("wx1", Scene.COMMENT, 5)
    await vitals.flush()
    assert await counted(database) == {key("word"): (2, 2), key("other"): (1, 1)}
    assert await texts(database, "minute") == {NOON // MINUTE: 7}
    clock.forward(60)
    vitals.saw(observed(WORD))
    await vitals.flush()
    assert await counted(database) == {key("word"): (3, 2), key("other"): (1, 1)}
    assert await texts(database, "minute") == {NOON // MINUTE: 7, NOON // MINUTE + 1: 1}
    assert await texts(database, "day") == {TODAY: 8}


async def test_an_idle_process_writes_nothing(database: Database, clock: Clock) -> None:
    failing = Failing(database, works=1)  # the purge at the start
    vitals = Vitals(cast(Database, failing), SECRET, clock=clock)
    for _ in range(3):
        await vitals.flush()
        clock.forward(2)


async def test_each_minute_tells_who_hit_it(
    database: Database, vitals: Vitals, clock: Clock
) -> None:
    """Hits, those with a user, and users that were new to the word that day."""
    for user in ("a", "b", "a", None):
        vitals.saw(observed(WORD, user=user))
    await vitals.flush()
    vitals.saw(observed(WORD, user="b"))
    vitals.saw(observed(WORD, user="c"))
    await vitals.flush()
    clock.forward(MINUTE)
    vitals.saw(observed(WORD, user="a"))
    await vitals.flush()
    first = NOON // MINUTE
    column = vitals_window.c
    query = select(column.minute, column.hits, column.named, column.users)
    async with database.read() as connection:
        rows = (await connection.execute(query.order_by(column.minute))).all()
    assert rows == [(first, 6, 5, 3), (first + 1, 1, 1, 0)]


async def test_findings_of_no_list_are_no_words(
    database: Database, vitals: Vitals
) -> None:
    vitals.saw(observed((None, "a contact"), (None, None), ("own", None)))
    vitals.saw(observed())
    await vitals.flush()
    assert await counted(database) == {}
    assert await texts(database, "day") == {TODAY: 2}


async def test_users_are_told_apart_by_app_and_may_be_unknown(
    database: Database, vitals: Vitals
) -> None:
    for appid in ("wx1", "wx2"):
        for _ in range(3):
            vitals.saw(observed(WORD, appid=appid))
    for nobody in (None, ""):
        vitals.saw(observed(WORD, user=nobody))
    vitals.saw(observed(WORD, user="\ud800"))  # a lone surrogate is no error
    await vitals.flush()
    assert await counted(database) == {key("word"): (9, 3)}


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_nothing_of_a_text_or_a_user_reaches_the_file(
    database: Database, vitals: Vitals, database_url: str
) -> None:
    vitals.saw(observed(WORD, user="openid-of-a-person", text="a secret letter"))
    await vitals.flush()
    async with database.read() as connection:
        (users,) = (await connection.scalars(select(vitals_day.c.users))).all()
    assert len(users) == 3  # one register: the kind, and two bytes
    await database.close()
    path = Path(database_url.removeprefix("sqlite:///"))
    file = await asyncio.to_thread(path.read_bytes)
    for private in (b"openid-of-a-person", b"a secret letter", b"wx1"):
        assert private not in file


async def test_another_secret_sees_other_users(
    database: Database, vitals: Vitals, clock: Clock
) -> None:
    other = Vitals(database, b"another secret of a test", clock=clock)
    vitals.saw(observed(WORD))
    other.saw(observed(WORD))
    await vitals.flush()
    await other.flush()
    assert await counted(database) == {key("word"): (2, 2)}


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        Vitals(cast(Database, None), b"short")


async def test_two_processes_add_at_once(
    database_url: str, database: Database, clock: Clock
) -> None:
    """Each with connections of its own, words in different orders."""
    rooms, databases = [], []
    for _ in range(2):
        databases.append(Database.open(database_url))
        rooms.append(Vitals(databases[-1], SECRET, clock=clock))
    words = [("own", f"word {number}") for number in range(20)]

    async def work(vitals: Vitals, order: int) -> None:
        for turn in range(10):
            for word in words[::order]:
                vitals.saw(observed(word, user=f"{turn} {order}"))
                vitals.saw(observed(word, user=f"{turn}"))
            await vitals.flush()

    try:
        await asyncio.gather(work(rooms[0], 1), work(rooms[1], -1))
    finally:
        for one in databases:
            await one.close()
    found = await counted(database)
    assert {hits for hits, _ in found.values()} == {40}
    # 10 users that both saw and 10 of each, about 3 % off.
    assert len(found) == 20
    assert all(28 <= users <= 32 for _, users in found.values())
    assert await texts(database, "day") == {TODAY: 800}


async def test_counts_wait_while_the_database_is_away(
    database: Database, clock: Clock
) -> None:
    failing = Failing(database)
    vitals = Vitals(cast(Database, failing), SECRET, clock=clock)
    for turn in range(3):
        vitals.saw(observed(WORD, user=f"user {turn}"))
        vitals.passed("wx1", Scene.COMMENT, 1)
        with pytest.raises(OperationalError):
            await vitals.flush()
        clock.forward(30)
    failing.works = 100
    await vitals.flush()
    assert await counted(database) == {key("word"): (3, 3)}
    assert await texts(database, "minute") == {
        NOON // MINUTE: 4,
        NOON // MINUTE + 1: 2,
    }


async def test_what_arrived_before_the_database_went_away_is_not_sent_again(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_PIECE", 1)
    failing = Failing(database, works=2)
    vitals = Vitals(cast(Database, failing), SECRET, clock=clock)
    vitals.saw(observed(*[("own", f"word {n}") for n in range(4)]))
    with pytest.raises(OperationalError):
        await vitals.flush()
    assert len(await counted(database)) == 2
    failing.works = 100
    await vitals.flush()
    assert set((await counted(database)).values()) == {(1, 1)}
    assert await texts(database, "day") == {TODAY: 1}


async def test_counts_survive_a_restart(
    database_url: str, database: Database, clock: Clock
) -> None:
    for start in range(2):
        opened = Database.open(database_url)
        vitals = Vitals(opened, SECRET, clock=clock)
        for number in range(10):
            vitals.saw(observed(WORD, user=f"user {number + 5 * start}"))
        await vitals.flush()
        await opened.close()
    assert await counted(database) == {key("word"): (20, 15)}


async def test_run_flushes_until_it_is_cancelled(
    database: Database, vitals: Vitals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "FLUSH_SECONDS", 0.01)
    running = asyncio.create_task(vitals.run())
    vitals.saw(observed(WORD))
    async with asyncio.timeout(20):
        while not await counted(database):
            await asyncio.sleep(0.01)
    vitals.saw(observed(WORD))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await vitals.flush()
    assert await counted(database) == {key("word"): (2, 1)}


async def test_old_counts_are_forgotten(database: Database, clock: Clock) -> None:
    vitals = Vitals(database, SECRET, clock=clock, keep_days=10)
    clock.now = NOON - 11 * DAY
    vitals.saw(observed(("own", "long ago")))
    await vitals.flush()
    clock.now = NOON - 3 * DAY
    vitals.saw(observed(("own", "lately")))
    await vitals.flush()
    clock.now = NOON
    vitals.saw(observed(WORD))
    await vitals.flush()
    assert set(await counted(database)) == {key("lately"), key("word")}
    assert set(await texts(database, "day")) == {TODAY - 3, TODAY}
    assert set(await texts(database, "minute")) == {NOON // MINUTE}
    async with database.read() as connection:
        minutes = await connection.scalars(select(vitals_window.c.minute))
    assert set(minutes) == {NOON // MINUTE}


async def test_the_purge_is_not_part_of_every_flush(
    database: Database, vitals: Vitals, clock: Clock
) -> None:
    await vitals.flush()
    late = Vitals(database, SECRET, clock=Clock(NOON - 2 * 3600))
    late.saw(observed(WORD))
    await late.flush()
    clock.forward(599)
    await vitals.flush()

    async def minutes() -> int:
        query = select(func.count()).select_from(vitals_window)
        async with database.read() as connection:
            return int(await connection.scalar(query) or 0)

    assert await minutes() == 1
    clock.forward(1)
    await vitals.flush()
    assert await minutes() == 0


async def test_decisions_of_reviewers(
    database: Database, vitals: Vitals, clock: Clock
) -> None:
    await publish(database, clock, "word", "quiet")
    await vitals.overturned(key("word"))
    for _ in range(3):
        await vitals.upheld(key("word"))
    clock.forward(DAY)
    await vitals.overturned(key("word"))
    for missing in (key("unknown"), b"", b"\0" * 16):
        with pytest.raises(NotFoundError):
            await vitals.overturned(missing)
    first, second = await vitals.stats(order="overturned")
    assert (first.term, first.share_overturned, first.hits) == ("word", 0.4, 0)
    assert (second.term, second.share_overturned) == ("quiet", None)


async def test_decisions_and_hits_of_a_day_share_a_row(
    database: Database, vitals: Vitals, clock: Clock
) -> None:
    await publish(database, clock, "word")
    await vitals.overturned(key("word"))
    watch(vitals, WORD, hits=2, texts=4)
    await vitals.flush()
    await vitals.upheld(key("word"))
    (stat,) = await vitals.stats()
    assert (stat.hits, stat.users, stat.share_overturned) == (2, 2, 0.5)
    assert stat.last_hit == NOON


async def test_orders_and_pages(
    database: Database, vitals: Vitals, clock: Clock
) -> None:
    await publish(database, clock, "many hits", "many users", "latest", "none", "gone")
    await publish(database, clock, "other list", list_name="second")
    watch(vitals, ("own", "many hits"), hits=9, texts=9, users=["one"])
    watch(vitals, ("own", "many users"), hits=5, texts=5)
    watch(vitals, ("own", "gone"), hits=50, texts=50)
    clock.forward(60)
    watch(vitals, ("own", "latest"), hits=1, texts=1)
    watch(vitals, ("second", "other list"), hits=2, texts=2)
    await vitals.flush()
    await publish(database, clock, "many hits", "many users", "latest", "none")

    async def names(order: Order, **options: int) -> list[str]:
        return [s.term for s in await vitals.stats("own", order, **options)]

    assert await names("hits") == ["many hits", "many users", "latest", "none"]
    assert await names("users") == ["many users", "many hits", "latest", "none"]
    assert (await names("last_hit"))[0] == "latest"
    assert (await names("dead"))[0] == "none"
    assert await names("hits", after=1, limit=2) == ["many users", "latest"]
    assert await names("users", after=1, limit=2) == ["many hits", "latest"]
    assert await names("hits", after=9) == []
    assert len(await vitals.stats()) == 5
    assert (await vitals.stats())[2].list_name == "second"


async def test_users_of_several_days_are_not_added_up(
    database: Database, vitals: Vitals, clock: Clock
) -> None:
    await publish(database, clock, "word")
    for _ in range(3):
        watch(vitals, WORD, hits=20, texts=20)
        await vitals.flush()
        clock.forward(DAY)
    (stat,) = await vitals.stats(days=4)
    assert (stat.hits, stat.users) == (60, 20)
    (stat,) = await vitals.stats(days=2)
    assert (stat.hits, stat.users) == (20, 20)


async def test_dead_words_were_there_all_the_time(
    database: Database, vitals: Vitals, clock: Clock
) -> None:
    await publish(database, clock, "old", "alive")
    clock.forward(31 * DAY)
    await publish(database, clock, "old", "alive", "new")
    vitals.saw(observed(("own", "alive")))
    await vitals.flush()
    found = {stat.term: stat for stat in await vitals.stats(order="dead", days=30)}
    assert {term: stat.dead for term, stat in found.items()} == {
        "old": True,
        "alive": False,
        "new": False,
    }
    assert next(iter(found)) == "old"
    clock.forward(40 * DAY)
    found = {stat.term: stat for stat in await vitals.stats(days=30)}
    assert found["alive"].dead
    assert found["alive"].last_hit == NOON + 31 * DAY


async def test_words_that_another_covers(
    database: Database, vitals: Vitals, clock: Clock
) -> None:
    await publish(database, clock, "刷单", "诚招刷单", "刷单返利", "代购")
    found = {stat.term: stat.covered_by for stat in await vitals.stats()}
    assert found == {
        "刷单": None,
        "诚招刷单": "刷单",
        "刷单返利": "刷单",
        "代购": None,
    }
