"""One open, migrated database for the length of a command."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.settings import Settings
from app.store import Database


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """The configured database, closed at the end."""
    db = Database.open(settings.database)
    try:
        yield db
    finally:
        await db.close()
