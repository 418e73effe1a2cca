"""Backtests as the service runs them: turns, ends of all kinds, other processes."""

import io
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

import pytest
from sqlalchemy import func, select, update

from app.domain.scenes import Scene
from app.lexicon.candidate import Candidate
from app.store import Database
from app.store.trial_tables import trial_backtest, trial_backtest_term
from app.trial import under_way as module
from app.trial.backtests import ABANDONED_SECONDS, KEEP_DAYS, MAX_OPEN, Backtests
from app.trial.cipher import Cipher
from app.trial.errors import TrialBusyError, TrialError, TrialNotFoundError
from app.trial.records import Backtest
from app.trial.runner import COMMAND
from app.trial.samples import Samples
from app.trial.sources import FileSource, SampleSource, TextsSource
from app.trial.texts import Text
from tests.trial.helpers import NOW, Clock, FakeLexicon, until, word
from tests.trial.programs import DONE, STUCK, SUMMARY, progress, saying, term

DRAFT = Candidate("draft", 3, 7)
TEXTS = TextsSource([Text("诚招刷单兼职", Scene.CHAT), Text("好", Scene.CHAT)])


@dataclass
class World:
    """Makes rooms of several processes on one database."""

    database: Database
    lexicon: FakeLexicon
    clock: Clock
    made: list[Backtests]

    def process(
        self, command: Sequence[str] = DONE, *, longest: float = 60.0, key: int = 0
    ) -> Backtests:
        cipher = Cipher(bytes([key] * 32))
        samples = Samples(self.database, cipher, clock=self.clock)
        room = Backtests(
            self.database,
            self.lexicon,
            self.lexicon.build,
            samples,
            cipher,
            clock=self.clock,
            command=command,
            longest=longest,
        )
        self.made.append(room)
        return room


@pytest.fixture
async def world(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    monkeypatch.setattr(module, "TELL_SECONDS", 0.02)
    lexicon = FakeLexicon(tmp_path)
    lexicon.contents["version:1"] = []
    lexicon.contents["version:2"] = []
    lexicon.contents["draft:3@7"] = [word("刷单兼职")]
    made = World(database, lexicon, Clock(), [])
    yield made
    for room in made.made:
        await room.close()


async def ended(room: Backtests, number: int) -> Backtest:
    async def over() -> bool:
        return (await room.get(number)).ended_at is not None

    await until(over)
    return await room.get(number)


async def running(room: Backtests, number: int) -> None:
    async def there() -> bool:
        return (await room.get(number)).texts == 7

    await until(there)


def file_of(content: bytes) -> BinaryIO:
    file = cast(BinaryIO, TemporaryFile())  # noqa: SIM115 - the room closes it
    file.write(content)
    file.flush()
    return file


async def test_a_file_is_read_by_the_process_and_closed(world: World) -> None:
    room = world.process(COMMAND)
    file = file_of("诚招刷单兼职\n好\n刷单兼职日结\n".encode())
    source = FileSource(file, scene=Scene.CHAT)
    found = await ended(room, await room.start(DRAFT, source, who="alice#3"))
    assert (found.state, found.error, found.source) == ("done", None, "file")
    assert (found.who, found.candidate, found.base) == (
        "alice#3",
        "draft:3@7",
        "version:1",
    )
    assert (found.progress, found.texts, found.ended_at) == (1.0, 3, NOW)
    assert found.summary is not None
    assert (found.summary.texts, found.summary.flipped) == (3, 2)
    (flip,) = (await room.flips(found.id)).flips
    assert (flip.term, flip.count) == ("刷单兼职", 2)
    assert flip.examples == ("诚招刷单兼职", "刷单兼职日结")
    assert file.closed
    assert (room.figures.done, room.open) == (1, 0)


async def test_a_file_without_any_text(world: World) -> None:
    room = world.process(COMMAND)
    source = FileSource(file_of(b"name\nx\n"), format="csv")
    found = await ended(room, await room.start(DRAFT, source, who="me"))
    assert (found.state, found.error) == (
        "failed",
        "no text could be read; line 1: no column named text",
    )


async def test_examples_are_sealed(world: World) -> None:
    said = saying(
        {"term": term("刷单", 2, examples=["一段秘密"])}, {"summary": SUMMARY}
    )
    room = world.process(said)
    number = await room.start(DRAFT, TEXTS, who="me")
    await ended(room, number)
    async with world.database.read() as connection:
        (stored,) = await connection.scalars(select(trial_backtest_term.c.examples))
    assert "秘密".encode() not in stored
    assert (await room.flips(number)).flips[0].examples == ("一段秘密",)
    assert (await room.flips(number, examples=False)).flips[0].examples == ()
    # A process with another key shows the figures, without the texts.
    assert (await world.process(key=1).flips(number)).flips[0].examples == ()


async def test_words_come_page_by_page(world: World) -> None:
    said = [{"term": term(f"词{n}", 9 - n)} for n in range(5)]
    room = world.process(saying(*said, {"summary": SUMMARY}))
    number = await room.start(DRAFT, TEXTS, who="me")
    await ended(room, number)
    seen, after = [], -1
    for more in (1, 3, None):
        page = await room.flips(number, after=after, limit=2)
        assert page.after == more
        seen += [flip.term for flip in page.flips]
        after = page.after or 0
    assert seen == ["词0", "词1", "词2", "词3", "词4"]
    assert (await room.flips(number, limit=5)).after is None


async def test_they_take_turns(world: World) -> None:
    room = world.process(STUCK)
    first = await room.start(DRAFT, TEXTS, who="me")
    second = await room.start(DRAFT, TEXTS, who="me")
    await running(room, first)
    assert (await room.get(second)).state == "waiting"
    assert [test.id for test in await room.list()] == [second, first]
    assert [test.id for test in await room.list(below=second)] == [first]
    await room.cancel(first)
    await running(room, second)
    assert room.open == 1


async def test_what_is_live_is_asked_again_at_its_turn(world: World) -> None:
    room = world.process(STUCK)
    first = await room.start(DRAFT, TEXTS, who="me")
    second = await room.start(DRAFT, TEXTS, who="me")
    await running(room, first)
    assert (await room.get(second)).base == "version:1"
    world.lexicon.live = 2
    await room.cancel(first)
    await running(room, second)
    assert (await room.get(second)).base == "version:2"
    # Published in the middle of it: it goes on with what it began with.
    world.lexicon.live = 1
    assert world.lexicon.built[-2:] == ["version:2", "draft:3@7"]


async def test_a_base_of_choice(world: World) -> None:
    room = world.process()
    base = Candidate("version", 2)
    number = await room.start(DRAFT, TEXTS, who="me", base=base)
    assert (await ended(room, number)).base == "version:2"


async def test_a_candidate_that_does_not_compile(world: World) -> None:
    room = world.process()
    number = await room.start(Candidate("draft", 9, 1), TEXTS, who="me")
    found = await ended(room, number)
    assert (found.state, found.error) == ("failed", "draft:9@1 does not compile")
    assert room.figures.failed == 1


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import os; os.kill(os.getpid(), 9)", "without a result"),
        ("print('no JSON at all')", "an unexpected JSONDecodeError"),
        ("print('x' * 3_000_000)", "an unexpected ValueError"),
    ],
)
async def test_a_process_that_dies_or_raves(world: World, code: str, said: str) -> None:
    room = world.process((sys.executable, "-c", code))
    found = await ended(room, await room.start(DRAFT, TEXTS, who="me"))
    assert found.state == "failed"
    assert said in (found.error or "")
    # The next one has its turn.
    again = await room.start(DRAFT, TEXTS, who="me")
    assert (await ended(room, again)).state == "failed"


async def test_one_that_takes_too_long(world: World) -> None:
    room = world.process(STUCK, longest=0.3)
    found = await ended(room, await room.start(DRAFT, TEXTS, who="me"))
    assert (found.state, found.error) == ("failed", "it took too long")


async def test_a_source_that_breaks_off(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*_: Any) -> AsyncIterator[list[Text]]:
        yield [Text("好", Scene.CHAT)]
        raise ConnectionAbortedError("a secret in the message")

    monkeypatch.setattr(Samples, "read", failing)
    monkeypatch.setattr(Samples, "wants_all", True)
    # It would call the texts that came all there are.
    code = "import sys; sys.stdin.read(); "
    room = world.process((sys.executable, "-c", code + f"print({_said()!r})"))
    found = await ended(room, await room.start(DRAFT, SampleSource(), who="me"))
    assert (found.state, found.error) == (
        "failed",
        "an unexpected ConnectionAbortedError",
    )
    assert found.summary is None


def _said() -> str:
    return DONE[2].split("print('")[1].split("', flush")[0].replace("\\n", "\n")


async def test_cancelling_a_running_one(world: World) -> None:
    room = world.process(STUCK)
    number = await room.start(DRAFT, TEXTS, who="me")
    await running(room, number)
    await room.cancel(number)
    found = await room.get(number)
    assert (found.state, found.error, found.summary) == ("cancelled", None, None)
    assert (room.open, room.figures.cancelled) == (0, 1)
    await room.cancel(number)
    assert (await room.get(number)).state == "cancelled"


async def test_cancelling_before_it_took_a_step(world: World) -> None:
    room = world.process(STUCK)
    file = io.BytesIO(b"x")
    number = await room.start(DRAFT, FileSource(file), who="me")
    await room.cancel(number)
    assert (await room.get(number)).state == "cancelled"
    assert file.closed


async def test_cancelling_from_another_process(world: World) -> None:
    room, other = world.process(STUCK), world.process()
    number = await room.start(DRAFT, TEXTS, who="me")
    await running(room, number)
    await other.cancel(number)
    found = await ended(other, number)
    assert (found.state, room.figures.cancelled) == ("cancelled", 1)


async def test_what_is_over_cannot_be_cancelled(world: World) -> None:
    room = world.process()
    number = await room.start(DRAFT, TEXTS, who="me")
    await ended(room, number)
    await room.cancel(number)
    assert (await room.get(number)).state == "done"
    for wanted in (room.get, room.cancel, room.flips):
        with pytest.raises(TrialNotFoundError):
            await wanted(999)


async def test_progress_is_seen_here_at_once_and_elsewhere_soon(world: World) -> None:
    said = saying(progress(7, 0.25), progress(9, 0.5), then="time.sleep(60)")
    room, other = world.process(said), world.process()
    number = await room.start(DRAFT, TEXTS, who="me")

    async def told(by: Backtests) -> bool:
        found = await by.get(number)
        return (found.texts, found.progress) == (9, 0.5)

    await until(lambda: told(room))
    await until(lambda: told(other))
    assert (await other.get(number)).state == "running"


async def test_too_many_at_once(world: World) -> None:
    room, other = world.process(STUCK), world.process()
    for _ in range(MAX_OPEN):
        await room.start(DRAFT, TEXTS, who="me")
    file = io.BytesIO(b"x")
    with pytest.raises(TrialBusyError, match="8 backtests wait or run"):
        await other.start(DRAFT, FileSource(file), who="me")
    assert file.closed
    assert len(await other.list()) == MAX_OPEN


async def test_what_cannot_be_begun(world: World) -> None:
    room = world.process()
    with pytest.raises(TrialError, match="no texts"):
        await room.start(DRAFT, TextsSource([]), who="me")
    with pytest.raises(TrialError, match="sample_share"):
        await room.start(DRAFT, SampleSource(), who="me")
    world.lexicon.live = 0
    with pytest.raises(TrialError, match="nothing is published"):
        await room.start(DRAFT, TEXTS, who="me")
    assert await room.list() == []


async def beat(world: World, number: int, at: float) -> None:
    async with world.database.write() as connection:
        mine = update(trial_backtest).where(trial_backtest.c.id == number)
        await connection.execute(mine.values(beat_at=at))


async def test_one_whose_process_died_is_closed_by_another(world: World) -> None:
    room, other = world.process(STUCK), world.process()
    number = await room.start(DRAFT, TEXTS, who="me")
    await running(room, number)
    world.clock.now += ABANDONED_SECONDS + 1
    # Alive: it says so again and again, whatever the clock does.
    await room.tell()
    await other.sweep()
    assert (await other.get(number)).state == "running"
    await room.close()
    async with world.database.write() as connection:
        again = update(trial_backtest).values(state="running", ended_at=None)
        await connection.execute(again)
    await beat(world, number, world.clock.now - ABANDONED_SECONDS - 1)
    await other.sweep()
    found = await other.get(number)
    assert (found.state, found.error) == ("failed", "the process that ran it ended")


async def test_a_result_that_comes_too_late_is_not_kept(world: World) -> None:
    late = saying(
        progress(7, 0.25),
        {"term": term("刷单", 2)},
        then="sys.stdin.readline(); time.sleep(0.5)",
    )
    code = late[2].replace("sys.stdin.read()", f"print({_said()!r})")
    room = world.process((*late[:2], code))
    number = await room.start(DRAFT, TEXTS, who="me")
    await running(room, number)
    async with world.database.write() as connection:
        over = update(trial_backtest).values(state="failed", ended_at=NOW, error="x")
        await connection.execute(over)

    async def forgotten() -> bool:
        return room.open == 0

    await until(forgotten)
    found = await room.get(number)
    assert (found.state, found.summary) == ("failed", None)
    assert (await room.flips(number)).flips == []


async def test_stopping_the_service(world: World) -> None:
    room = world.process(STUCK)
    first = await room.start(DRAFT, TEXTS, who="me")
    await running(room, first)
    second = await room.start(DRAFT, TEXTS, who="me")
    await room.close()
    for number in (first, second):
        found = await room.get(number)
        assert (found.state, found.error) == ("failed", "the service was stopped")
    with pytest.raises(TrialError, match="stopped"):
        await room.start(DRAFT, TEXTS, who="me")


async def test_old_ones_are_forgotten_with_all_they_found(world: World) -> None:
    room = world.process()
    number = await room.start(DRAFT, TEXTS, who="me")
    await ended(room, number)
    world.clock.now += KEEP_DAYS * 86_400
    await room.sweep()
    assert (await room.get(number)).state == "done"
    world.clock.now += 1
    await room.sweep()
    assert await room.list() == []
    async with world.database.read() as connection:
        rows = select(func.count()).select_from(trial_backtest_term)
        assert await connection.scalar(rows) == 0


async def test_an_outage_does_not_end_the_following(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    room = world.process(STUCK)
    calls = 0
    real = room._under_way.tell

    async def tell() -> None:
        nonlocal calls
        calls += 1
        if calls < 3:
            raise ConnectionRefusedError("host and password")
        await real()

    monkeypatch.setattr(room._under_way, "tell", tell)
    number = await room.start(DRAFT, TEXTS, who="me")
    await until(lambda: _stored(world, number))
    assert "following backtests failed (ConnectionRefusedError)" in caplog.text
    assert "password" not in caplog.text


async def _stored(world: World, number: int) -> bool:
    return (await world.process().get(number)).texts == 7
