"""The trial room as a whole: everything goes on by itself, and ends."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.access import Access, AppSettings
from app.domain.scenes import Scene
from app.lexicon.candidate import Candidate
from app.store import Database
from app.trial import (
    Backtests,
    Cipher,
    Samples,
    Shadows,
    ShadowWatch,
    Text,
    TextsSource,
    Trial,
)
from app.trial import room as module
from tests.trial.helpers import FakeLexicon, draft, observed, until, word
from tests.trial.programs import DONE

DRAFT = Candidate("draft", 3, 7)


@pytest.fixture
def lexicon(tmp_path: Path) -> FakeLexicon:
    made = FakeLexicon(tmp_path)
    made.contents["version:1"] = []
    made.contents["draft:3@7"] = [word("刷单兼职")]
    made.drafts[3] = draft(3, 7)
    return made


@pytest.fixture
async def trial(
    database: Database, lexicon: FakeLexicon, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Trial]:
    for name in ("SAMPLE", "CHOICE", "PURGE", "FORGET", "POLL", "FLUSH", "SWEEP"):
        monkeypatch.setattr(module, f"{name}_SECONDS", 0.02)
    cipher = Cipher(bytes(32))
    samples = Samples(database, cipher, chance=lambda: 0.0)
    backtests = Backtests(
        database, lexicon, lexicon.build, samples, cipher, command=DONE
    )
    shadows = Shadows(database, lexicon, lexicon, lexicon, lexicon.build)
    watch = ShadowWatch(database, lexicon, lexicon, lexicon.load)
    made = Trial(samples, backtests, shadows, watch)
    running = asyncio.create_task(made.run())
    yield made
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await made.close()


async def test_samples_are_taken_and_counted(trial: Trial, database: Database) -> None:
    await Access(database).create_app("wx1", settings=AppSettings(sample_share=1.0))

    async def opted_in() -> bool:
        return trial.samples.wants_all

    async def kept() -> bool:
        return trial.figures().samples.kept == 1

    await until(opted_in)
    trial.samples.saw(observed("一段文字"))
    await until(kept)


async def test_a_shadow_is_followed_and_counted(trial: Trial) -> None:
    await trial.shadows.start(DRAFT, who="me")

    async def active() -> bool:
        return trial.figures().shadow.active

    async def counted() -> bool:
        found = await trial.shadows.status()
        return found is not None and found.flipped == 1

    await until(active)
    for observer in trial.observers:
        observer.saw(observed("诚招刷单兼职", scene=Scene.CHAT))
    await until(counted)
    await trial.shadows.stop(who="me")

    async def gone() -> bool:
        return not trial.figures().shadow.active

    await until(gone)


async def test_a_backtest_needs_nobody_to_push_it(trial: Trial) -> None:
    texts = TextsSource([Text("好", Scene.CHAT)])
    number = await trial.backtests.start(DRAFT, texts, who="me")

    async def done() -> bool:
        return (await trial.backtests.get(number)).state == "done"

    await until(done)
    assert trial.figures().backtests.done == 1
    assert trial.figures().backtests_open == 0


async def test_closing_goes_on_without_a_database(
    trial: Trial, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    closed: list[str] = []

    async def failing() -> None:
        raise ConnectionRefusedError("host and password")

    async def flush() -> None:
        closed.append("samples")

    monkeypatch.setattr(trial.watch, "flush", failing)
    monkeypatch.setattr(trial.samples, "flush", flush)
    await trial.close()
    assert closed
    assert "was not written (ConnectionRefusedError)" in caplog.text
    assert "password" not in caplog.text
