"""One open, migrated database for the length of a command."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from app.access import Access, AccessError
from app.bootstrap import make_data_dir, plain_faults
from app.cli_common import fail, load_settings
from app.settings import Settings
from app.store import Database, migrate

T = TypeVar("T")


def with_access(work: Callable[[Access], Awaitable[T]]) -> T:
    """Run `work` on the apps and keys of the configured database.

    Raises:
        CommandError: the database cannot be used, or the request is refused.
    """
    settings = load_settings()
    with plain_faults():
        make_data_dir(settings)
        migrate(settings.database)
        try:
            return asyncio.run(_run(settings, work))
        except AccessError as error:
            fail(str(error))


async def _run(settings: Settings, work: Callable[[Access], Awaitable[T]]) -> T:
    async with opened(settings) as db:
        return await work(Access(db))


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """The configured database, closed at the end."""
    db = Database.open(settings.database)
    try:
        yield db
    finally:
        await db.close()
