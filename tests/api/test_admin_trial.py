"""The admin API of backtests and shadows, on a real trial room and database."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from app.access import Access, AuditLog, Operator, Scope
from app.api.admin import Desk, admin_app
from app.store import Database
from app.trial import Backtests, Cipher, Samples, Shadows, ShadowWatch, Trial
from tests.trial.helpers import FakeLexicon, draft, word

EVERYTHING = frozenset(Scope)


@dataclass
class World:
    """The desk with a lexicon at hand, and clients with any scopes."""

    desk: Desk
    lexicon: FakeLexicon
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def client(self, scopes: frozenset[Scope] = EVERYTHING) -> httpx.AsyncClient:
        app = admin_app(self.desk, Operator("alice#3", scopes, 3))
        made = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url="http://test/admin/v1",
        )
        self.clients.append(made)
        return made

    async def actions(self) -> list[tuple[str, str, int, dict[str, Any]]]:
        rows = await self.desk.audit.entries()
        return [(row.action, row.target, row.status, row.detail) for row in rows]


def make_trial(database: Database, lexicon: FakeLexicon) -> Trial:
    cipher = Cipher(bytes(32))
    samples = Samples(database, cipher, chance=lambda: 0.0)
    return Trial(
        samples,
        Backtests(database, lexicon, lexicon.build, samples, cipher),
        Shadows(database, lexicon, lexicon, lexicon, lexicon.build),
        ShadowWatch(database, lexicon, lexicon, lexicon.load),
    )


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    lexicon = FakeLexicon(tmp_path)
    lexicon.contents["version:1"] = [word("代开发票")]
    lexicon.contents["draft:3@7"] = [word("代开发票", 50), word("刷单兼职")]
    lexicon.drafts[3] = draft(3, 7)
    trial = make_trial(database, lexicon)
    anything = cast(Any, lexicon)
    desk = Desk(
        access=Access(database),
        audit=AuditLog(database),
        lexicon=anything,
        drafts=anything,
        publisher=anything,
        trial=trial,
        vitals=cast(Any, None),
        breaker=cast(Any, None),
        wordlists_dir=tmp_path,
    )
    made = World(desk, lexicon)
    yield made
    for client in made.clients:
        await client.aclose()
    await trial.close()


async def ended(client: httpx.AsyncClient, number: int) -> dict[str, Any]:
    async with asyncio.timeout(60):
        while True:
            answer = await client.get(f"/backtests/{number}")
            assert answer.status_code == 200, answer.text
            found: dict[str, Any] = answer.json()
            if found["state"] not in {"waiting", "running"}:
                return found
            await asyncio.sleep(0.05)


TEXTS = "诚招刷单兼职\n今天天气很好\n这里代开发票\n"


async def test_a_file_of_texts(world: World) -> None:
    client = world.client()
    begun = await client.post("/drafts/3/backtest", content=TEXTS.encode())
    assert begun.status_code == 202, begun.text
    assert begun.json()["candidate"] == "draft:3@7"
    found = await ended(client, begun.json()["id"])
    assert (found["state"], found["error"], found["source"]) == ("done", None, "file")
    assert (found["progress"], found["texts"]) == (1.0, 3)
    assert found["summary"]["flipped"] == 2
    assert found["by_term"] == [
        {
            "list": "own",
            "term": "刷单兼职",
            "kind": "caused",
            "before": "pass",
            "after": "risky",
            "count": 1,
            "examples": ["诚招刷单兼职"],
        },
        {
            "list": "own",
            "term": "代开发票",
            "kind": "changed",
            "before": "risky",
            "after": "review",
            "count": 1,
            "examples": ["这里代开发票"],
        },
    ]
    assert found["next"] is None
    (entry,) = await world.actions()
    assert entry == (
        "backtest.start",
        "draft:3",
        202,
        {"revision": 7, "source": "file", "backtest": found["id"]},
    )


async def test_a_shadow_from_start_to_promotion(world: World) -> None:
    client = world.client()
    assert (await client.get("/shadow")).json() is None
    begun = await client.put("/shadow", json={"candidate": "draft:3@7", "share": 0.5})
    assert begun.status_code == 201, begun.text
    assert (begun.json()["state"], begun.json()["base"]) == ("running", 1)
    again = await client.put("/shadow", json={"candidate": "draft:3@7"})
    assert again.status_code == 409
    assert (await client.get("/shadow/terms")).json() == {"items": [], "next": None}
    made = await client.post("/shadow/promote", json={"why": "all right"})
    assert made.status_code == 201, made.text
    assert made.json()["number"] == 2
    assert world.lexicon.published == ["draft:3@7 alice#3 all right False"]
    assert (await client.get("/shadow")).json()["state"] == "promoted"
    assert (await client.delete("/shadow")).status_code == 404
