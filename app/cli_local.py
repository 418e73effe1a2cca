"""The admin API in this process, on the configured database."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from typing import TypeVar

from app.access import Access, Operator, Scope
from app.api.admin import admin_app
from app.bootstrap import make_data_dir, plain_faults
from app.cli_admin import AdminClient, in_process
from app.cli_common import load_settings
from app.cli_database import opened
from app.lexicon import Lexicon
from app.operators import open_operators
from app.pictures.on_demand import HashingOnDemand
from app.settings import Settings
from app.store import migrate

T = TypeVar("T")


def local(work: Callable[[AdminClient], Awaitable[T]], *, words: bool = True) -> T:
    """Run `work` against the admin routes on the configured database.

    With `words` a new database gets the packs first, as at the first start.

    Raises:
        CommandError: the database cannot be used, or the request is refused.
    """
    settings = load_settings()
    with plain_faults():
        make_data_dir(settings)
        migrate(settings.database)
        return asyncio.run(_run(settings, work, words=words))


async def _run(
    settings: Settings, work: Callable[[AdminClient], Awaitable[T]], *, words: bool
) -> T:
    async with opened(settings) as db:
        if words:
            # Otherwise the first start would find a version and add no packs.
            await Lexicon(db).seed(settings.wordlists_dir)
        hashing = HashingOnDemand()
        desk = open_operators(settings, db, Access(db), hash_picture=hashing).desk
        operator = Operator(_who(), frozenset(Scope))
        try:
            async with in_process(admin_app(desk, operator)) as client:
                return await work(client)
        finally:
            await hashing.close()
            await desk.trial.close()


def _who() -> str:
    """Whoever sits at the command line, as far as the system knows."""
    try:
        return f"cli:{getpass.getuser()}"
    except (OSError, KeyError):  # a container may run under a number without name
        return "cli"
