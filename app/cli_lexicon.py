"""The lexicon of the configured database, for the length of a command."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from app.bootstrap import make_data_dir
from app.cli_common import fail, load_settings
from app.cli_database import opened, unusable
from app.lexicon import Lexicon, LexiconError
from app.store import UrlError, migrate

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

    try:
        make_data_dir(settings)
        migrate(settings.database)
        return asyncio.run(run())
    except (LexiconError, UrlError) as error:
        fail(str(error))
    except (OSError, SQLAlchemyError) as error:
        fail(unusable(error))
