from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.access import Access, AppSettings
from app.domain.scenes import Scene
from app.store import Database
from app.store.tables import app
from app.store.trial_tables import trial_sample
from app.trial import picked
from app.trial import samples as module
from app.trial.cipher import Cipher
from app.trial.sample_choices import Kept
from app.trial.samples import LONGEST, Samples
from app.trial.texts import Text
from tests.trial.helpers import NOW, Clock, Dice, observed

if TYPE_CHECKING:
    from app.domain.observation import Observer

KEY = bytes(32)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def samples(database: Database, clock: Clock) -> Samples:
    access = Access(database)
    await access.create_app("off")
    await access.create_app("wx1", settings=AppSettings(sample_share=0.5))
    made = Samples(database, Cipher(KEY), clock=clock, chance=Dice(0.4), ring=5)
    await made.refresh()
    return made


async def change(database: Database, appid: str, **values: Any) -> None:
    access = Access(database)
    settings = (await access.get_app(appid)).settings.changed(**values)
    await access.update_settings(appid, settings)


async def kept(samples: Samples) -> list[str]:
    return [text.text async for batch in samples.read() for text in batch]


async def rows(database: Database) -> list[Any]:
    async with database.read() as connection:
        return list((await connection.execute(select(trial_sample))).all())


async def test_a_share_is_kept_encrypted(samples: Samples, database: Database) -> None:
    watcher: Observer = samples
    assert watcher.wants_all
    watcher.saw(observed("一段秘密", scene=Scene.CHAT))
    await samples.flush()
    (row,) = await rows(database)
    assert "秘密".encode() not in row.content
    assert (row.appid, row.scene, row.at) == ("wx1", "chat", NOW)
    (batch,) = [batch async for batch in samples.read()]
    assert batch == [Text("一段秘密", Scene.CHAT, "wx1", row.id)]
    assert samples.figures.taken == 1


async def test_nothing_without_consent_or_luck(
    samples: Samples, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples.saw(observed("a", appid="off"))
    samples.saw(observed("a", appid="unknown"))
    samples.saw(observed("x" * (LONGEST + 1)))
    samples.passed("wx1", Scene.CHAT, 3)
    monkeypatch.setattr(samples, "_chance", Dice(0.5))
    samples.saw(observed("a"))
    await samples.flush()
    assert await rows(database) == []


async def test_nobody_opted_in(database: Database, samples: Samples) -> None:
    await change(database, "wx1", sample_share=0)
    await samples.refresh()
    assert not samples.wants_all
    samples.saw(observed("a"))
    await samples.flush()
    assert await rows(database) == []


async def test_the_ring_keeps_the_newest(samples: Samples) -> None:
    for number in range(8):
        samples.saw(observed(str(number)))
        await samples.flush()
    assert await samples.purge() == 3
    assert await kept(samples) == ["7", "6", "5", "4", "3"]
    assert (samples.figures.kept, samples.figures.purged) == (5, 3)


async def test_time_runs_out(samples: Samples, clock: Clock) -> None:
    samples.saw(observed("old"))
    await samples.flush()
    clock.now += 24 * 3600 - 1
    samples.saw(observed("new"))
    await samples.flush()
    assert await kept(samples) == ["new", "old"]
    clock.now += 1
    # Not shown any more, even before it is purged.
    assert await kept(samples) == ["new"]
    assert await samples.purge() == 1
    assert samples.figures.oldest_seconds == 1
    assert samples.figures.purged_at == clock.now


async def test_opting_out_forgets_at_once(samples: Samples, database: Database) -> None:
    samples.saw(observed("a"))
    await samples.flush()
    samples.saw(observed("still waiting"))
    ids = {row.id for row in await rows(database)}
    assert len(await samples.by_id(ids)) == 1
    await change(database, "wx1", sample_share=0)
    assert await samples.by_id(ids) == {}
    await samples.flush()
    await samples.purge()
    assert await rows(database) == []


async def test_a_purge_before_anything_else_drops_nothing_that_is_allowed(
    samples: Samples, database: Database, clock: Clock
) -> None:
    samples.saw(observed("a"))
    await samples.flush()
    fresh = Samples(database, Cipher(KEY), clock=clock)
    assert await fresh.purge() == 0
    assert len(await rows(database)) == 1


async def test_another_machines_key_leaves_texts_out(
    samples: Samples, database: Database, clock: Clock
) -> None:
    samples.saw(observed("a"))
    await samples.flush()
    other = Samples(database, Cipher(b"\1" * 32), clock=clock)
    assert await kept(other) == []
    assert other.figures.unreadable == 1


async def test_texts_are_read_in_batches(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch, samples: Samples
) -> None:
    monkeypatch.setattr(module, "READ_BATCH", 2)
    for number in range(5):
        samples.saw(observed(str(number)))
    await samples.flush()
    batches = [len(batch) async for batch in samples.read({"wx1"})]
    assert batches == [2, 2, 1]
    assert [batch async for batch in samples.read({"off"})] == []


async def test_a_flood_is_bounded_and_fair(
    samples: Samples, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picked, "MAX_WAITING", 10)
    for number in range(100):
        samples.saw(observed(str(number)))
    assert samples.figures.missed == 90
    await samples.flush()
    # Not simply the first ten: later ones took a place.
    texts = {int(text) for text in await kept(samples)}
    assert max(texts) >= 10
    assert len(await rows(database)) == 10


async def test_waiting_texts_are_bounded_in_characters(
    samples: Samples, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picked, "MAX_CHARACTERS", 10)
    for text in ("1234", "5678", "longer", "90"):
        samples.saw(observed(text))
    assert samples.figures.missed == 1
    await samples.flush()
    assert await kept(samples) == ["90", "5678", "1234"]
    # What was written makes room for others.
    samples.saw(observed("0123456789"))
    await samples.flush()
    assert len(await rows(database)) == 4


async def test_the_ring_is_bounded_in_bytes(
    samples: Samples, database: Database, clock: Clock
) -> None:
    for number in range(4):
        samples.saw(observed(str(number) * 100))
        await samples.flush()
    sealed = len((await rows(database))[0].content)
    small = Samples(database, Cipher(KEY), clock=clock, ring_bytes=2 * sealed)
    assert await small.purge() == 2
    assert [text[0] for text in await kept(samples)] == ["3", "2"]
    assert await small.purge() == 0


async def test_what_is_kept_of_whom(
    samples: Samples, database: Database, clock: Clock
) -> None:
    nothing = Kept("wx1", 0.5, 24, 0, 0, None)
    assert await samples.kept() == [nothing]
    samples.saw(observed("a"))
    clock.now += 5
    samples.saw(observed("b"))
    await samples.flush()
    size = sum(len(row.content) for row in await rows(database))
    assert await samples.kept() == [Kept("wx1", 0.5, 24, 2, size, NOW)]
    await change(database, "wx1", sample_share=0)
    assert await samples.kept() == [Kept("wx1", 0, 0, 2, size, NOW)]
    assert await samples.forget("wx1") == 2
    assert await samples.forget("wx1") == 0
    assert await samples.kept() == []


async def test_settings_that_cannot_be_read_allow_nothing(
    samples: Samples, database: Database
) -> None:
    async with database.write() as connection:
        await connection.execute(app.update().values(settings={"sample_share": "many"}))
    await samples.refresh()
    assert not samples.wants_all
