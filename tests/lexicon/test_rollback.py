"""A former version serves again, under a new number, in one call."""

import pytest
from sqlalchemy import text

from app.domain.lists import ListScope
from app.lexicon.candidate import Candidate
from app.lexicon.edits import DropList, Remove, SetList
from app.lexicon.errors import LexiconError, NotFoundError
from app.store import Database
from tests.lexicon.house import House, changed, digest, word


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


async def test_back_and_forth(house: House) -> None:
    await house.serve(word("甲甲", 10), word("乙乙"))
    await house.serve(changed("甲甲", 10, 20), word("丙丙"))
    await house.serve(Remove("own", digest("乙乙")))
    first, second, third = [await house.words(n) for n in (1, 2, 3)]
    made = await house.publisher.rollback(1, who="bob", why="complaints")
    assert (made.number, made.who, made.why) == (4, "bob", "complaints")
    assert (made.origin, made.rolled_back_to) == ("rollback", 1)
    assert (made.added, made.removed, made.term_count) == (2, 2, 2)
    assert await house.words() == first
    await house.publisher.rollback(3, who="bob")
    assert await house.words() == third
    await house.publisher.rollback(2, who="bob")
    assert await house.words() == second
    await house.publisher.rollback(4, who="bob")
    assert await house.words() == first
    assert [await house.words(n) for n in (1, 2, 3)] == [first, second, third]


async def test_settings_of_lists_come_back(house: House) -> None:
    scope = ListScope("own", frozenset({"wx1", "wx2"}), note="ours")
    await house.serve(word("甲甲"), SetList(scope))
    await house.serve(SetList(ListScope("own", enabled=False)))
    await house.serve(DropList("own"))
    await house.publisher.rollback(2, who="bob")
    assert (await house.content()).lists == [ListScope("own", enabled=False)]
    await house.publisher.rollback(1, who="bob")
    assert (await house.content()).lists == [scope]
    assert await house.words() == ["own:甲甲 90"]


async def test_equal_content_has_an_equal_checksum(house: House) -> None:
    first = await house.serve(word("甲甲"), SetList(ListScope("own", note="n")))
    await house.serve(word("乙乙"), DropList("own"), word("丙丙", name="two"))
    made = await house.publisher.rollback(1, who="bob")
    assert made.checksum == first.checksum


async def test_only_what_differs_is_written(house: House) -> None:
    await house.serve(*(word(f"词{n}") for n in range(50)))
    await house.serve(word("新"))
    before = await house.rows_stored()
    await house.publisher.rollback(1, who="bob")
    assert await house.rows_stored() == before
    await house.publisher.rollback(2, who="bob")
    assert await house.rows_stored() == before + 1


async def test_a_row_that_came_back_by_itself_stays(house: House) -> None:
    await house.serve(word("甲甲"), word("乙乙"))
    await house.serve(Remove("own", digest("甲甲")))
    await house.serve(word("甲甲"), word("丙丙"))
    made = await house.publisher.rollback(1, who="bob")
    assert (made.added, made.removed) == (0, 1)
    assert await house.words() == ["own:乙乙 90", "own:甲甲 90"]


@pytest.mark.parametrize("number", [2, 0, -1, 2**40])
async def test_an_unknown_version(house: House, number: int) -> None:
    await house.serve(word("甲甲"))
    with pytest.raises(NotFoundError, match="no version"):
        await house.publisher.rollback(number, who="bob")
    assert await house.live() == 1


async def test_content_that_is_live_already(house: House) -> None:
    await house.serve(word("甲甲"))
    await house.serve(word("乙乙"))
    await house.publisher.rollback(1, who="bob")
    for number in (1, 3):
        with pytest.raises(LexiconError, match=f"version {number} is live already"):
            await house.publisher.rollback(number, who="bob")
    assert await house.live() == 3


async def test_it_is_compiled_first(database: Database) -> None:
    asked: list[Candidate] = []
    broken = False

    async def check(candidate: Candidate) -> None:
        asked.append(candidate)
        async with database.write():
            pass  # nothing is locked meanwhile
        if broken:
            raise LexiconError("too large")

    house = House(database, check=check)
    await house.serve(word("甲甲"))
    await house.serve(word("乙乙"))
    asked.clear()
    broken = True
    with pytest.raises(LexiconError, match="too large"):
        await house.publisher.rollback(1, who="bob")
    assert (await house.live(), asked) == (2, [Candidate("version", 1)])
    broken = False
    await house.publisher.rollback(1, who="bob")
    assert await house.words() == ["own:甲甲 90"]


async def test_a_damaged_version_is_not_served(house: House) -> None:
    await house.serve(word("甲甲"), word("乙乙"))
    await house.serve(Remove("own", digest("乙乙")))
    async with house.db.write() as connection:
        gone = text("DELETE FROM lexicon_term WHERE removed_in IS NOT NULL")
        await connection.execute(gone)
    with pytest.raises(LexiconError, match="version 1 is damaged"):
        await house.publisher.rollback(1, who="bob")
    assert (await house.live(), await house.words()) == (2, ["own:甲甲 90"])


async def test_a_draft_that_saw_another_version(house: House) -> None:
    """A rollback is a version like any other: its changes can collide."""
    await house.serve(word("甲甲", 10))
    await house.serve(changed("甲甲", 10, 20))
    draft = await house.draft(changed("甲甲", 20, 30))
    await house.publisher.rollback(1, who="bob")
    with pytest.raises(LexiconError, match="'甲甲' in own"):
        await house.publish(draft)
