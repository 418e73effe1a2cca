"""The words that the service serves now, for `seccheck check`."""

import asyncio
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from app.cli_common import fail
from app.cli_database import opened, unusable
from app.cli_words import Words
from app.lexicon.service import Lexicon
from app.settings import Settings
from app.store import Database
from app.store.lexicon_tables import lexicon_live
from app.store.url import parse_url


def live_words(settings: Settings) -> Words | None:
    """The live lexicon version; None when nothing was published yet.

    Never makes a database or changes one.

    Raises:
        CommandError: there is a database, but it cannot be used.
    """
    address = parse_url(settings.database)
    if address.sqlite and not Path(address.url.database or "").is_file():
        return None
    try:
        return asyncio.run(_live(settings))
    except (OSError, SQLAlchemyError) as error:
        fail(unusable(error))


async def _live(settings: Settings) -> Words | None:
    async with opened(settings) as db:
        if not await _migrated(db):
            return None
        lexicon = Lexicon(db)
        version = await lexicon.live_version()
        return Words(await lexicon.entries(version), str(version)) if version else None


async def _migrated(db: Database) -> bool:
    async with db.read() as connection:
        return await connection.run_sync(
            lambda sync: inspect(sync).has_table(lexicon_live.name)
        )
