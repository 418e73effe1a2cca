"""Reading versions, drafts and lists; the first version."""

import asyncio
import logging
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from app.domain.entry import Entry, Match
from app.domain.labels import Label
from app.domain.lists import ListScope
from app.domain.scenes import Scene
from app.lexicon import Lexicon, LexiconError
from app.lexicon.candidate import Candidate
from app.lexicon.content import draft_lists
from app.lexicon.edits import DropList, Put, Remove, SetList
from app.lexicon.errors import NotFoundError, StaleError
from app.lexicon.records import Content, Draft, ListInfo, Live
from app.lexicon.rows import to_row
from app.store import Database
from app.store.lexicon_tables import lexicon_pack, lexicon_term
from tests.lexicon.house import House, changed, word
from tests.lexicon.serving import serve_list

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
SCOPE = ListScope(
    "own",
    frozenset({"wx1", "wx2"}),
    frozenset({Scene.CHAT}),
    datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
    None,
    enabled=False,
    note="说明",
)


def words(*terms: str) -> list[Entry]:
    return [Entry(term) for term in terms]


def terms(entries: list[Entry]) -> list[str]:
    return sorted(entry.term for entry in entries)


def names(infos: list[ListInfo]) -> list[str]:
    return [info.scope.name for info in infos]


def version(number: int) -> Candidate:
    return Candidate("version", number)


def candidate(draft: Draft) -> Candidate:
    return Candidate("draft", draft.id, draft.revision)


def lines(content: Content) -> list[str]:
    return sorted(f"{e.list_name}:{e.term} {e.level}" for e in content.entries)


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


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
    assert await lexicon.lists() == []
    live = await lexicon.live()
    assert (live.number, live.checksum) == (0, "0" * 32)
    assert await lexicon.content(version(0)) == Content(live.checksum, [], [])


async def test_what_is_served_reads_back_in_order(
    lexicon: Lexicon, database: Database
) -> None:
    given = [RICH, ALLOWED, *words("丙丙", "甲甲", "乙乙")]
    assert await serve_list(database, given, why="first") == 1
    assert await lexicon.entries() == given
    assert {entry.list_name for entry in await lexicon.entries()} == {"own"}
    (row,) = await lexicon.versions()
    assert await lexicon.live() == Live(1, row.checksum)
    content = await lexicon.content(version(1))
    assert (content.checksum, content.entries) == (row.checksum, given)


async def test_versions_stay_as_they_were(lexicon: Lexicon, database: Database) -> None:
    await serve_list(database, words("甲甲", "乙乙"))
    await serve_list(database, words("乙乙", "丙丙"))
    await serve_list(database, [])
    assert terms(await lexicon.entries(1)) == ["乙乙", "甲甲"]
    assert terms(await lexicon.entries(2)) == ["丙丙", "乙乙"]
    assert await lexicon.entries(3) == []
    assert [v.term_count for v in await lexicon.versions()] == [0, 2, 2]
    assert await rows_stored(database) == 3, "an unchanged row is not copied"


async def test_lists_of_versions(house: House) -> None:
    await house.serve(word("甲甲", name="one"))
    await house.serve(word("甲甲", name="two"), word("乙乙", name="two"))
    await house.serve(SetList(SCOPE))
    found = await house.lexicon.lists()
    assert [(info.scope, info.count) for info in found] == [
        (ListScope("one"), 1),
        (SCOPE, 0),
        (ListScope("two"), 2),
    ]
    assert names(await house.lexicon.lists(1)) == ["one"]
    await house.serve(DropList("own"), DropList("one"))
    assert names(await house.lexicon.lists()) == ["two"]
    assert len(await house.lexicon.lists(3)) == 3
    assert terms(await house.lexicon.entries(3, list_name="one")) == ["甲甲"]
    assert await house.lexicon.entries(list_name="one") == []


@pytest.mark.parametrize("number", [7, -1, 2**31, 2**70])
async def test_an_unknown_version(lexicon: Lexicon, number: int) -> None:
    message = f"no version {number}"
    with pytest.raises(NotFoundError, match=message):
        await lexicon.entries(number)
    with pytest.raises(NotFoundError, match=message):
        await lexicon.entries(number, list_name="own")
    with pytest.raises(NotFoundError, match=message):
        await lexicon.lists(number)
    with pytest.raises(NotFoundError, match=message):
        await lexicon.content(version(number))


async def test_a_draft_has_the_content_of_the_version_that_it_becomes(
    house: House,
) -> None:
    await house.serve(
        word("甲甲"), word("乙乙"), word("去掉", name="gone"), SetList(SCOPE)
    )
    await house.serve(SetList(ListScope("gone", note="n")))
    draft = await house.draft(
        changed("甲甲", 90, 50),
        Put("new", RICH),
        Put("new", ALLOWED),
        DropList("gone"),
        SetList(ListScope("new", apps=frozenset())),
        SetList(ListScope("own", note="other")),
    )
    content = await house.lexicon.content(candidate(draft))
    made = await house.publish(draft)
    same = await house.lexicon.content(version(made.number))
    assert content.checksum == same.checksum == made.checksum
    assert lines(content) == lines(same)
    assert content.lists == same.lists
    assert [scope.name for scope in same.lists] == ["new", "own"]
    assert terms(same.entries) == sorted(["甲甲", "乙乙", RICH.term, ALLOWED.term])


async def test_the_content_of_a_draft_moves_with_the_live_version(
    house: House,
) -> None:
    await house.serve(word("甲甲"), word("乙乙"))
    draft = await house.draft(word("丙丙"), changed("甲甲", 90, 50))
    before = await house.lexicon.content(candidate(draft))
    await house.serve(word("丁丁"), word("丙丙"))
    after = await house.lexicon.content(candidate(draft))
    assert lines(before) == ["own:丙丙 90", "own:乙乙 90", "own:甲甲 50"]
    assert lines(after) == ["own:丁丁 90", *lines(before)]
    made = await house.publish(draft)
    assert after.checksum == made.checksum


async def test_an_empty_draft_is_the_live_version(house: House) -> None:
    empty = await house.draft()
    assert await house.lexicon.content(candidate(empty)) == Content("0" * 32, [], [])
    made = await house.serve(word("甲甲"))
    content = await house.lexicon.content(candidate(empty))
    assert content.checksum == made.checksum


async def test_contents_that_there_are_not(house: House) -> None:
    draft = await house.draft(word("甲甲"))
    with pytest.raises(StaleError, match=f"revision {draft.revision}") as error:
        await house.lexicon.content(Candidate("draft", draft.id, draft.revision - 1))
    assert error.value.revision == draft.revision
    for number in (0, 99, 2**31, 2**70):
        with pytest.raises(NotFoundError, match=f"no draft {number}"):
            await house.lexicon.content(Candidate("draft", number, 1))
    await house.publish(draft)
    with pytest.raises(LexiconError, match="published as version 1"):
        await house.lexicon.content(candidate(draft))


async def test_a_damaged_version_is_refused(house: House) -> None:
    await house.serve(word("甲甲"), word("乙乙"), SetList(SCOPE))
    async with house.db.write() as connection:
        await connection.execute(text("DELETE FROM lexicon_term WHERE id = 1"))
    with pytest.raises(LexiconError, match="version 1 is damaged"):
        await house.lexicon.entries()
    with pytest.raises(LexiconError, match="version 1 is damaged"):
        await house.lexicon.content(version(1))
    assert terms(await house.lexicon.entries(list_name="own")) == ["乙乙"]


async def test_lost_settings_of_a_list_are_noticed(house: House) -> None:
    await house.serve(word("甲甲"), SetList(SCOPE))
    async with house.db.write() as connection:
        await connection.execute(text("DELETE FROM lexicon_list"))
    with pytest.raises(LexiconError, match="version 1 is damaged"):
        await house.lexicon.content(version(1))


async def test_two_live_rows_of_the_same_content_cannot_be(
    database: Database,
) -> None:
    await serve_list(database, words("甲甲", "乙乙"))
    with pytest.raises(Exception, match=r"(?i)unique"):
        async with database.write() as connection:
            await connection.execute(update(lexicon_term).values(digest=b"0" * 16))


async def test_a_draft_is_read_as_one_state_whatever_happens_meanwhile(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.serve(word("甲甲"), word("乙乙"))
    draft = await house.draft(word("丙丙"))
    before = await house.lexicon.content(candidate(draft))

    async def interfere(*arguments: Any) -> Any:
        found = await draft_lists(*arguments)
        await house.edit(draft, word("丁丁"))
        gone = to_row("own", Entry("甲甲")).digest
        await house.serve(Remove("own", gone), SetList(SCOPE))
        return found

    # By then the reading has begun; it goes on with several statements.
    monkeypatch.setattr("app.lexicon.content.draft_lists", interfere)
    assert await house.lexicon.content(candidate(draft)) == before
    assert terms(await house.lexicon.entries()) == ["乙乙"]


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
    (row,) = await lexicon.versions()
    assert (row.number, row.who, row.origin) == (1, "seed", "seed")
    assert (row.term_count, row.added, row.removed) == (2, 2, 0)
    assert row.created_at == 1_700_000_000.5
    (packs / "more.csv").write_text("term\n更多\n", encoding="utf-8")
    assert not await lexicon.seed(packs)
    assert await lexicon.live_version() == 1


async def test_what_was_seeded_is_remembered(
    lexicon: Lexicon, database: Database, packs: Path
) -> None:
    await lexicon.seed(packs)
    async with database.read() as connection:
        found = await connection.scalars(select(lexicon_pack.c.list_name))
    assert sorted(found.all()) == ["", "ads", "exempt"]
    assert await lexicon.propose_packs(packs) is None
    (packs / "more.csv").write_text("term\n更多\n", encoding="utf-8")
    draft = await lexicon.propose_packs(packs)
    assert draft is not None
    assert (draft.origin, draft.changes, draft.state) == ("pack", 1, "open")


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
    await serve_list(database, many)
    served = time.perf_counter()
    assert len(await lexicon.entries()) == 100_000
    read = time.perf_counter()
    await serve_list(database, [*many[1:], Entry("新词")])
    again = time.perf_counter()
    print(served - began, read - served, again - read)  # noqa: T201
    assert await rows_stored(database) == 100_001
    assert served - began < 60
    assert read - served < 20
    assert again - read < 60
