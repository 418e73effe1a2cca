"""Newer packs are proposed; what operators did stays as it is."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from app.domain.lists import ListScope
from app.lexicon.edits import DropList, Remove, SetList
from app.lexicon.errors import LexiconError
from app.lexicon.packs import packs_changed, propose_packs, read_packs
from app.lexicon.records import Draft
from app.lexicon.service import Lexicon
from app.store import Database
from tests.lexicon.house import House, changed, digest, word

Ship = Callable[..., None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "packs"
    made.mkdir()
    return made


@pytest.fixture
def ship(folder: Path) -> Ship:
    """Write packs: a list name to words, as `term` or `term level`."""

    def write(**packs: str) -> None:
        for path in folder.glob("*.csv"):
            path.unlink()
        for name, words in packs.items():
            rows = [word.partition(":") for word in words.split()]
            lines = ["term,level", *(f"{term},{level}" for term, _, level in rows)]
            (folder / f"{name}.csv").write_text("\n".join(lines), "utf-8")

    return write


@pytest.fixture
async def house(database: Database, folder: Path, ship: Ship) -> House:
    ship(ads="甲甲:10 乙乙:10", fraud="丙丙:10")
    await Lexicon(database).seed(folder)
    return House(database)


async def propose(house: House, folder: Path) -> Draft | None:
    return await propose_packs(house.db, folder, clock=house.clock)


async def proposed(house: House, folder: Path) -> list[str]:
    """What the draft of packs changes, as `+list:term level`."""
    draft = await propose(house, folder)
    if draft is None:
        return []
    signs = {"add": "+", "remove": "-"}
    changes = await house.drafts.changes(draft.id)
    return sorted(
        f"{signs[one.op]}{one.list_name}:{one.row.term} {one.row.level}"
        for one in changes
        if one.row is not None
    )


async def accept(house: House, folder: Path) -> None:
    draft = await propose(house, folder)
    assert draft is not None
    await house.publish(draft)


async def test_the_packs_that_it_began_with_are_nothing_new(
    house: House, folder: Path
) -> None:
    assert not await packs_changed(house.db, folder)
    assert await propose(house, folder) is None


async def test_new_words_and_lists_are_proposed(
    house: House, folder: Path, ship: Ship
) -> None:
    ship(ads="甲甲:10 乙乙:10 新词:5", fraud="丙丙:10", more="丁丁:7")
    assert await packs_changed(house.db, folder)
    draft = await propose(house, folder)
    assert draft is not None
    assert (draft.origin, draft.state, draft.created_by) == ("pack", "open", "packs")
    assert draft.changes == 2
    assert await proposed(house, folder) == ["+ads:新词 5", "+more:丁丁 7"]
    assert await house.live() == 1
    made = await house.publish(draft)
    assert made.origin == "pack"
    assert await propose(house, folder) is None


async def test_changed_and_dropped_words_are_proposed(
    house: House, folder: Path, ship: Ship
) -> None:
    ship(ads="甲甲:50", fraud="丙丙:10")
    assert await proposed(house, folder) == [
        "+ads:甲甲 50",
        "-ads:乙乙 10",
        "-ads:甲甲 10",
    ]
    await accept(house, folder)
    assert await house.words() == ["ads:甲甲 50", "fraud:丙丙 10"]


async def test_a_pack_that_is_not_shipped_any_more(
    house: House, folder: Path, ship: Ship
) -> None:
    ship(ads="甲甲:10 乙乙:10")
    assert await proposed(house, folder) == ["-fraud:丙丙 10"]


async def test_what_operators_changed_is_left_alone(
    house: House, folder: Path, ship: Ship
) -> None:
    await house.serve(
        changed("甲甲", 10, 77, name="ads"),
        Remove("fraud", digest("丙丙", 10, name="fraud")),
        word("丁丁", 33, name="ads"),
        word("戊戊", 44, name="fraud"),
    )
    ship(ads="甲甲:50 乙乙:10 丁丁:5", fraud="丙丙:60 戊戊:44 己己:1")
    assert await proposed(house, folder) == ["+fraud:己己 1"]


async def test_what_operators_changed_is_not_removed(
    house: House, folder: Path, ship: Ship
) -> None:
    await house.serve(changed("甲甲", 10, 77, name="ads"), word("乙乙", 20, name="ads"))
    ship(fraud="丙丙:10")
    assert await proposed(house, folder) == []
    assert await house.words() == [
        "ads:乙乙 10",
        "ads:乙乙 20",
        "ads:甲甲 77",
        "fraud:丙丙 10",
    ]


async def test_other_lists_are_not_looked_at(
    house: House, folder: Path, ship: Ship
) -> None:
    await house.serve(word("甲甲", 10, name="own"))
    ship(ads="乙乙:10", fraud="丙丙:10")
    assert await proposed(house, folder) == ["-ads:甲甲 10"]


async def test_a_dropped_list_is_not_offered_again(
    house: House, folder: Path, ship: Ship
) -> None:
    await house.serve(DropList("fraud"))
    ship(ads="甲甲:10 乙乙:10", fraud="丙丙:10 新词:1")
    assert await proposed(house, folder) == []
    ship(ads="甲甲:10 乙乙:10", fraud="丙丙:20 新词:2 更新:2")
    assert await proposed(house, folder) == []


async def test_a_list_with_settings_alone_was_not_dropped(
    house: House, folder: Path, ship: Ship
) -> None:
    gone = Remove("fraud", digest("丙丙", 10, name="fraud"))
    await house.serve(SetList(ListScope("fraud", note="kept")), gone)
    ship(ads="甲甲:10 乙乙:10", fraud="丙丙:10 新词:1")
    assert await proposed(house, folder) == ["+fraud:新词 1"]


async def test_what_was_discarded_is_not_offered_again(
    house: House, folder: Path, ship: Ship
) -> None:
    ship(ads="甲甲:50 乙乙:10 新词:5", fraud="丙丙:10")
    draft = await propose(house, folder)
    assert draft is not None
    await house.drafts.discard(draft.id, who="alice")
    assert await propose(house, folder) is None
    ship(ads="甲甲:60 乙乙:10 新词:6 更新:1", fraud="丙丙:10")
    assert await proposed(house, folder) == ["+ads:更新 1"]


async def test_proposing_twice_is_once(house: House, folder: Path, ship: Ship) -> None:
    ship(ads="甲甲:10 乙乙:10 新词:5", fraud="丙丙:10")
    first = await propose(house, folder)
    assert await propose(house, folder) == first
    assert len(await house.drafts.list()) == 1


async def test_newer_packs_change_the_draft_that_is_open(
    house: House, folder: Path, ship: Ship
) -> None:
    ship(ads="甲甲:50 乙乙:10 新词:5 另词:5", fraud="丙丙:10")
    first = await propose(house, folder)
    ship(ads="甲甲:60 新词:6 乙乙:10", fraud="丙丙:10")
    second = await propose(house, folder)
    assert first is not None
    assert second is not None
    assert (second.id, second.revision) == (first.id, first.revision + 1)
    assert await proposed(house, folder) == [
        "+ads:新词 6",
        "+ads:甲甲 60",
        "-ads:甲甲 10",
    ]


async def test_what_was_taken_out_of_the_open_draft_stays_out(
    house: House, folder: Path, ship: Ship
) -> None:
    ship(ads="甲甲:50 乙乙:10 新词:5", fraud="丙丙:10")
    draft = await propose(house, folder)
    assert draft is not None
    for change in await house.drafts.changes(draft.id):
        if change.op == "add":
            await house.drafts.undo(draft.id, change.id, revision=None, who="alice")
    draft = await house.drafts.get(draft.id)
    await house.edit(draft, word("他词", name="ads"))
    ship(ads="甲甲:60 乙乙:10 新词:6", fraud="丙丙:10")
    assert await proposed(house, folder) == ["+ads:他词 90"]


async def test_a_draft_of_which_nothing_is_left_is_discarded(
    house: House, folder: Path, ship: Ship
) -> None:
    ship(ads="甲甲:50 新词:5", fraud="丙丙:10")
    draft = await propose(house, folder)
    ship(ads="甲甲:10 乙乙:10", fraud="丙丙:10")
    assert await propose(house, folder) is None
    assert draft is not None
    assert (await house.drafts.get(draft.id)).state == "discarded"


async def test_files_that_say_the_same_otherwise(
    house: House, folder: Path, ship: Ship
) -> None:
    ship(ads="乙乙:10 甲甲:10", fraud="丙丙:10")
    assert await packs_changed(house.db, folder)
    assert await propose(house, folder) is None
    assert not await packs_changed(house.db, folder)


async def test_processes_that_start_at_once_make_one_draft(
    house: House, folder: Path, ship: Ship, database_url: str
) -> None:
    ship(ads="甲甲:10 乙乙:10 新词:5", fraud="丙丙:10")
    databases = [Database.open(database_url) for _ in range(3)]
    found = await asyncio.gather(
        *(propose_packs(db, folder, clock=house.clock) for db in databases)
    )
    assert [draft.changes for draft in found if draft] == [1, 1, 1]
    assert len(await house.drafts.list()) == 1
    for db in databases:
        await db.close()


async def test_a_word_in_a_line_that_cannot_be_read_is_not_removed(
    house: House, folder: Path, ship: Ship, caplog: pytest.LogCaptureFixture
) -> None:
    ship(ads="甲甲:high 乙乙:20", fraud="丙丙:10")
    with caplog.at_level(logging.WARNING):
        assert await proposed(house, folder) == ["+ads:乙乙 20", "-ads:乙乙 10"]
    assert "ads.csv:2" in caplog.text
    gone = Remove("ads", digest("甲甲", 10, name="ads"))
    await house.serve(gone)
    ship(ads="甲甲:10 乙乙:20", fraud="丙丙:10")
    assert "+ads:甲甲 10" not in await proposed(house, folder)


async def test_a_file_that_cannot_be_read_at_all(
    house: House, folder: Path, ship: Ship
) -> None:
    (folder / "ads.csv").write_bytes(b"\xff\xfe\x00nonsense")
    assert await proposed(house, folder) == []


async def test_an_empty_folder_proposes_nothing(
    house: House, folder: Path, ship: Ship
) -> None:
    ship()
    assert not await packs_changed(house.db, folder)
    assert await propose(house, folder) is None


async def test_no_folder(house: House, tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="there is no folder"):
        await propose(house, tmp_path / "none")


async def test_a_database_without_a_version_gets_no_surprise(
    database: Database, folder: Path, ship: Ship
) -> None:
    """What was published otherwise than by seeding is the operator's."""
    ship(ads="甲甲:10")
    house = House(database)
    await house.serve(word("甲甲", 20, name="ads"))
    assert await proposed(house, folder) == []


async def test_words_after_an_update_without_packs_on_record(
    house: House, folder: Path, ship: Ship
) -> None:
    """A database of an older release knows the rows, not the files."""
    async with house.db.write() as connection:
        await connection.execute(text("DELETE FROM lexicon_pack WHERE list_name = ''"))
    assert await packs_changed(house.db, folder)
    assert await propose(house, folder) is None
    assert not await packs_changed(house.db, folder)


def test_the_mark_knows_names_and_content(folder: Path, ship: Ship) -> None:
    ship(ads="甲甲:10", fraud="乙乙:10")
    first = read_packs(folder)
    ship(fraud="甲甲:10", ads="乙乙:10")
    assert read_packs(folder).mark != first.mark
    ship(ads="甲甲:10", fraud="乙乙:10")
    assert read_packs(folder).mark == first.mark
    assert list(first.lists) == ["ads", "fraud"]
