"""Shadows as an operator starts, watches, stops and promotes them."""

from pathlib import Path

import pytest

from app.domain.scenes import Scene
from app.lexicon.candidate import Candidate
from app.lexicon.errors import FourEyesError, LexiconError, NotFoundError, StaleError
from app.store import Database
from app.store import trial_shadows as store
from app.store.trial_shadows import CountKey
from app.trial.errors import TrialBusyError, TrialError, TrialNotFoundError
from app.trial.shadow_records import Pair
from app.trial.shadow_watch import ShadowWatch
from app.trial.shadows import KEEP_DAYS, Shadows
from tests.trial.helpers import NOW, Clock, FakeLexicon, draft, word

DRAFT = Candidate("draft", 3, 7)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def lexicon(tmp_path: Path) -> FakeLexicon:
    made = FakeLexicon(tmp_path)
    made.contents["version:1"] = []
    made.contents["draft:3@7"] = [word("刷单兼职")]
    made.drafts[3] = draft(3, 7)
    return made


@pytest.fixture
def shadows(database: Database, lexicon: FakeLexicon, clock: Clock) -> Shadows:
    return Shadows(database, lexicon, lexicon, lexicon, lexicon.build, clock=clock)


async def test_a_start(shadows: Shadows, lexicon: FakeLexicon) -> None:
    assert await shadows.status() is None
    scenes = frozenset({Scene.CHAT, Scene.LIVE})
    begun = await shadows.start(DRAFT, who="alice#3", share=0.25, scenes=scenes)
    assert begun == await shadows.status()
    assert (begun.candidate, begun.base, begun.share) == (DRAFT, 1, 0.25)
    assert (begun.scenes, begun.state, begun.started_at) == (scenes, "running", NOW)
    assert (begun.started_by, begun.ended_at, begun.texts) == ("alice#3", None, 0)
    # Compiled before anybody could follow it.
    assert lexicon.built == ["draft:3@7"]


async def test_a_former_version(shadows: Shadows) -> None:
    begun = await shadows.start(Candidate("version", 1), who="me")
    assert begun.candidate.text() == "version:1"


@pytest.mark.parametrize("share", [0.0, -0.1, 1.01, float("nan"), float("inf")])
async def test_shares_that_are_none(shadows: Shadows, share: float) -> None:
    with pytest.raises(TrialError, match="share"):
        await shadows.start(DRAFT, who="me", share=share)


async def test_what_cannot_be_started(shadows: Shadows, lexicon: FakeLexicon) -> None:
    with pytest.raises(NotFoundError):
        await shadows.start(Candidate("draft", 4, 1), who="me")
    with pytest.raises(StaleError):
        await shadows.start(Candidate("draft", 3, 6), who="me")
    lexicon.drafts[3] = draft(3, 7, "discarded")
    with pytest.raises(TrialError, match="draft 3 is discarded"):
        await shadows.start(DRAFT, who="me")
    lexicon.drafts[3] = draft(3, 8)
    with pytest.raises(LexiconError, match="does not compile"):
        await shadows.start(Candidate("draft", 3, 8), who="me")
    lexicon.live = 0
    with pytest.raises(TrialError, match="nothing is published"):
        await shadows.start(DRAFT, who="me")
    assert await shadows.status() is None


async def test_one_at_a_time(shadows: Shadows) -> None:
    first = await shadows.start(DRAFT, who="me")
    with pytest.raises(TrialBusyError):
        await shadows.start(DRAFT, who="me")
    await shadows.stop(who="me")
    second = await shadows.start(DRAFT, who="me")
    assert second.id != first.id


async def test_stopping(shadows: Shadows, clock: Clock) -> None:
    with pytest.raises(TrialNotFoundError):
        await shadows.stop(who="me")
    await shadows.start(DRAFT, who="me")
    clock.now += 60
    done = await shadows.stop(who="bob#4", reason="seen enough")
    assert (done.state, done.ended_by, done.ended_at) == ("stopped", "bob#4", NOW + 60)
    assert done.reason == "seen enough"
    assert await shadows.status() == done
    with pytest.raises(TrialNotFoundError):
        await shadows.stop(who="me")


async def count(database: Database, shadow: int) -> None:
    rows = {
        CountKey(shadow, "chat", "pass", "risky", "", b"", "", ""): 3,
        CountKey(shadow, "chat", "pass", "pass", "", b"", "", ""): 95,
        CountKey(shadow, "live", "risky", "pass", "", b"", "", ""): 2,
        CountKey(shadow, "chat", "pass", "risky", "caused", b"1" * 16, "a", "甲"): 3,
        CountKey(shadow, "live", "risky", "pass", "removed", b"2" * 16, "b", "乙"): 2,
    }
    async with database.write() as connection:
        await store.add_counts(connection, rows)
        await store.add_dropped(connection, shadow, 4)


async def test_what_it_counted(shadows: Shadows, database: Database) -> None:
    begun = await shadows.start(DRAFT, who="me")
    await count(database, begun.id)
    found = await shadows.status()
    assert found is not None
    assert (found.texts, found.flipped, found.dropped) == (100, 5, 4)
    assert found.pairs == (
        Pair(Scene.CHAT, "pass", "pass", 95),
        Pair(Scene.CHAT, "pass", "risky", 3),
        Pair(Scene.LIVE, "risky", "pass", 2),
    )
    words = await shadows.terms(found.id)
    assert [(row.term, row.kind, row.times) for row in words] == [
        ("甲", "caused", 3),
        ("乙", "removed", 2),
    ]
    (second,) = await shadows.terms(found.id, offset=1, limit=1)
    assert (second.list_name, second.scene) == ("b", "live")
    with pytest.raises(TrialNotFoundError):
        await shadows.terms(found.id + 1)


async def test_a_draft_is_promoted(shadows: Shadows, lexicon: FakeLexicon) -> None:
    with pytest.raises(TrialNotFoundError):
        await shadows.promote(who="me")
    await shadows.start(DRAFT, who="me")
    made = await shadows.promote(who="bob#4", why="all right", force=True)
    assert lexicon.published == ["draft:3@7 bob#4 all right True"]
    found = await shadows.status()
    assert found is not None
    assert (found.state, found.ended_by) == ("promoted", "bob#4")
    assert found.reason == f"promoted as version {made.number}"


async def test_a_version_is_promoted(shadows: Shadows, lexicon: FakeLexicon) -> None:
    await shadows.start(Candidate("version", 1), who="me")
    await shadows.promote(who="bob#4", why="back")
    assert lexicon.published == ["version:1 bob#4 back"]


async def test_a_refused_promotion_lets_it_go_on(
    shadows: Shadows, lexicon: FakeLexicon
) -> None:
    begun = await shadows.start(DRAFT, who="me")
    lexicon.refusal = FourEyesError("somebody else has to approve")
    with pytest.raises(FourEyesError):
        await shadows.promote(who="me")
    assert await shadows.status() == begun


async def test_a_process_that_sees_the_publication_first_does_not_hide_the_promotion(
    shadows: Shadows,
    database: Database,
    lexicon: FakeLexicon,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watch = ShadowWatch(database, lexicon, lexicon, lexicon.load)
    await shadows.start(DRAFT, who="me")
    publish = lexicon.publish

    async def slowly(draft_id: int, **values: object) -> object:
        made = await publish(draft_id, **values)  # type: ignore[arg-type]  # as given
        lexicon.drafts[3] = draft(3, 7, "published")
        await watch.poll()
        stopped = await shadows.status()
        assert stopped is not None
        assert (stopped.state, stopped.ended_by) == ("stopped", "shadow")
        return made

    monkeypatch.setattr(lexicon, "publish", slowly)
    await shadows.promote(who="bob#4")
    found = await shadows.status()
    assert found is not None
    assert (found.state, found.ended_by) == ("promoted", "bob#4")


async def test_old_ones_are_forgotten(shadows: Shadows, clock: Clock) -> None:
    await shadows.start(DRAFT, who="me")
    await shadows.stop(who="me")
    clock.now += KEEP_DAYS * 86_400
    assert await shadows.purge() == 0
    clock.now += 1
    assert await shadows.purge() == 1
    assert await shadows.status() is None
