"""The words that the service serves now, for `seccheck check`."""

import asyncio
from pathlib import Path

from sqlalchemy import inspect

from app.bootstrap import plain_faults
from app.cli_database import opened
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
    with plain_faults():
        address = parse_url(settings.database)
        if address.sqlite and not Path(address.url.database or "").is_file():
            return None
        return asyncio.run(_live(settings))


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
