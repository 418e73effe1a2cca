"""The lexicon of the configured database, for the length of a command."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from app.bootstrap import make_data_dir, plain_faults
from app.cli_common import load_settings
from app.cli_database import opened
from app.lexicon import Lexicon
from app.store import migrate

T = TypeVar("T")


def with_lexicon(work: Callable[[Lexicon], Awaitable[T]]) -> T:
    """Run `work` on the lexicon of the configured database, seeded if new.

    Raises:
        CommandError: the database cannot be used, or the request is refused.
    """
    settings = load_settings()

    async def run() -> T:
        async with opened(settings) as db:
            lexicon = Lexicon(db)
            # Otherwise the first start would find a version and add no packs.
            await lexicon.seed(settings.wordlists_dir)
            return await work(lexicon)

    with plain_faults():
        make_data_dir(settings)
        migrate(settings.database)
        return asyncio.run(run())
