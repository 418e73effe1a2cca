"""How a process follows the shadow that runs: load, count, change, fail, end."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from app.domain.scenes import Scene
from app.lexicon.candidate import Candidate
from app.store import Database
from app.trial.shadow_records import Pair, Shadow
from app.trial.shadow_watch import RETRY_SECONDS, ShadowWatch
from app.trial.shadows import Shadows
from tests.trial.helpers import (
    Clock,
    FakeLexicon,
    draft,
    finding,
    observed,
    until,
    word,
)

if TYPE_CHECKING:
    from app.domain.observation import Observer

DRAFT = Candidate("draft", 3, 7)


@dataclass
class World:
    """Operators and processes on one database."""

    database: Database
    lexicon: FakeLexicon
    clock: Clock
    shadows: Shadows
    made: list[ShadowWatch] = field(default_factory=list)

    def process(self) -> ShadowWatch:
        watch = ShadowWatch(
            self.database,
            self.lexicon,
            self.lexicon,
            self.lexicon.load,
            clock=self.clock,
            chance=lambda: 0.0,
        )
        self.made.append(watch)
        return watch

    async def following(self) -> ShadowWatch:
        """A process in which the candidate runs."""
        watch = self.process()
        await watch.poll()
        await watch.loaded()
        return watch

    async def found(self) -> Shadow:
        found = await self.shadows.status()
        assert found is not None
        return found


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    lexicon = FakeLexicon(tmp_path)
    lexicon.contents["version:1"] = []
    lexicon.contents["draft:3@7"] = [word("刷单兼职")]
    lexicon.drafts[3] = draft(3, 7)
    clock = Clock()
    shadows = Shadows(database, lexicon, lexicon, lexicon, lexicon.build, clock=clock)
    made = World(database, lexicon, clock, shadows)
    yield made
    for watch in made.made:
        await watch.close()


async def compared(watch: ShadowWatch, count: int) -> None:
    async def there() -> bool:
        return watch.figures().compared == count

    await until(there)


async def test_without_a_shadow_nothing_is_wanted(world: World) -> None:
    watch = world.process()
    observer: Observer = watch
    await watch.poll()
    assert not observer.wants_all
    observer.saw(observed("诚招刷单兼职"))
    observer.passed("wx1", Scene.CHAT, 5)
    await watch.flush()
    assert not watch.figures().active


async def test_every_process_adds_to_the_same_counts(world: World) -> None:
    await world.shadows.start(DRAFT, who="me")
    first, second = await world.following(), await world.following()
    for watch in (first, second):
        assert watch.wants_all
        watch.saw(observed("诚招刷单兼职", scene=Scene.CHAT))
        watch.saw(observed("今天天气很好"))
        await compared(watch, 2)
        await watch.flush()
        await watch.flush()
    found = await world.found()
    assert (found.texts, found.flipped) == (4, 2)
    assert found.pairs == (
        Pair(Scene.CHAT, "pass", "risky", 2),
        Pair(Scene.COMMENT, "pass", "pass", 2),
    )
    (row,) = await world.shadows.terms(found.id)
    assert (row.term, row.kind, row.times) == ("刷单兼职", "caused", 2)
    figures = first.figures()
    assert (figures.active, figures.compared, figures.flipped) == (True, 2, 1)


async def test_its_scenes_and_share(world: World) -> None:
    scenes = frozenset({Scene.CHAT})
    await world.shadows.start(DRAFT, who="me", scenes=scenes, share=0.5)
    watch = await world.following()
    watch.saw(observed("诚招刷单兼职"))
    watch.saw(observed("诚招刷单兼职", scene=Scene.CHAT))
    await compared(watch, 1)
    watch._chance = lambda: 0.5  # for the next shadow
    await watch.flush()
    assert (await world.found()).texts == 1


async def test_a_stop_is_noticed_and_the_last_counts_arrive(world: World) -> None:
    await world.shadows.start(DRAFT, who="me")
    watch = await world.following()
    watch.saw(observed("诚招刷单兼职"))
    await compared(watch, 1)
    await world.shadows.stop(who="me")
    await watch.poll()
    assert not watch.wants_all
    await watch.flush()
    assert (await world.found()).texts == 1
    assert watch.figures().compared == 1


async def test_another_shadow_counts_for_itself(world: World) -> None:
    await world.shadows.start(DRAFT, who="me")
    watch = await world.following()
    watch.saw(observed("诚招刷单兼职"))
    await compared(watch, 1)
    await world.shadows.stop(who="me")
    # Within one poll: this process sees the second one only.
    await world.shadows.start(Candidate("version", 1), who="me")
    await watch.poll()
    await watch.loaded()
    watch.saw(observed("今天天气很好"))
    await compared(watch, 2)
    await watch.flush()
    found = await world.found()
    assert (found.candidate.text(), found.texts) == ("version:1", 1)


@pytest.mark.parametrize(
    ("state", "revision", "said"),
    [
        ("open", 8, "draft 3 was changed: it is at revision 8"),
        ("discarded", 7, "draft 3 was discarded"),
        ("published", 7, "draft 3 was published as version 12"),
        (None, 0, "draft 3 is gone"),
    ],
)
async def test_a_draft_that_moves_on_ends_it(
    world: World, state: str | None, revision: int, said: str
) -> None:
    await world.shadows.start(DRAFT, who="me")
    watch = await world.following()
    if state is None:
        del world.lexicon.drafts[3]
    else:
        world.lexicon.drafts[3] = draft(3, revision, state)  # type: ignore[arg-type]
    await watch.poll()
    found = await world.found()
    assert (found.state, found.ended_by) == ("stopped", "shadow")
    assert (found.reason or "").startswith(said)
    assert not watch.wants_all


async def test_a_draft_is_compiled_anew_on_what_goes_live(world: World) -> None:
    loads = 0

    async def loading() -> None:
        nonlocal loads
        loads += 1

    world.lexicon.before_load = loading
    await world.shadows.start(DRAFT, who="me")
    watch = await world.following()
    await watch.poll()
    assert loads == 1
    world.lexicon.live = 2
    watch.saw(observed("今天天气很好"))
    await watch.poll()
    await watch.loaded()
    assert loads == 2
    assert watch.wants_all
    assert (await world.found()).state == "running"


async def test_a_version_stays_as_it_is(world: World) -> None:
    await world.shadows.start(Candidate("version", 1), who="me")
    watch = await world.following()
    run = watch._run
    world.lexicon.live = 2
    await watch.poll()
    assert watch._run is run


async def test_one_that_cannot_be_loaded_is_tried_again(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.shadows.start(DRAFT, who="me")
    gone = world.lexicon.contents.pop("draft:3@7")
    watch = await world.following()
    assert not watch.figures().active
    error = watch.figures().error
    assert error == "shadow 1 cannot be loaded: draft:3@7 does not compile"
    for _ in range(3):
        await watch.poll()
        await watch.loaded()
    assert caplog.text.count("cannot be loaded") == 1
    # The shadow goes on elsewhere; this process tries again after a while.
    assert (await world.found()).state == "running"
    world.lexicon.contents["draft:3@7"] = gone
    await watch.poll()
    await watch.loaded()
    assert not watch.figures().active
    world.clock.now += RETRY_SECONDS
    await watch.poll()
    await watch.loaded()
    assert watch.figures().active
    assert watch.figures().error is None


async def test_the_message_of_a_driver_is_not_shown(world: World) -> None:
    async def failing() -> None:
        raise OSError("a term in the message")

    world.lexicon.before_load = failing
    await world.shadows.start(DRAFT, who="me")
    watch = await world.following()
    assert watch.figures().error == "shadow 1 cannot be loaded: OSError"


async def test_a_slow_load_holds_nothing_up(world: World) -> None:
    opened = asyncio.Event()

    async def slow() -> None:
        await opened.wait()

    world.lexicon.before_load = slow
    await world.shadows.start(DRAFT, who="me")
    watch = world.process()
    for _ in range(3):
        await watch.poll()
        watch.saw(observed("今天天气很好"))
        assert not watch.figures().active
    await world.shadows.stop(who="me")
    await watch.poll()
    opened.set()
    await asyncio.sleep(0)
    await watch.loaded()
    # It was given up meanwhile, and must not come alive after all.
    assert not watch.figures().active
    await world.shadows.start(DRAFT, who="me")
    await watch.poll()
    await watch.loaded()
    assert watch.figures().active


async def test_held_words_reach_a_run_now_and_later(world: World) -> None:
    watch = world.process()
    watch.hold(frozenset({("own", "刷单兼职")}))
    await world.shadows.start(DRAFT, who="me")
    await watch.poll()
    await watch.loaded()
    watch.saw(observed("诚招刷单兼职"))
    await compared(watch, 1)
    watch.hold(frozenset())
    watch.saw(observed("诚招刷单兼职"))
    await compared(watch, 2)
    await watch.flush()
    assert {(pair.after, pair.texts) for pair in (await world.found()).pairs} == {
        ("review", 1),
        ("risky", 1),
    }


async def test_what_is_dropped_is_counted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.trial.shadow_run.MAX_QUEUE", 0)
    await world.shadows.start(DRAFT, who="me")
    watch = await world.following()
    for _ in range(3):
        watch.saw(observed("今天天气很好"))
    await watch.flush()
    found = await world.found()
    assert (found.dropped, found.texts, watch.figures().dropped) == (3, 0, 3)


async def test_counts_wait_for_a_database_that_is_away(world: World) -> None:
    await world.shadows.start(DRAFT, who="me")
    watch = await world.following()
    watch.saw(observed("诚招刷单兼职", finding("别的", 50)))
    await compared(watch, 1)
    async with world.database.write() as connection:
        await connection.execute(text("ALTER TABLE trial_shadow_count RENAME TO away"))
    with pytest.raises(Exception, match="trial_shadow_count"):
        await watch.flush()
    watch.saw(observed("今天天气很好"))
    await compared(watch, 2)
    async with world.database.write() as connection:
        await connection.execute(text("ALTER TABLE away RENAME TO trial_shadow_count"))
    await watch.flush()
    await watch.flush()
    assert {(pair.before, pair.texts) for pair in (await world.found()).pairs} == {
        ("pass", 1),
        ("review", 1),
    }


async def test_closing_ends_the_thread_and_keeps_the_counts(world: World) -> None:
    await world.shadows.start(DRAFT, who="me")
    watch = await world.following()
    run = watch._run
    assert run is not None
    watch.saw(observed("诚招刷单兼职"))
    await compared(watch, 1)
    await watch.close()
    await watch.flush()
    assert not run._thread.is_alive()
    assert (await world.found()).texts == 1
