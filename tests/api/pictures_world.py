"""The admin API with real lists of known pictures behind it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import httpx

from app.access import Access, AuditLog, Operator, Scope
from app.api.admin import Desk, admin_app
from app.image.errors import Fault, PictureError
from app.pictures.hashing import Hashed
from app.pictures.service import Pictures
from app.store import Database
from tests.pictures.house import Clock, hashed


async def hash_picture(data: bytes) -> Sequence[Hashed]:
    """A stand-in for the workers: what a file says, by its first word."""
    word = data.partition(b" ")[0]
    if word == b"plain":
        return [Hashed("original", hashed("plain"), 3)]
    if word != b"picture":
        raise PictureError(Fault.NOT_A_PICTURE, "this is not a picture")
    centre = hashed(f"{data!r} centre")
    return [
        Hashed("original", hashed(data), 90, centre),
        Hashed("trimmed", hashed(f"{data!r} trimmed"), 80),
    ]


@dataclass
class World:
    """A desk with the picture lists, and clients with any scopes."""

    desk: Desk
    clock: Clock
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def client(self, *scopes: Scope) -> httpx.AsyncClient:
        operator = Operator("alice#3", frozenset(scopes or Scope), 3)
        made = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=admin_app(self.desk, operator)),
            base_url="http://test/admin/v1/pictures",
        )
        self.clients.append(made)
        return made

    async def close(self) -> None:
        for client in self.clients:
            await client.aclose()

    async def audit(self) -> list[tuple[str, str, int, dict[str, Any]]]:
        """Every entry, newest first."""
        rows = await self.desk.audit.entries()
        return [(row.action, row.target, row.status, row.detail) for row in rows]


def make_world(database: Database, folder: Path) -> World:
    """A desk that has the picture lists only."""
    clock = Clock()
    rooms: dict[str, Any] = {one.name: None for one in fields(Desk) if one.init}
    rooms |= {
        "access": Access(database),
        "audit": AuditLog(database),
        "pictures": Pictures(database, clock=clock),
        "hash_picture": hash_picture,
        "wordlists_dir": folder,
    }
    return World(Desk(**rooms), clock)
