"""The whole service on a real database, wired by `app.main`."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.access import Access, AppSettings
from app.api.edge import Edge
from app.api.figures import FIGURES
from app.api.rest import Guard, create_rest
from app.api.rooms import Rooms
from app.domain.entry import Entry
from app.domain.labels import Label
from app.main import create_app, running
from app.settings import Settings
from app.store import Database
from tests.lexicon.serving import serve_list

APPID, SECRET = "wx1234567890abcdef", "the-first-secret"
TEXT = "/wxa/msg_sec_check"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path,
        database_url=database_url,
        lexicon_poll=timedelta(milliseconds=50),
    )


async def fill(url: str, app: AppSettings | None = None) -> None:
    db = Database.open(url)
    try:
        await Access(db).create_app(APPID, secret=SECRET, settings=app)
        await publish(db, "办证刻章")
    finally:
        await db.close()


async def publish(db: Database, *terms: str) -> int:
    entries = [Entry(term, Label.CRIME, 90) for term in terms]
    return await serve_list(db, entries, list_name="test")


@asynccontextmanager
async def service(settings: Settings) -> AsyncIterator[tuple[httpx.AsyncClient, Rooms]]:
    async with running(settings) as house:
        rooms = house.rooms
        edge = Edge(Guard(create_rest(), int(settings.v1_max_body)))
        edge.open(rooms)
        transport = httpx.ASGITransport(edge)
        async with httpx.AsyncClient(transport=transport, base_url="http://s") as made:
            await until(lambda: rooms.checker.ready)
            yield made, rooms


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(15):
        while not holds():
            await asyncio.sleep(0.02)


async def get_token(client: httpx.AsyncClient) -> str:
    query = {"grant_type": "client_credential", "appid": APPID, "secret": SECRET}
    answer = (await client.get("/cgi-bin/token", params=query)).json()
    return str(answer["access_token"])


async def check(client: httpx.AsyncClient, token: str, body: Any) -> dict[str, Any]:
    answer = await client.post(TEXT, params={"access_token": token}, json=body)
    shown: dict[str, Any] = answer.json()
    return shown


async def test_from_secret_to_verdict(settings: Settings, database_url: str) -> None:
    await fill(database_url)
    async with service(settings) as (client, _):
        token = await get_token(client)
        body = {"version": 2, "scene": 2, "openid": "o", "content": "办证刻章"}
        shown = await check(client, token, body)
        assert shown["result"] == {"suggest": "risky", "label": 20006}
        native = await client.post(
            "/v1/texts:check",
            auth=(APPID, SECRET),
            json={"texts": ["办·证·刻章", "好"]},
        )
        said = [result["suggest"] for result in native.json()["results"]]
        assert said == ["risky", "pass"]
        assert native.json()["lexicon_version"] == "1"


async def test_a_published_version_is_served_soon(
    settings: Settings, database_url: str
) -> None:
    await fill(database_url)
    async with service(settings) as (client, rooms):
        token = await get_token(client)
        db = Database.open(database_url)
        await publish(db, "办证刻章", "新来的词")
        await db.close()
        await until(lambda: rooms.checker.version == "2")
        shown = await check(client, token, {"version": 2, "content": "新来的词"})
        assert shown["result"]["suggest"] == "risky"


async def test_counts_and_records_survive_a_stop(
    settings: Settings, database_url: str
) -> None:
    await fill(database_url, AppSettings(day_limit=100))
    async with service(settings) as (client, _):
        token = await get_token(client)
        for _ in range(3):
            await check(client, token, {"content": "好"})
        refused = await check(client, token, {"content": ""})
    rid = refused["errmsg"].rpartition(" ")[2]
    async with service(settings) as (client, _):
        query = {"access_token": await get_token(client)}
        quota = await client.post(
            "/cgi-bin/openapi/quota/get", params=query, json={"cgi_path": TEXT}
        )
        assert quota.json()["quota"] == {"daily_limit": 100, "used": 4, "remain": 96}
        found = await client.post(
            "/cgi-bin/openapi/rid/get", params=query, json={"rid": rid}
        )
        assert found.json()["request"]["request_url"] == TEXT


async def test_quota_runs_out(settings: Settings, database_url: str) -> None:
    await fill(database_url, AppSettings(minute_limit=2))
    async with service(settings) as (client, _):
        token = await get_token(client)
        codes = [
            (await check(client, token, {"content": "好"}))["errcode"] for _ in range(3)
        ]
    assert codes == [0, 0, 44991]


async def test_former_tokens_and_strangers(
    settings: Settings, database_url: str
) -> None:
    await fill(database_url)
    async with service(settings) as (client, _):
        first, second = await get_token(client), await get_token(client)
        for token in (first, second):
            assert (await check(client, token, {"content": "好"}))["errcode"] == 0
        assert (await check(client, "x" * 40, {"content": "好"}))["errcode"] == 40001


async def test_an_unreachable_database_is_said_plainly(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path, database_url=f"sqlite:///{tmp_path}/nothing/here.db"
    )
    async with running(settings) as house:
        told = house.rooms.metrics.snapshot()["numbers"]
        assert {key for key, _ in told} <= {figure.key for figure in FIGURES}
        await until(lambda: house.rooms.lexicon.error is not None)
        assert not house.rooms.checker.ready


async def test_the_application_starts_and_stops_by_lifespan(
    settings: Settings, database_url: str, written: io.StringIO
) -> None:
    await fill(database_url)
    app = create_app(settings)
    arrived: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    sent: asyncio.Queue[Any] = asyncio.Queue()
    scope: dict[str, Any] = {"type": "lifespan", "state": {}}
    served = asyncio.ensure_future(app(scope, arrived.get, sent.put))
    await arrived.put({"type": "lifespan.startup"})
    assert (await sent.get())["type"] == "lifespan.startup.complete"
    await arrived.put({"type": "lifespan.shutdown"})
    assert (await sent.get())["type"] == "lifespan.shutdown.complete"
    await served
    assert "Traceback" not in written.getvalue()
