"""A PostgreSQL database for a benchmark, where a server answers."""

import asyncio
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import asyncpg  # type: ignore[import-untyped]  # ships no types

SERVER: Final = os.environ.get(
    "SECCHECK_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test"
)
"""The server that the tests use, too."""


def missing() -> str:
    """Why there is no PostgreSQL to measure; "" when there is."""
    try:
        asyncio.run(_say("SELECT 1"))
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        return f"no PostgreSQL answers ({type(error).__name__}); it was not measured"
    return ""


@contextmanager
def database() -> Iterator[str]:
    """The address of an empty database, which is gone afterwards."""
    name = f"seccheck_bench_{uuid.uuid4().hex[:12]}"
    asyncio.run(_say(f'CREATE DATABASE "{name}"'))
    try:
        yield urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}"))
    finally:
        asyncio.run(_say(f'DROP DATABASE "{name}" WITH (FORCE)'))


async def _say(statement: str) -> None:
    connection = await asyncpg.connect(SERVER, timeout=5)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
