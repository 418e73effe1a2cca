"""`/wxa/media_check_async`, on both databases."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from app.access import AppSettings, Window
from app.domain.scenes import Scene
from app.jobs import (
    Destination,
    IntakeRules,
    Media,
    NewJob,
    StoreAwayError,
    StoreFullError,
)
from app.store import Database
from app.store.jobs_tables import job as job_table
from tests.api.fakes import APPID, make_world
from tests.api.media_world import (
    ASYNC,
    HOOK,
    MEDIA_URL,
    PUSH,
    MediaWorld,
    hide,
    media_world,
)
from tests.api.wechat_helpers import code_of

V2 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}")
V1 = re.compile(r"[0-9a-f]{32}")


@pytest.fixture
async def media(database: Database) -> AsyncIterator[MediaWorld]:
    async with media_world(database) as made:
        yield made


async def plan_of(media: MediaWorld, trace_id: str) -> tuple[Destination, ...]:
    async with media.house.db.read() as connection:
        query = select(job_table.c.plan).where(job_table.c.trace_id == trace_id)
        sealed = (await connection.execute(query)).scalar_one()
    return media.house.store.sealing.open_plan(trace_id, sealed)


async def test_version_2_is_on_disk_when_it_is_answered(media: MediaWorld) -> None:
    shown = await media.check()
    assert shown | {"trace_id": ""} == {"errcode": 0, "errmsg": "ok", "trace_id": ""}
    assert V2.fullmatch(shown["trace_id"])
    job = await media.job()
    assert job.trace_id == shown["trace_id"]
    assert (job.appid, job.media, job.version) == (APPID, Media.IMAGE, "2")
    assert (job.scene, job.url, job.user, job.extra) == (2, MEDIA_URL, hide("o1"), {})
    assert await plan_of(media, job.trace_id) == (Destination("push", "wechat"),)
    assert media.world.quotas.taken == [(ASYNC, 1)]


@pytest.mark.parametrize("version", [{}, {"version": 1}, {"version": "1"}])
async def test_version_1_has_an_id_of_its_own(
    media: MediaWorld, version: dict[str, Any]
) -> None:
    body = {"media_url": MEDIA_URL, "media_type": 1, "openid": "o1", "scene": 99}
    shown = await media.check(body | version)
    assert V1.fullmatch(shown["trace_id"])
    job = await media.job()
    assert (job.media, job.version, job.scene) == (Media.AUDIO, "1", 2)
    assert job.user is None


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(1, Media.AUDIO), ("2", Media.IMAGE), (3, Media.VIDEO), (2.0, Media.IMAGE)],
)
async def test_kinds(media: MediaWorld, kind: Any, expected: Media) -> None:
    assert (await media.check(media_type=kind))["errcode"] == 0
    assert (await media.job()).media is expected


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"media_url": None}, 47001),
        ({"media_url": ""}, 47001),
        ({"media_url": 5}, 47001),
        ({"media_url": "ftp://media.example/a"}, 47001),
        ({"media_url": "media.example/a.png"}, 47001),
        ({"media_url": "https:///a.png"}, 47001),
        ({"media_url": "https://media.example/a b.png"}, 47001),
        ({"media_url": f"https://media.example/{'a' * 2048}"}, 47001),
        ({"media_url": "https://media.example/\ud800"}, 47001),
        ({"media_type": None}, 47001),
        ({"media_type": ""}, 47001),
        ({"media_type": 0}, 40004),
        ({"media_type": 4}, 40004),
        ({"media_type": "image"}, 40004),
        ({"media_type": True}, 40004),
        ({"media_type": [2]}, 40004),
        ({"version": 3}, 47001),
        ({"version": "two"}, 47001),
        ({"scene": 0}, 40129),
        ({"scene": 5}, 40129),
        ({"scene": "comment"}, 40129),
        ({"openid": 7}, 40003),
        ({"openid": "o" * 129}, 40003),
        ({"openid": "o\n"}, 40003),
        ({"callback_url": "hooks.example"}, 47001),
        ({"callback_url": 1}, 47001),
        ({"callback_url": "https://other.example/"}, 40201),
        # What is missing, then the kind, the scene and the openid.
        ({"media_type": None, "scene": 9, "openid": 7}, 47001),
        ({"media_type": 9, "scene": 9, "openid": 7}, 40004),
        ({"scene": 9, "openid": 7}, 40129),
    ],
)
async def test_mistakes_have_codes(changed: dict[str, Any], code: int) -> None:
    # No store is asked before the request is read.
    world = make_world()
    world.rooms.media = Unused()  # type: ignore[assignment]
    async with world.client:
        body = {"media_url": MEDIA_URL, "media_type": 2, "version": 2, "scene": 2}
        sent = json.dumps(body | {"openid": "o1"} | changed).encode()
        assert code_of(await world.post(ASYNC, sent)) == code


class Unused:
    """A room of which only the settings of the app are asked."""

    class push:  # noqa: N801
        @staticmethod
        async def settings(_appid: str) -> Any:
            return PUSH

    class callback_rules:  # noqa: N801
        schemes = frozenset({"http", "https"})
        ports = None


@pytest.mark.parametrize("body", [b"{}", b"[]", b"no", b"--x\r\nContent-Type: a\r\n"])
async def test_other_bodies_are_no_requests(media: MediaWorld, body: bytes) -> None:
    assert code_of(await media.check(body)) == 47001


async def test_what_the_app_wants_must_be_there(database: Database) -> None:
    rules = AppSettings(require_scene=True, require_openid=True)
    async with media_world(database, rules) as media:
        assert code_of(await media.check(scene=None)) == 47001
        assert code_of(await media.check(openid="")) == 47001
        assert (await media.check())["errcode"] == 0
        v1 = await media.check({"media_url": MEDIA_URL, "media_type": 2})
        assert v1["errcode"] == 0


async def test_a_missing_scene_is_the_apps(database: Database) -> None:
    async with media_world(database, AppSettings(default_scene=Scene.LIVE)) as media:
        assert (await media.check(scene="", openid=None))["errcode"] == 0
        job = await media.job()
        assert (job.scene, job.user) == (8, None)


async def test_a_callback_of_the_call_takes_the_place_of_the_push(
    media: MediaWorld,
) -> None:
    shown = await media.check(callback_url=HOOK)
    (to,) = await plan_of(media, shown["trace_id"])
    assert (to.name, to.kind, to.endpoint) == ("callback", "wechat", "hooks.example")
    assert to.target == {"url": HOOK}


async def test_without_a_receiver_nothing_is_pushed(database: Database) -> None:
    async with media_world(database, push=None) as media:
        shown = await media.check()
        assert await plan_of(media, shown["trace_id"]) == ()
        assert code_of(await media.check(callback_url=HOOK)) == 40201


async def test_nothing_that_is_private_lies_open(media: MediaWorld) -> None:
    shown = await media.check(openid="o_very_private", callback_url=HOOK)
    row = await media.house.row(shown["trace_id"])
    held = repr(row)
    for secret in ("o_very_private", MEDIA_URL, HOOK):
        assert secret not in held
        assert secret.encode() not in b"".join(
            value for value in row.values() if isinstance(value, bytes)
        )


async def test_without_media_the_api_is_not_authorized() -> None:
    world = make_world()
    async with world.client:
        body = {"media_url": MEDIA_URL, "media_type": 2}
        assert code_of(await world.post(ASYNC, body)) == 48001


async def test_a_backlog_turns_away(database: Database) -> None:
    async with media_world(database, rules=IntakeRules(oldest=10, look=0)) as media:
        assert (await media.check())["errcode"] == 0
        media.house.clock.now += 11
        assert code_of(await media.check()) == -1


@pytest.mark.parametrize("error", [StoreAwayError("away"), StoreFullError("full")])
async def test_a_store_that_cannot_is_a_system_error(
    media: MediaWorld, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def refuse(_self: Any, _new: NewJob) -> None:
        raise error

    monkeypatch.setattr("app.jobs.Intake.accept", refuse)
    assert code_of(await media.check()) == -1


async def test_the_quota_holds(media: MediaWorld) -> None:
    media.world.quotas.full = Window.MINUTE
    assert code_of(await media.check()) == 44991
    media.world.quotas.full = None
    assert await media.house.claim() == []
    told = await media.world.post("/cgi-bin/openapi/quota/get", {"cgi_path": ASYNC})
    assert told["errcode"] == 0
