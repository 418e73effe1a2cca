"""The admin API over a real trial room, with a lexicon at hand."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import httpx

from app.access import Access, AuditLog, Operator, Scope
from app.api.admin import Desk, admin_app
from app.store import Database
from app.trial import Backtests, Cipher, Samples, Shadows, ShadowWatch, Trial
from app.trial.runner import COMMAND
from tests.trial.helpers import FakeLexicon, draft, word

EVERYTHING = frozenset(Scope)


@dataclass
class World:
    """The desk, and clients with any scopes."""

    desk: Desk
    lexicon: FakeLexicon
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def client(self, *scopes: Scope) -> httpx.AsyncClient:
        """A client with these scopes; without any named, with all."""
        operator = Operator("alice#3", frozenset(scopes) or EVERYTHING, 3)
        app = admin_app(self.desk, operator)
        made = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://test/admin/v1"
        )
        self.clients.append(made)
        return made

    async def audited(self) -> list[tuple[str, str, int, dict[str, Any]]]:
        """Every entry of the audit log, newest first."""
        rows = await self.desk.audit.entries()
        return [(row.action, row.target, row.status, row.detail) for row in rows]

    async def close(self) -> None:
        """End everything."""
        for client in self.clients:
            await client.aclose()
        await self.desk.trial.close()


def make_world(
    database: Database, folder: Path, command: Sequence[str] = COMMAND
) -> World:
    """Version 1 has one word, draft 3 weakens it and has another."""
    lexicon = FakeLexicon(folder)
    lexicon.contents["version:1"] = [word("代开发票")]
    lexicon.contents["draft:3@7"] = [word("代开发票", 50), word("刷单兼职")]
    lexicon.drafts[3] = draft(3, 7)
    cipher = Cipher(bytes(32))
    samples = Samples(database, cipher, chance=lambda: 0.0)
    trial = Trial(
        samples,
        Backtests(database, lexicon, lexicon.build, samples, cipher, command=command),
        Shadows(database, lexicon, lexicon, lexicon, lexicon.build),
        ShadowWatch(database, lexicon, lexicon, lexicon.load),
    )
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
        push=cast(Any, None),
        pictures=cast(Any, None),
        hash_picture=cast(Any, None),
        jobs=cast(Any, None),
        callback_keys=cast(Any, None),
        wordlists_dir=folder,
    )
    return World(desk, lexicon)


async def ended(client: httpx.AsyncClient, number: int) -> dict[str, Any]:
    """A backtest as it is shown when it is over."""
    async with asyncio.timeout(60):
        while True:
            answer = await client.get(f"/backtests/{number}")
            assert answer.status_code == 200, answer.text
            found: dict[str, Any] = answer.json()
            if found["state"] not in {"waiting", "running"}:
                return found
            await asyncio.sleep(0.05)
