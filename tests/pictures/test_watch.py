"""A process follows the picture lists, and keeps what it has when it cannot."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from app.pictures.errors import PicturesError
from app.pictures.records import Live
from app.pictures.watch import PictureFollower
from tests.pictures.house import NOW, Clock, House, picture


class Lists:
    """What is live, and files that can be had or not."""

    def __init__(self) -> None:
        self.now = Live(0, "", 0)
        self.failure: Exception | None = None
        self.asked = 0
        self.seen: list[Path | None] = []

    def list(self, number: int, pictures: int = 1) -> None:
        self.now = Live(number, str(number), pictures)

    async def live(self) -> Live:
        if isinstance(self.failure, OSError):
            raise self.failure
        return self.now

    async def file(self, live: Live) -> Path | None:
        self.asked += 1
        if self.failure is not None:
            raise self.failure
        return Path(live.checksum) if live.pictures else None


@pytest.fixture
def lists() -> Lists:
    return Lists()


@pytest.fixture
def follower(lists: Lists) -> PictureFollower:
    return PictureFollower(lists, lists.file, lists.seen.append, clock=Clock())


async def test_the_first_refresh_always_tells(
    lists: Lists, follower: PictureFollower
) -> None:
    assert await follower.refresh()
    assert not await follower.refresh()
    assert lists.seen == [None]
    assert (follower.version, follower.count) == (0, 0)
    assert follower.confirmed_at == NOW


async def test_trouble_is_told_until_there_is_a_version(
    lists: Lists, follower: PictureFollower
) -> None:
    assert follower.trouble == "the picture lists are not loaded yet"
    lists.failure = PicturesError("damaged")
    await follower.refresh()
    assert follower.trouble == follower.error
    assert "damaged" in str(follower.trouble)
    lists.failure = None
    await follower.refresh()
    lists.list(1)
    lists.failure = PicturesError("damaged")
    await follower.refresh()
    assert follower.error is not None
    assert follower.trouble is None  # the former version is still compared with


async def test_each_version_is_told_once(
    lists: Lists, follower: PictureFollower
) -> None:
    lists.list(1, 5)
    await follower.refresh()
    await follower.refresh()
    assert (follower.version, follower.count) == (1, 5)
    lists.list(2, 0)
    await follower.refresh()
    assert lists.seen == [Path("1"), None]
    assert follower.version == 2


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (PicturesError("the disk is full"), "the disk is full"),
        (ValueError("a row of somebody"), "ValueError"),
        (OSError("password"), "OSError"),
    ],
)
async def test_what_fails_is_told_and_the_old_file_stays(
    lists: Lists, follower: PictureFollower, failure: Exception, said: str
) -> None:
    lists.list(1)
    await follower.refresh()
    lists.list(2)
    lists.failure = failure
    assert not await follower.refresh()
    assert follower.error == (
        f"the live version of the picture lists cannot be used: {said}"
    )
    assert (follower.version, lists.seen) == (1, [Path("1")])
    lists.failure = None
    assert await follower.refresh()
    assert follower.version == 2
    assert lists.seen == [Path("1"), Path("2")]


async def test_a_newer_version_is_not_kept_waiting_by_a_bad_one(
    lists: Lists, follower: PictureFollower
) -> None:
    lists.list(1)
    lists.failure = PicturesError("damaged")
    running = asyncio.create_task(follower.run(timedelta(seconds=0.001)))
    async with asyncio.timeout(30):
        while lists.asked < 4:  # it goes on trying, ever more slowly
            await asyncio.sleep(0.001)
        lists.failure = None
        lists.list(2)
        while follower.version != 2:
            await asyncio.sleep(0.001)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert follower.error is None


async def test_real_lists_are_followed(house: House, tmp_path: Path) -> None:
    async def file(live: Live) -> Path | None:
        return tmp_path / live.checksum if live.pictures else None

    seen: list[Path | None] = []
    follower = PictureFollower(house.pictures, file, seen.append)
    await follower.refresh()
    await house.add(picture(1))
    await follower.refresh()
    live = await house.pictures.live()
    assert seen == [None, tmp_path / live.checksum]
