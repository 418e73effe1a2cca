"""Checking one picture for any API: its texts are checked once, in one version."""

import asyncio
from typing import Any

import pytest

from app.api.pictures import Asked, ImagesOffError, check_picture, pictures_of
from app.domain.entry import Entry
from app.domain.finding import Suggest
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from app.text.result import TextResult
from tests.api.fakes import make_world
from tests.api.picture_world import CLEAN, make_pictures
from tests.image.findings.made import code, line, lines, page

ASKED = Asked("wx1", Scene.CHAT, user_id="u1", lists=frozenset({"ads"}))


class Counting(Checker):
    """Keeps what it was asked."""

    def __init__(self, entries: tuple[Entry, ...] = ()) -> None:
        super().__init__(compile_snapshot(entries, version="1"))
        self.asked: list[str] = []

    def pinned(self) -> "Counting":
        return self

    def check(self, text: str, **given: Any) -> TextResult:
        self.asked.append(text)
        return super().check(text, **given)


async def test_each_text_is_checked_once() -> None:
    checker = Counting()
    pictures = make_pictures(checker=checker)
    twice = page(line("好", 0), line("好", 1), line("天气", 2))
    pictures.images.says(CLEAN, twice, twice, code("好"), code("群"))
    await check_picture(pictures.world.rooms, "/x", CLEAN, ASKED)
    assert checker.asked == ["好好天气", "好", "天气", "群"]


async def test_who_asks_decides_what_counts() -> None:
    entries = (
        Entry("清仓甩卖", Label.ADS, 90, list_name="ads"),
        Entry("办证刻章", Label.CRIME, 90, list_name="crime"),
        Entry(
            "铁算盘", Label.CRIME, 90, list_name="ads", scenes=frozenset({Scene.CHAT})
        ),
    )
    pictures = make_pictures(checker=Checker(compile_snapshot(entries, version="1")))
    rooms = pictures.world.rooms
    for text, suggest in (
        ("清仓甩卖", Suggest.RISKY),
        ("办证刻章", Suggest.PASS),
        ("铁算盘", Suggest.RISKY),
    ):
        pictures.images.says(CLEAN, lines(text))
        said = await check_picture(rooms, "/x", CLEAN, ASKED)
        assert said.verdict.suggest is suggest
        told = pictures.observer.seen[-1]
        assert (told.appid, told.user_id, told.scene) == ("wx1", "u1", Scene.CHAT)
        assert (told.lists, told.verdict.suggest) == (ASKED.lists, suggest)
    assert rooms.metrics.pictures["/x", "risky", 20006] == 1


async def test_others_get_their_turn_between_lines() -> None:
    pictures = make_pictures()
    many = [line(f"第{at}行", at, block=at) for at in range(30)]
    pictures.images.says(CLEAN, page(*many))
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(other())
    await check_picture(pictures.world.rooms, "/x", CLEAN, ASKED)
    beside.cancel()
    assert turns >= len(many)


async def test_a_picture_is_checked_by_one_version() -> None:
    """A version that comes in the middle of it counts from the next picture on."""
    entries = (Entry("办证刻章", Label.CRIME, 90),)
    pictures = make_pictures(checker=Checker(compile_snapshot(entries, version="1")))
    rooms = pictures.world.rooms
    pictures.images.says(CLEAN, lines("天气", "专业办证刻章"))
    usual = pictures.images.look

    async def look(data: bytes, *, caller: str = "") -> Any:
        rooms.checker.install(compile_snapshot((), version="2"))
        return await usual(data, caller=caller)

    pictures.images.look = look  # type: ignore[method-assign]
    said = await check_picture(rooms, "/x", CLEAN, ASKED)
    assert said.verdict.suggest is Suggest.RISKY
    said = await check_picture(rooms, "/x", CLEAN, ASKED)
    assert said.verdict.suggest is Suggest.PASS


def test_images_may_be_off() -> None:
    with pytest.raises(ImagesOffError):
        pictures_of(make_world().rooms)
