"""A service that takes media: real stores behind it, and nobody who checks them."""

import hmac
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from app.access import Access, AppSettings
from app.api.media.room import CallbackKeys, MediaLimits, MediaRoom
from app.jobs import Intake, IntakeRules, Job, JobDesk
from app.outbound import Rules
from app.push import PushChange
from app.store import Database
from tests.api.fakes import APPID, TOKEN, World, make_world
from tests.jobs.helpers import House
from tests.push.rooms import FakePusher, make_room

ASYNC = "/wxa/media_check_async"
NATIVE = "/v1/media"
MEDIA_URL = "https://media.example/secret-picture.jpg"
HOOK = "https://hooks.example/secret-callback"
PUSH = PushChange(
    url="https://push.example/p4th",
    token="Sx7dQ2kLm9",
    callback_hosts=("hooks.example",),
)


def hide(user: str) -> bytes:
    return hmac.digest(b"k" * 32, user.encode(), "sha256")


@dataclass
class MediaWorld:
    """The service, the store behind it, and shorthands for calls."""

    world: World
    house: House
    room: MediaRoom
    headers: dict[str, str] = field(
        default_factory=lambda: {"authorization": f"Bearer {TOKEN}"}
    )

    async def check(self, body: Any = None, **changed: Any) -> dict[str, Any]:
        """Call media_check_async, by default for a picture in version 2."""
        usual = {"media_url": MEDIA_URL, "media_type": 2, "version": 2, "scene": 2}
        given = {**usual, "openid": "o1", **changed} if body is None else body
        return await self.world.post(ASYNC, given)

    async def post(self, path: str = NATIVE, **sent: Any) -> httpx.Response:
        headers = self.headers | sent.pop("headers", {})
        return await self.world.client.post(path, headers=headers, **sent)

    async def add(self, **changed: Any) -> httpx.Response:
        """Call `POST /v1/media`, by default for a picture."""
        given = {"url": MEDIA_URL, "type": "image", **changed}
        return await self.post(json=given)

    async def get(self, path: str = NATIVE, **query: Any) -> httpx.Response:
        return await self.world.client.get(path, headers=self.headers, params=query)

    async def job(self) -> Job:
        """The only open job, as a worker gets it."""
        return await self.house.claim_one()


@asynccontextmanager
async def media_world(
    database: Database,
    app: AppSettings | None = None,
    *,
    rules: IntakeRules | None = None,
    limits: MediaLimits | None = None,
    push: PushChange | None = PUSH,
    settings: Mapping[str, Any] | None = None,
) -> AsyncIterator[MediaWorld]:
    """Open such a service; the app allows callbacks to `hooks.example`."""
    house = House(database)
    await Access(database).create_app(APPID)
    pushes = make_room(database, FakePusher())
    if push is not None:
        await pushes.put(APPID, push)
    room = MediaRoom(
        intake=Intake(house.store, rules=rules),
        desk=JobDesk(house.store),
        push=pushes,
        keys=CallbackKeys(bytes(32)),
        callback_rules=Rules(ports=None),
        hide=hide,
        limits=limits or MediaLimits(),
    )
    world = make_world(app, **(settings or {}))
    world.rooms.media = room
    async with world.client:
        yield MediaWorld(world, house, room)
    await room.intake.close()
