"""The breaker on a real database: who is held, from when, and until when."""

import asyncio
import logging

import pytest
from sqlalchemy import func, select

from app.domain.entry import Entry
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.lexicon.errors import NotFoundError
from app.lexicon.publish import Publisher
from app.store import Database
from app.store.vitals_tables import vitals_hold
from app.text.checker import Checker
from app.text.combine import NOTHING_HELD, Held
from app.text.compiling import compile_snapshot
from app.vitals import BreakerRoom, BreakerSettings, Vitals, breaker
from tests.lexicon.serving import serve_list
from tests.vitals.helpers import (
    DAY,
    MINUTE,
    NOON,
    SECRET,
    Clock,
    block,
    key,
    publish,
    watch,
)

WORD = ("own", "的")
HOUR = 3600


class Installed(list[Held]):
    """Every set of held words that a process was told."""

    def __call__(self, held: Held) -> None:
        self.append(held)

    @property
    def now(self) -> Held:
        return self[-1] if self else NOTHING_HELD


@pytest.fixture
def installed() -> Installed:
    return Installed()


@pytest.fixture
def room(database: Database, clock: Clock, installed: Installed) -> BreakerRoom:
    return BreakerRoom(database, BreakerSettings(), installed, clock=clock)


async def trip(
    database: Database, vitals: Vitals, clock: Clock, room: BreakerRoom
) -> None:
    """Publish a word that everybody uses, and let the breaker see it."""
    await publish(database, clock, "的")
    clock.forward(30)
    watch(vitals, WORD, hits=60, texts=150)
    await vitals.flush()
    await room.judge()


async def test_a_pasted_word_drops_to_review_within_a_minute(
    database: Database,
    vitals: Vitals,
    clock: Clock,
    room: BreakerRoom,
    installed: Installed,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING, logger="app.vitals"):
        await trip(database, vitals, clock, room)
    assert installed == [frozenset({WORD})]
    (hold,) = await room.holds()
    assert (hold.key, hold.list_name, hold.term) == (key("的"), "own", "的")
    assert (hold.state, hold.reason, hold.usual_share) == ("tripped", "new_term", None)
    assert (hold.hits, hold.texts, hold.minutes, hold.share) == (60, 150, 1, 0.4)
    assert (hold.tripped_at, hold.decided_at, hold.decided_by) == (clock(), None, None)
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert record.getMessage() == (
        "the breaker holds '的' of the list own at review (new_term): 60 of 150 texts"
        f" in 1 min; key {key('的').hex()}"
    )
    figures = room.figures()
    assert (figures.held, figures.tripped, figures.judged_at) == (1, 1, clock())


async def test_the_checker_answers_review_then(
    database: Database, vitals: Vitals, clock: Clock
) -> None:
    entries = [Entry("的", Label.ADS, 90, list_name="own")]
    checker = Checker(compile_snapshot(entries))
    room = BreakerRoom(database, BreakerSettings(), checker.hold, clock=clock)
    assert checker.check("我的").findings[0].suggest.value == "risky"
    await trip(database, vitals, clock, room)
    assert checker.check("我的").findings[0].suggest.value == "review"
    await room.release(key("的"), "alice#3")
    assert checker.check("我的").findings[0].suggest.value == "risky"


async def test_an_ordinary_new_word_is_left_alone(
    database: Database, vitals: Vitals, clock: Clock, room: BreakerRoom
) -> None:
    await publish(database, clock, "刷单返利")
    watch(vitals, ("own", "刷单返利"), hits=25, texts=2000)
    await vitals.flush()
    await room.judge()
    await room.judge_longer()
    assert await room.holds() == []
    assert room.figures().judged_at == clock()


async def test_a_quiet_service_is_judged_by_its_hour(
    database: Database, vitals: Vitals, clock: Clock, room: BreakerRoom
) -> None:
    """Two texts a minute: five minutes say nothing."""
    await publish(database, clock, "的")
    for minute in range(45):
        user = f"user {minute}"
        watch(vitals, WORD, hits=1, texts=2, users=[user])
        await vitals.flush()
        await room.judge()
        clock.forward(MINUTE)
    assert await room.holds() == []
    await room.judge_longer()
    (hold,) = await room.holds()
    assert (hold.hits, hold.texts, hold.minutes) == (45, 90, 46)


async def test_only_texts_since_it_was_published_count(
    database: Database, vitals: Vitals, clock: Clock, room: BreakerRoom
) -> None:
    vitals.passed("wx1", Scene.COMMENT, 100_000)
    await vitals.flush()
    clock.forward(MINUTE)
    await trip(database, vitals, clock, room)
    assert [hold.texts for hold in await room.holds()] == [150]


async def test_an_old_word_that_everybody_uses_since_today(
    database: Database, vitals: Vitals, clock: Clock, room: BreakerRoom
) -> None:
    clock.now = NOON - 5 * DAY
    await publish(database, clock, "口罩")
    for _ in range(5):
        watch(vitals, ("own", "口罩"), hits=10, texts=10_000)
        await vitals.flush()
        await room.judge()
        clock.forward(DAY)
    watch(vitals, ("own", "口罩"), hits=10, texts=500)
    await vitals.flush()
    clock.forward(4 * MINUTE)
    watch(vitals, ("own", "口罩"), hits=150, texts=500)
    await vitals.flush()
    await room.judge()
    (hold,) = await room.holds()
    assert (hold.reason, hold.usual_share) == ("jump", 0.001)
    assert (hold.hits, hold.texts, hold.minutes) == (160, 1000, 5)


async def test_few_senders_do_not_bring_an_old_word_down(
    database: Database, vitals: Vitals, clock: Clock, room: BreakerRoom
) -> None:
    clock.now = NOON - 5 * DAY
    await publish(database, clock, "刷单")
    for _ in range(5):
        watch(vitals, ("own", "刷单"), hits=10, texts=10_000)
        await vitals.flush()
        clock.forward(DAY)
    gang = [f"bot {number}" for number in range(40)]
    watch(vitals, ("own", "刷单"), hits=600, texts=1000, users=gang)
    await vitals.flush()
    await room.judge()
    await room.judge_longer()
    assert await room.holds() == []


@pytest.mark.parametrize(("term", "held"), [("微信", True), ("刷单返利", False)])
async def test_an_emergency_block_may_hit_a_wave_but_not_everything(
    database: Database,
    vitals: Vitals,
    clock: Clock,
    room: BreakerRoom,
    term: str,
    *,
    held: bool,
) -> None:
    await block(database, clock, term)
    watch(vitals, ("emergency", term), hits=300, texts=2000)
    await vitals.flush()
    await room.judge()
    assert bool(await room.holds()) is held


async def test_words_that_are_not_live_are_not_judged(
    database: Database, vitals: Vitals, clock: Clock, room: BreakerRoom
) -> None:
    await publish(database, clock, "another")
    watch(vitals, WORD, hits=60, texts=150)
    await vitals.flush()
    await room.judge()
    assert await room.holds() == []


@pytest.mark.parametrize(("level", "held"), [(79, False), (80, True)])
async def test_what_is_for_review_at_most_needs_no_hold(
    database: Database,
    vitals: Vitals,
    clock: Clock,
    room: BreakerRoom,
    level: int,
    *,
    held: bool,
) -> None:
    words = [Entry("的", Label.ADS, level)]
    await serve_list(database, words, clock=clock)
    watch(vitals, WORD, hits=60, texts=150)
    await vitals.flush()
    await room.judge()
    assert bool(await room.holds()) is held


async def test_two_processes_trip_a_word_once(
    database_url: str, database: Database, vitals: Vitals, clock: Clock
) -> None:
    await publish(database, clock, "的")
    watch(vitals, WORD, hits=60, texts=150)
    await vitals.flush()
    databases = [Database.open(database_url) for _ in range(3)]
    told = [Installed() for _ in databases]
    rooms = [
        BreakerRoom(one, BreakerSettings(), here, clock=clock)
        for one, here in zip(databases, told, strict=True)
    ]
    try:
        await asyncio.gather(*(room.judge() for room in rooms))
        assert sum(room.figures().tripped for room in rooms) == 1
        for room in rooms:
            await room.poll()
        assert [here.now for here in told] == [frozenset({WORD})] * 3
        await rooms[0].release(key("的"), "alice#3")
        await rooms[2].poll()
        assert (told[0].now, told[1].now, told[2].now) == (
            NOTHING_HELD,
            frozenset({WORD}),
            NOTHING_HELD,
        )
    finally:
        for one in databases:
            await one.close()


async def test_it_trips_once_and_installs_only_changes(
    database: Database,
    vitals: Vitals,
    clock: Clock,
    room: BreakerRoom,
    installed: Installed,
) -> None:
    await trip(database, vitals, clock, room)
    for _ in range(3):
        clock.forward(5)
        await room.judge()
        await room.poll()
    assert len(installed) == 1
    assert room.figures().tripped == 1


async def test_a_released_word_rests_for_a_week(
    database: Database,
    vitals: Vitals,
    clock: Clock,
    room: BreakerRoom,
    installed: Installed,
) -> None:
    await trip(database, vitals, clock, room)
    released = await room.release(key("的"), "alice#3")
    assert (released.state, released.decided_by) == ("released", "alice#3")
    assert installed.now == NOTHING_HELD
    assert await room.holds() == []
    await room.judge()
    assert installed.now == NOTHING_HELD
    for hours, held in ((167, False), (2, True)):
        clock.forward(hours * HOUR)
        # Not even when a new version brings it anew.
        await publish(database, clock, "other")
        await publish(database, clock, "的")
        clock.forward(MINUTE)
        watch(vitals, WORD, hits=60, texts=150)
        await vitals.flush()
        await room.judge()
        assert bool(await room.holds()) is held
        clock.forward(MINUTE)
    (hold,) = await room.holds()
    assert (hold.state, hold.decided_by, hold.tripped_at) == (
        "tripped",
        None,
        clock() - MINUTE,
    )


async def test_a_confirmed_word_stays_until_somebody_changes_it(
    database: Database,
    vitals: Vitals,
    clock: Clock,
    room: BreakerRoom,
    installed: Installed,
) -> None:
    await trip(database, vitals, clock, room)
    confirmed = await room.confirm(key("的"), "alice#3")
    assert (confirmed.state, confirmed.decided_by) == ("confirmed", "alice#3")
    clock.forward(400 * DAY)
    await room.judge()
    (hold,) = await room.holds()
    assert (hold.state, hold.decided_at) == ("confirmed", clock() - 400 * DAY)
    await room.release(key("的"), "bob#4")
    assert installed.now == NOTHING_HELD


async def test_a_word_that_was_removed_or_replaced_is_not_held(
    database: Database,
    vitals: Vitals,
    clock: Clock,
    room: BreakerRoom,
    installed: Installed,
) -> None:
    await trip(database, vitals, clock, room)
    await publish(database, clock, "other")
    await room.poll()
    assert installed.now == NOTHING_HELD
    assert await room.holds() == []
    for decide in (room.confirm, room.release):
        with pytest.raises(NotFoundError):
            await decide(key("的"), "alice#3")
    milder = [Entry("的", Label.ADS, 85), Entry("other", Label.ADS, 90)]
    await serve_list(database, milder, clock=clock)
    await room.poll()
    assert installed.now == NOTHING_HELD
    # The new form is judged anew, by what happens from now on.
    await room.judge()
    clock.forward(2 * MINUTE)
    await room.judge()
    assert await room.holds() == []
    watch(vitals, WORD, hits=60, texts=150)
    await vitals.flush()
    await room.judge()
    (hold,) = await room.holds()
    assert (hold.state, hold.tripped_at) == ("tripped", clock())


async def test_other_changes_of_the_list_leave_the_hold(
    database: Database,
    vitals: Vitals,
    clock: Clock,
    room: BreakerRoom,
    installed: Installed,
) -> None:
    await trip(database, vitals, clock, room)
    await publish(database, clock, "的", "another word")
    await publish(database, clock, "second list", list_name="second")
    await room.poll()
    assert installed.now == frozenset({WORD})
    # Going back to what is live for this word changes nothing either.
    await Publisher(database, clock=clock).rollback(1, who="me")
    await room.poll()
    assert installed.now == frozenset({WORD})


async def test_what_is_not_held_cannot_be_decided(room: BreakerRoom) -> None:
    for missing in (key("的"), b"", b"\xff" * 16):
        with pytest.raises(NotFoundError, match="no word with this key is held"):
            await room.confirm(missing, "alice#3")
        with pytest.raises(NotFoundError):
            await room.release(missing, "alice#3")


async def test_hits_of_a_process_whose_clock_is_behind_count(
    database: Database, vitals: Vitals, clock: Clock, room: BreakerRoom
) -> None:
    """Publisher, counter and judge on machines that disagree by seconds."""
    clock.now = NOON - NOON % MINUTE + 30
    await publish(database, Clock(clock.now + 9), "的")
    behind = Vitals(database, SECRET, clock=Clock(clock.now - 5))
    watch(behind, WORD, hits=60, texts=150)
    await behind.flush()
    await room.judge()
    await room.poll()
    assert [hold.term for hold in await room.holds()] == ["的"]
    assert room.figures().held == 1


async def test_run_follows_judges_and_outlives_an_outage(
    database: Database,
    vitals: Vitals,
    clock: Clock,
    installed: Installed,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for name in ("POLL_SECONDS", "JUDGE_SECONDS", "LONG_SECONDS"):
        monkeypatch.setattr(breaker, name, 0.01)
    room = BreakerRoom(database, BreakerSettings(), installed, clock=clock)
    reading, outage = database.read, [ConnectionRefusedError()] * 6

    def read() -> object:
        if outage:
            raise outage.pop()
        return reading()

    monkeypatch.setattr(database, "read", read)
    with caplog.at_level(logging.WARNING):
        running = asyncio.create_task(room.run())
        async with asyncio.timeout(30):
            while outage:
                await asyncio.sleep(0.01)
        await publish(database, clock, "的")
        watch(vitals, WORD, hits=60, texts=150)
        await vitals.flush()
        async with asyncio.timeout(30):
            while installed.now != frozenset({WORD}):
                await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    failures = [r.getMessage() for r in caplog.records if "retrying" in r.getMessage()]
    assert failures
    assert len(failures) <= 3  # once for each kind of work


async def test_a_breaker_that_is_off_still_follows(
    database: Database, vitals: Vitals, clock: Clock, room: BreakerRoom
) -> None:
    await trip(database, vitals, clock, room)
    told = Installed()
    settings = BreakerSettings(new_terms=False, jumps=False)
    off = BreakerRoom(database, settings, told, clock=clock)
    running = asyncio.create_task(off.run())
    async with asyncio.timeout(30):
        while not told:
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert told.now == frozenset({WORD})
    assert off.figures().judged_at is None


async def test_nothing_of_users_is_in_a_hold(
    database: Database, vitals: Vitals, clock: Clock, room: BreakerRoom
) -> None:
    await trip(database, vitals, clock, room)
    async with database.read() as connection:
        count = await connection.scalar(select(func.count()).select_from(vitals_hold))
        (row,) = (await connection.execute(select(vitals_hold))).all()
    assert count == 1
    assert "user" not in repr(row)
