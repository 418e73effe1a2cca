"""Lists of known pictures: versions, differences, and the way back."""

import asyncio
from dataclasses import replace

import pytest

from app.domain.labels import Label
from app.pictures.errors import MovedError, NotListedError, PicturesError
from app.pictures.picture import to_picture
from app.pictures.service import MAX_AT_ONCE
from tests.pictures.house import NOW, House, hashed, named, picture


async def test_nothing_is_listed_at_first(house: House) -> None:
    assert await house.pictures.live() == (0, "0" * 32, 0)
    assert await house.pictures.versions() == []
    assert await house.pictures.lists() == []
    assert await house.listed() == set()


async def test_each_call_makes_one_version(house: House) -> None:
    first = await house.add(picture(1), picture(2))
    second = await house.add(picture(3, None), name="others")
    third = await house.remove(1)
    assert [one.version and one.version.number for one in (first, second, third)] == [
        1,
        2,
        3,
    ]
    newest, *_, oldest = await house.pictures.versions()
    assert (newest.who, newest.origin, newest.removed) == ("bob", "remove", 1)
    assert oldest[:5] == (1, NOW, "alice", "seen", "add")
    assert (oldest.picture_count, newest.picture_count) == (2, 2)
    assert await house.pictures.lists() == [("others", 1, 1), ("own", 1, 0)]
    assert await house.pictures.lists(1) == [("own", 2, 0)]
    assert await house.pictures.version(1) == oldest


async def test_former_versions_stay_as_they_were(house: House) -> None:
    await house.add(picture(1), picture(2))
    await house.remove(1)
    await house.add(picture(3))
    assert await house.listed(1) == named(1, 2)
    assert await house.listed(2) == named(2)
    assert await house.listed(3) == await house.listed() == named(2, 3)
    assert await house.listed(0) == set()


async def test_listing_again_changes_nothing_and_says_so(house: House) -> None:
    await house.add(picture(1), picture(2))
    again = await house.add(picture(1), picture(2))
    assert (again.version, again.added, again.unchanged) == (None, 0, 2)
    partly = await house.add(picture(1), picture(3))
    assert (partly.added, partly.unchanged) == (1, 1)
    assert len(await house.pictures.versions()) == 2


async def test_what_is_said_of_a_picture_can_change(house: House) -> None:
    await house.add(picture(1, Label.PORN))
    changed = await house.add(picture(1, Label.CRIME, note="see ticket 7"))
    assert (changed.added, changed.changed, changed.removed) == (0, 1, 0)
    (found,) = await house.pictures.entries("own", limit=10)
    assert to_picture(found.row) == picture(1, Label.CRIME, note="see ticket 7")
    (before,) = await house.pictures.entries("own", version=1, limit=10)
    assert to_picture(before.row) == picture(1, Label.PORN)


async def test_a_hash_may_stand_in_several_lists(house: House) -> None:
    await house.add(picture(1))
    await house.add(picture(1, None), name="allowed")
    found = await house.pictures.find(hashed(1))
    assert [one.row.list_name for one in found] == ["allowed", "own"]
    await house.remove(1)
    assert await house.listed() == named(1, name="allowed")


async def test_everything_comes_back(house: House) -> None:
    given = picture(1, None, quality=7, centre=hashed("middle"), note="商标")
    await house.add(given)
    (found,) = await house.pictures.entries("own", limit=1)
    assert to_picture(found.row) == given
    assert (found.who, found.at) == ("alice", NOW)


async def test_removing_needs_the_hash_in_the_list(house: House) -> None:
    await house.add(picture(1), picture(2))
    with pytest.raises(NotListedError, match=hashed(9).hex()):
        await house.remove(1, 9)
    with pytest.raises(NotListedError):
        await house.remove(1, name="others")
    assert await house.listed() == named(1, 2)
    assert len(await house.pictures.versions()) == 1


async def test_an_expected_version_that_does_not_fit(house: House) -> None:
    await house.add(picture(1), expected=0)
    with pytest.raises(MovedError) as refused:
        await house.add(picture(2), expected=0)
    assert refused.value.live == 1
    with pytest.raises(MovedError):
        await house.pictures.remove("own", [hashed(1)], who="x", expected=7)
    with pytest.raises(MovedError):
        await house.pictures.rollback(0, who="x", expected=7)
    with pytest.raises(MovedError):
        await house.fill(picture(2), expected=7)
    assert len(await house.pictures.versions()) == 1


async def test_rollback_is_a_version_with_former_content(house: House) -> None:
    first = (await house.add(picture(1), picture(2))).version
    house.clock.now += 60
    await house.add(picture(1, Label.CRIME), picture(3))
    await house.remove(2)
    stored = await house.rows_stored()
    back = await house.pictures.rollback(1, who="dora", why="too many complaints")
    assert first is not None
    assert (back.number, back.origin, back.rolled_back_to) == (4, "rollback", 1)
    assert (back.checksum, back.picture_count) == (first.checksum, 2)
    assert (back.added, back.changed, back.removed) == (1, 1, 1)
    assert (await house.pictures.versions())[0] == back
    assert await house.listed() == named(1, 2)
    # Only what differs was written, and who listed a picture stays known.
    assert await house.rows_stored() == stored + 2
    found = await house.pictures.entries("own", limit=10)
    assert {(one.who, one.at) for one in found} == {("alice", NOW)}
    again = await house.pictures.rollback(3, who="dora")
    assert await house.listed() == named(1, 3)
    assert (again.added, again.changed, again.removed) == (1, 1, 1)


async def test_rollback_to_nothing_and_to_what_is_live(house: House) -> None:
    await house.add(picture(1))
    with pytest.raises(PicturesError, match="live already"):
        await house.pictures.rollback(1, who="x")
    with pytest.raises(NotListedError):
        await house.pictures.rollback(9, who="x")
    back = await house.pictures.rollback(0, who="x")
    assert (back.removed, back.picture_count) == (1, 0)
    assert await house.listed() == set()


async def test_a_picture_that_came_back_meanwhile_is_not_listed_twice(
    house: House,
) -> None:
    await house.add(picture(1))
    await house.remove(1)
    await house.add(picture(1), picture(2))
    await house.pictures.rollback(1, who="x")
    assert await house.listed() == named(1)
    diff = await house.pictures.diff(1, 4)
    assert (diff.added, diff.removed, diff.changed) == (0, 0, 0)


async def test_any_two_versions_are_compared(house: House) -> None:
    await house.add(picture(1), picture(2))
    await house.add(picture(1, Label.CRIME), picture(3))
    await house.remove(2)
    forth = await house.pictures.diff(1, 3)
    assert (forth.added, forth.removed, forth.changed) == (1, 1, 1)
    kinds = {row.kind: row for row in forth.rows}
    assert kinds["added"].after is not None
    assert kinds["added"].after.hash == hashed(3)
    assert kinds["changed"].before is not None
    assert kinds["changed"].before.label == Label.PORN
    back = await house.pictures.diff(3, 1)
    assert (back.added, back.removed, back.changed) == (1, 1, 1)
    whole = await house.pictures.diff(0, 3)
    assert (whole.added, whole.removed) == (2, 0)
    with pytest.raises(NotListedError):
        await house.pictures.diff(1, 9)


async def test_differences_come_in_pages(house: House) -> None:
    await house.add(*map(picture, range(25)))
    await house.add(*(picture(n, Label.CRIME) for n in range(25)), picture(99))
    seen, after = [], None
    while True:
        page = await house.pictures.diff(1, 2, after=after, limit=10)
        seen += page.rows
        after = page.next
        if after is None:
            break
    assert len(seen) == 26
    assert len({(row.after or row.before) for row in seen}) == 26
    assert sum(row.kind == "changed" for row in seen) == 25
    for wrong in ("x", "W10=", "é", "WzEsICIwMCJd"):
        with pytest.raises(PicturesError, match="next"):
            await house.pictures.diff(1, 2, after=wrong)


async def test_entries_come_in_pages_also_of_former_versions(house: House) -> None:
    await house.add(*map(picture, range(5)))
    await house.remove(0, 1)
    first = await house.pictures.entries("own", version=1, limit=3)
    rest = await house.pictures.entries("own", version=1, after=first[-1].id, limit=3)
    assert [one.row.hash for one in first + rest] == [hashed(n) for n in range(5)]
    assert len(await house.pictures.entries("own", limit=10)) == 3
    for name, version in (("others", None), ("own", 9)):
        with pytest.raises(NotListedError):
            await house.pictures.entries(name, version=version, limit=1)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (replace(picture(1), hash=b"short"), "32 bytes"),
        (replace(picture(1), centre=b"short"), "32 bytes"),
        (picture(1, quality=101), "outside 0 to 100"),
        (picture(1, Label.NORMAL), "exempt"),
        (picture(1, note="x" * 1001), "more than 1000"),
        (picture(1, note="a\0b"), "cannot be stored"),
    ],
)
async def test_a_picture_that_cannot_be_listed(
    house: House, wrong: object, said: str
) -> None:
    with pytest.raises(PicturesError, match=said):
        await house.add(picture(2), wrong)  # type: ignore[arg-type]
    assert await house.pictures.versions() == []


async def test_limits_of_one_call(house: House) -> None:
    with pytest.raises(PicturesError, match="no picture"):
        await house.add()
    with pytest.raises(PicturesError, match="import them"):
        await house.add(*map(picture, range(MAX_AT_ONCE + 1)))
    with pytest.raises(PicturesError, match="list name"):
        await house.add(picture(1), name="a b")
    with pytest.raises(PicturesError, match="reason"):
        await house.pictures.add("own", [picture(1)], who="x", why="\ud800")


async def test_writers_queue_and_none_is_lost(house: House) -> None:
    await asyncio.gather(*(house.add(picture(n)) for n in range(8)))
    assert await house.listed() == named(*range(8))
    numbers = [one.number for one in await house.pictures.versions()]
    assert numbers == list(range(8, 0, -1))
