"""Versions: immutable, numbered, one of them live."""

import asyncio
import logging
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update

from app.domain.entry import Entry, Match
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.lexicon import Lexicon, LexiconError
from app.lexicon.records import ListInfo
from app.store import Database
from app.store.lexicon_tables import lexicon_term

RICH = Entry(
    "出售|现货&枪支~玩具",
    Label.CRIME,
    95,
    Match.FUZZY,
    frozenset({Scene.CHAT, Scene.TITLE}),
    datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    "note, with 'quotes' and 汉字 😀",
)
ALLOWED = Entry("大麻烦", None)


def words(*terms: str) -> list[Entry]:
    return [Entry(term) for term in terms]


def terms(entries: list[Entry]) -> list[str]:
    return sorted(entry.term for entry in entries)


def names(infos: list[ListInfo]) -> list[str]:
    return [info.scope.name for info in infos]


@pytest.fixture
def lexicon(database: Database) -> Lexicon:
    return Lexicon(database, clock=lambda: 1_700_000_000.5)


async def rows_stored(database: Database) -> int:
    async with database.read() as connection:
        query = select(func.count()).select_from(lexicon_term)
        return int(await connection.scalar(query) or 0)


async def test_nothing_published_yet(lexicon: Lexicon) -> None:
    assert await lexicon.live_version() == 0
    assert await lexicon.entries() == []
    assert await lexicon.versions() == []
    assert names(await lexicon.lists()) == []


async def test_what_is_published_reads_back_in_order(lexicon: Lexicon) -> None:
    given = [RICH, ALLOWED, *words("丙丙", "甲甲", "乙乙")]
    assert await lexicon.publish(given, list_name="own", who="me", why="first") == 1
    assert await lexicon.live_version() == 1
    assert await lexicon.entries() == given
    (row,) = await lexicon.versions()
    assert (row.number, row.who, row.why) == (1, "me", "first")
    assert (row.term_count, row.added, row.removed) == (5, 5, 0)
    assert row.created_at == 1_700_000_000.5


async def test_versions_stay_as_they_were(lexicon: Lexicon, database: Database) -> None:
    await lexicon.publish(words("甲甲", "乙乙"), list_name="own", who="me")
    await lexicon.publish(words("乙乙", "丙丙"), list_name="own", who="me")
    await lexicon.publish([], list_name="own", who="me")
    assert terms(await lexicon.entries(1)) == ["乙乙", "甲甲"]
    assert terms(await lexicon.entries(2)) == ["丙丙", "乙乙"]
    assert await lexicon.entries(3) == []
    assert [v.term_count for v in await lexicon.versions()] == [0, 2, 2]
    assert await rows_stored(database) == 3, "an unchanged row is not copied"


async def test_a_version_back_to_former_content(lexicon: Lexicon) -> None:
    await lexicon.publish(words("甲甲"), list_name="own", who="me")
    await lexicon.publish(words("乙乙"), list_name="own", who="me")
    await lexicon.publish(words("甲甲"), list_name="own", who="me")
    assert terms(await lexicon.entries()) == ["甲甲"]
    first, _, third = reversed(await lexicon.versions())
    assert first.checksum == third.checksum


async def test_replace_touches_its_own_list_only(lexicon: Lexicon) -> None:
    await lexicon.publish(words("甲甲"), list_name="one", who="me")
    await lexicon.publish(words("甲甲", "乙乙"), list_name="two", who="me")
    await lexicon.publish(words("丙丙"), list_name="two", who="me")
    assert names(await lexicon.lists()) == ["one", "two"]
    assert names(await lexicon.lists(1)) == ["one"]
    assert terms(await lexicon.entries(list_name="one")) == ["甲甲"]
    assert terms(await lexicon.entries(list_name="two")) == ["丙丙"]
    assert terms(await lexicon.entries()) == ["丙丙", "甲甲"]


async def test_merge_adds_and_takes_the_place_of_equal_terms(lexicon: Lexicon) -> None:
    kept, former = Entry("甲甲", level=10), Entry("乙乙", level=10)
    await lexicon.publish([kept, former], list_name="own", who="me")
    newer = replace(former, level=70)
    both = [newer, replace(newer, scenes=frozenset({Scene.CHAT}), level=5)]
    merge = [*both, Entry("丙丙")]
    change = await lexicon.preview(merge, list_name="own", mode="merge")
    assert (change.added, change.removed, change.unchanged) == (3, 1, 1)
    assert await lexicon.live_version() == 1
    await lexicon.publish(merge, list_name="own", mode="merge", who="me")
    assert await lexicon.entries() == [kept, *merge]


async def test_publishing_the_same_again_makes_no_version(lexicon: Lexicon) -> None:
    assert await lexicon.publish([], list_name="own", who="me") == 0
    given = [RICH, ALLOWED]
    await lexicon.publish(given, list_name="own", who="me")
    again = [*reversed(given), *given]
    assert await lexicon.publish(again, list_name="own", who="me") == 1
    assert len(await lexicon.versions()) == 1


async def test_invalid_entries_change_nothing(lexicon: Lexicon) -> None:
    await lexicon.publish(words("甲甲"), list_name="own", who="me")
    bad = [*words("乙乙", "坏&坏坏"), Entry("丙丙", level=101)]
    with pytest.raises(LexiconError, match=r"one character.*0 to 100"):
        await lexicon.publish(bad, list_name="own", who="me")
    assert await lexicon.live_version() == 1


@pytest.mark.parametrize("name", ["", "a b", "a/b", "x" * 65, "a\n"])
async def test_bad_list_names(lexicon: Lexicon, name: str) -> None:
    with pytest.raises(LexiconError, match="list name"):
        await lexicon.publish(words("甲甲"), list_name=name, who="me")


async def test_an_unknown_version(lexicon: Lexicon) -> None:
    with pytest.raises(LexiconError, match="no version 7"):
        await lexicon.entries(7)


async def test_a_failure_at_the_end_undoes_everything(
    lexicon: Lexicon, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lexicon.publish(words("甲甲"), list_name="own", who="me")

    async def fail(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("app.store.lexicon.set_live", fail)
    with pytest.raises(OSError, match="no space"):
        await lexicon.publish(words("乙乙"), list_name="own", who="me")
    monkeypatch.undo()
    assert terms(await lexicon.entries()) == ["甲甲"]
    assert await rows_stored(database) == 1
    assert await lexicon.publish(words("乙乙"), list_name="own", who="me") == 2


async def test_publishers_at_once_take_turns(lexicon: Lexicon) -> None:
    numbers = await asyncio.gather(
        *(
            lexicon.publish(words(f"词语{n}"), list_name=f"list{n}", who="me")
            for n in range(5)
        )
    )
    assert sorted(numbers) == [1, 2, 3, 4, 5]
    assert terms(await lexicon.entries()) == [f"词语{n}" for n in range(5)]


async def test_publishers_through_different_connections_take_turns(
    database_url: str,
) -> None:
    databases = [Database.open(database_url) for _ in range(3)]
    numbers = await asyncio.gather(
        *(
            Lexicon(db).publish(words("同词", f"词{n}"), list_name="one", who="me")
            for n, db in enumerate(databases)
        )
    )
    assert sorted(numbers) == [1, 2, 3]
    assert len(await Lexicon(databases[0]).entries()) == 2
    for db in databases:
        await db.close()


async def test_a_damaged_version_is_refused(
    lexicon: Lexicon, database: Database
) -> None:
    await lexicon.publish(words("甲甲", "乙乙"), list_name="own", who="me")
    async with database.write() as connection:
        await connection.execute(text("DELETE FROM lexicon_term WHERE id = 1"))
    with pytest.raises(LexiconError, match="version 1 is damaged"):
        await lexicon.entries()


async def test_two_live_rows_of_the_same_content_cannot_be(
    lexicon: Lexicon, database: Database
) -> None:
    await lexicon.publish(words("甲甲", "乙乙"), list_name="own", who="me")
    with pytest.raises(Exception, match=r"(?i)unique"):
        async with database.write() as connection:
            await connection.execute(update(lexicon_term).values(digest=b"0" * 16))


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    folder = tmp_path / "packs"
    folder.mkdir()
    (folder / "ads.csv").write_text("term,label\n广告词,ads\n", encoding="utf-8")
    (folder / "exempt.csv").write_text("term,label\n好词,exempt\n", encoding="utf-8")
    (folder / "README.md").write_text("not a list", encoding="utf-8")
    return folder


async def test_the_first_start_seeds_and_later_ones_do_not(
    lexicon: Lexicon, packs: Path
) -> None:
    assert await lexicon.seed(packs)
    assert await lexicon.live_version() == 1
    assert names(await lexicon.lists()) == ["ads", "exempt"]
    assert await lexicon.entries() == [Entry("广告词", Label.ADS), Entry("好词", None)]
    (packs / "more.csv").write_text("term\n更多\n", encoding="utf-8")
    assert not await lexicon.seed(packs)
    assert await lexicon.live_version() == 1


async def test_processes_that_seed_at_once_make_one_version(
    lexicon: Lexicon, packs: Path
) -> None:
    seeded = await asyncio.gather(*(lexicon.seed(packs) for _ in range(4)))
    assert sorted(seeded) == [False, False, False, True]
    assert len(await lexicon.versions()) == 1


async def test_an_empty_folder_seeds_an_empty_version(
    lexicon: Lexicon, tmp_path: Path
) -> None:
    folder = tmp_path / "none"
    folder.mkdir()
    assert await lexicon.seed(folder)
    assert await lexicon.live_version() == 1
    assert await lexicon.entries() == []


async def test_a_missing_folder_seeds_nothing(lexicon: Lexicon, tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="there is no folder"):
        await lexicon.seed(tmp_path / "missing")
    assert await lexicon.live_version() == 0


async def test_bad_rows_of_a_pack_are_logged_and_left_out(
    lexicon: Lexicon, packs: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (packs / "bad.csv").write_text("term,level\n好词,5\n坏词,high\n", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        await lexicon.seed(packs)
    assert terms(await lexicon.entries(list_name="bad")) == ["好词"]
    assert "bad.csv:3" in caplog.text


@pytest.mark.slow
async def test_a_hundred_thousand_terms_take_seconds(
    lexicon: Lexicon, database: Database
) -> None:
    many = [Entry(f"词语{n}", Label.ADS, n % 100) for n in range(100_000)]
    began = time.perf_counter()
    await lexicon.publish(many, list_name="big", who="me")
    published = time.perf_counter()
    assert len(await lexicon.entries()) == 100_000
    read = time.perf_counter()
    await lexicon.publish([*many[1:], Entry("新词")], list_name="big", who="me")
    changed = time.perf_counter()
    print(published - began, read - published, changed - read)  # noqa: T201
    assert await rows_stored(database) == 100_001
    assert published - began < 30
    assert read - published < 10
    assert changed - read < 15
