"""The admin API with real rooms of vitals behind it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import httpx

from app.access import Access, AuditLog, Operator, Scope
from app.api.admin import Desk, admin_app
from app.store import Database
from app.vitals import BreakerRoom, BreakerSettings, Vitals
from tests.vitals.helpers import SECRET, Clock

EVERYTHING = frozenset(Scope)


@dataclass
class World:
    """A desk with the rooms of vitals, and clients with any scopes."""

    database: Database
    clock: Clock
    desk: Desk
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    @property
    def vitals(self) -> Vitals:
        return self.desk.vitals

    @property
    def breaker(self) -> BreakerRoom:
        return self.desk.breaker

    def client(self, *scopes: Scope) -> httpx.AsyncClient:
        operator = Operator("alice#3", frozenset(scopes) or EVERYTHING, 3)
        made = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=admin_app(self.desk, operator)),
            base_url="http://test/admin/v1",
        )
        self.clients.append(made)
        return made

    async def close(self) -> None:
        for client in self.clients:
            await client.aclose()

    async def audit(self) -> list[tuple[str, str, int, dict[str, Any]]]:
        rows = await self.desk.audit.entries()
        return [(row.action, row.target, row.status, row.detail) for row in rows]


def make_world(database: Database, folder: Path) -> World:
    """A desk that has the rooms of vitals only."""
    clock = Clock()
    nothing = cast(Any, None)
    desk = Desk(
        access=Access(database),
        audit=AuditLog(database),
        lexicon=nothing,
        drafts=nothing,
        publisher=nothing,
        trial=nothing,
        vitals=Vitals(database, SECRET, clock=clock),
        breaker=BreakerRoom(database, BreakerSettings(), lambda _: None, clock=clock),
        push=nothing,
        pictures=nothing,
        hash_picture=nothing,
        jobs=nothing,
        callback_keys=nothing,
        wordlists_dir=folder,
    )
    return World(database, clock, desk)
