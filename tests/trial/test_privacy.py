"""What users wrote stands nowhere in the database but sealed, and only as promised."""

import shutil
from functools import partial
from pathlib import Path

import pytest

from app.access import Access, AppSettings
from app.domain.scenes import Scene
from app.lexicon.candidate import Candidate
from app.store import Database
from app.trial import Backtests, Cipher, Samples, Shadows, ShadowWatch
from app.trial.sources import SampleSource, Source, TextsSource
from app.trial.texts import Text
from tests.trial.helpers import FakeLexicon, draft, observed, until, word

DRAFT = Candidate("draft", 3, 7)
TERM = "刷单兼职"
FLIPPED, SAME = f"甲乙丙丁诚招{TERM}戊己", "子丑寅卯今天天气很好辰巳"
WORDS = ("甲乙丙丁", "戊己", "子丑寅卯", "辰巳")


def stored(folder: Path) -> bytes:
    """Every byte of the database, with its journal."""
    files = sorted(folder.glob("seccheck.db*"))
    assert files
    return b"".join(path.read_bytes() for path in files)


def found_in(content: bytes) -> list[str]:
    """Which of the words stand there, in any encoding that a database would use."""
    encodings = ("utf-8", "utf-16-le", "utf-16-be", "unicode_escape")
    return [
        word for word in WORDS if any(word.encode(one) in content for one in encodings)
    ]


@pytest.fixture
async def sqlite(tmp_path: Path, sqlite_template: Path) -> Path:
    shutil.copy(sqlite_template, tmp_path / "seccheck.db")
    return tmp_path


async def over(tests: Backtests, number: int) -> bool:
    return (await tests.get(number)).ended_at is not None


async def test_nothing_is_left_in_clear(sqlite: Path) -> None:
    database = Database.open(f"sqlite:///{sqlite / 'seccheck.db'}")
    lexicon = FakeLexicon(sqlite)
    lexicon.contents["version:1"] = []
    lexicon.contents["draft:3@7"] = [word(TERM)]
    lexicon.drafts[3] = draft(3, 7)
    await Access(database).create_app("wx1", settings=AppSettings(sample_share=1.0))
    cipher = Cipher(bytes(range(32)))
    samples = Samples(database, cipher, chance=lambda: 0.0)
    tests = Backtests(database, lexicon, lexicon.build, samples, cipher)
    shadows = Shadows(database, lexicon, lexicon, lexicon, lexicon.build)
    watch = ShadowWatch(database, lexicon, lexicon, lexicon.load)

    async def both() -> bool:
        return watch.figures().compared == 2

    await samples.refresh()
    await shadows.start(DRAFT, who="me")
    await watch.poll()
    await watch.loaded()
    for text in (FLIPPED, SAME):
        for observer in (samples, watch):
            observer.saw(observed(text))
    await until(both)
    await samples.flush()
    await watch.flush()
    given: list[Source] = [
        TextsSource([Text(FLIPPED, Scene.CHAT), Text(SAME, Scene.CHAT)]),
        SampleSource(),
    ]
    for source in given:
        number = await tests.start(DRAFT, source, who="me")
        await until(partial(over, tests, number))
        (flip,) = (await tests.flips(number)).flips
        assert (flip.term, flip.examples) == (TERM, (FLIPPED,))
    found = await shadows.status()
    assert found is not None
    assert found.flipped == 1
    await tests.close()
    await watch.close()
    content = stored(sqlite)
    await database.close()
    # The term stands there: it is the operator's, and shows that looking works.
    assert TERM.encode() in content
    assert found_in(content) == []
    assert found_in(FLIPPED.encode() + SAME.encode("utf-16-le")) == list(WORDS)


async def test_opting_out_leaves_not_even_what_is_sealed(sqlite: Path) -> None:
    database = Database.open(f"sqlite:///{sqlite / 'seccheck.db'}")
    access = Access(database)
    await access.create_app("wx1", settings=AppSettings(sample_share=1.0))
    samples = Samples(database, Cipher(bytes(range(32))), chance=lambda: 0.0)
    await samples.refresh()
    samples.saw(observed(FLIPPED))
    await samples.flush()
    assert (await samples.kept())[0].texts == 1
    await access.update_settings("wx1", AppSettings(sample_share=0))
    await samples.purge()
    assert await samples.kept() == []
    await database.close()
