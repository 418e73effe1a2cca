"""Files of pictures: whole or not at all, and never in anybody's way."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from app.domain.labels import Label
from app.pictures.errors import PicturesError
from app.pictures.loading import LEFT_BEHIND
from app.pictures.picture import Picture, to_row
from app.store import pictures_load
from tests.pictures.house import House, hashed, named, picture


async def test_a_file_is_one_version(house: House) -> None:
    made = await house.fill(*map(picture, range(10)))
    assert made.version is not None
    assert (made.version.origin, made.version.who, made.added) == (
        "import",
        "carol",
        10,
    )
    assert await house.listed() == named(*range(10))
    assert await house.left_over() == 0


async def test_a_file_is_merged(house: House) -> None:
    await house.add(picture(1), picture(2), picture(3))
    await house.add(picture(1), name="others")
    made = await house.fill(
        picture(1), picture(2, Label.CRIME), (picture(3), True), picture(4)
    )
    counts = (made.added, made.changed, made.removed, made.unchanged)
    assert counts == (1, 1, 1, 1)
    assert await house.listed() == named(1, 2, 4) | named(1, name="others")


async def test_a_list_becomes_exactly_the_file(house: House) -> None:
    await house.add(picture(1), picture(2))
    await house.add(picture(8), name="others")
    made = await house.fill(picture(2), picture(3), replace=True)
    counts = (made.added, made.changed, made.removed, made.unchanged)
    assert counts == (1, 0, 1, 1)
    assert await house.listed() == named(2, 3) | named(8, name="others")


@pytest.mark.parametrize("whole", [False, True])
async def test_a_dry_run_tells_the_same_and_changes_nothing(
    house: House, whole: bool
) -> None:
    await house.add(picture(1), picture(2), picture(3))
    given = (picture(1), picture(2, None), (picture(3), True), picture(4))
    told = await house.fill(*given, replace=whole, dry_run=True)
    assert await house.listed() == named(1, 2, 3)
    assert len(await house.pictures.versions()) == 1
    assert await house.left_over() == 0
    made = await house.fill(*given, replace=whole)
    assert replace(made, version=None) == told


async def test_of_a_hash_that_stands_twice_the_last_counts(house: House) -> None:
    made = await house.fill(
        picture(1, Label.PORN), picture(2), picture(3), picture(1, Label.CRIME)
    )
    assert made.added == 3
    (found,) = await house.pictures.find(hashed(1))
    assert found.row.label == Label.CRIME


async def test_a_version_that_came_between_is_counted_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = pictures_load.count_load

    async def count(*given: Any) -> pictures_load.LoadCounts:
        found = await real(*given)
        monkeypatch.undo()
        await house.add(picture(1))
        return found

    monkeypatch.setattr(pictures_load, "count_load", count)
    made = await house.fill(picture(1), picture(2))
    assert (made.added, made.unchanged) == (1, 1)
    assert made.version is not None
    assert made.version.number == 2
    assert await house.listed() == named(1, 2)


async def test_a_file_that_changes_nothing_makes_no_version(house: House) -> None:
    await house.add(picture(1))
    made = await house.fill(picture(1), (picture(7), True))
    assert (made.version, made.unchanged) == (None, 1)
    assert len(await house.pictures.versions()) == 1


async def test_a_file_that_breaks_off_changes_nothing(house: House) -> None:
    async def breaking() -> AsyncIterator[Sequence[tuple[Picture, bool]]]:
        yield [(picture(1), False)]
        raise OSError("the connection is gone")

    with pytest.raises(OSError, match="gone"):
        await house.pictures.fill("own", breaking(), who="x")
    with pytest.raises(PicturesError, match="outside 0 to 100"):
        await house.fill(picture(1), picture(2), picture(3), picture(4, quality=-1))
    assert await house.listed() == set()
    assert await house.left_over() == 0


async def test_a_failure_at_the_very_end_changes_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.add(picture(1))
    before = await house.pictures.live()
    real = pictures_load.apply_load

    async def half(*given: object) -> None:
        await real(*given)  # type: ignore[arg-type]  # passed on
        raise OSError("disk")

    monkeypatch.setattr(pictures_load, "apply_load", half)
    with pytest.raises(OSError, match="disk"):
        await house.fill(picture(2))
    assert await house.pictures.live() == before
    assert await house.listed() == named(1)


async def test_what_a_dead_process_left_is_cleared(house: House) -> None:
    async with house.db.write() as connection:
        dead = await pictures_load.begin_load(connection, house.clock.now)
        row = to_row("own", picture(7))
        values = pictures_load.staged_values(dead, row, gone=False)
        await pictures_load.stage(connection, [values])
    await house.fill(picture(1))
    assert await house.left_over() == 2
    house.clock.now += LEFT_BEHIND.total_seconds() + 1
    await house.fill(picture(2))
    assert await house.left_over() == 0
    assert await house.listed() == named(1, 2)


async def test_a_file_that_was_given_up_changes_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object) -> bool:
        return False

    monkeypatch.setattr(pictures_load, "touch", never)
    with pytest.raises(PicturesError, match="given up"):
        await house.fill(picture(1))
    assert await house.listed() == set()


@pytest.mark.parametrize("replace_all", [False, True])
async def test_a_known_centre_stays(house: House, replace_all: bool) -> None:
    middles = [hashed(f"middle {number}") for number in range(3)]
    await house.add(*(picture(n, centre=middles[n]) for n in range(3)))
    other = hashed("another middle")
    made = await house.fill(
        picture(0),
        picture(1, Label.CRIME),
        picture(2, centre=other),
        replace=replace_all,
    )
    assert (made.changed, made.unchanged) == (2, 1)
    found = await house.pictures.entries("own", limit=10)
    assert {one.row.hash: (one.row.centre, one.row.label) for one in found} == {
        hashed(0): (middles[0], Label.PORN),
        hashed(1): (middles[1], Label.CRIME),
        hashed(2): (other, Label.PORN),
    }
    again = await house.add(picture(1, Label.CRIME))
    assert again.version is None
