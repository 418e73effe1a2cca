"""Databases for tests: each test gets its own, once on SQLite, once on PostgreSQL.

`empty_database_url` has no tables, `database_url` is migrated, `database` is
an open `Database` on it.
"""

import asyncio
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # ships no types
import pytest
import pytest_asyncio
from sqlalchemy.engine import make_url

from app.store import Database, migrate

# Only for tests that want them; see `tests.cli_helpers.environment`.
os.environ.setdefault("SECCHECK_IMAGE_WORKERS", "0")
os.environ.setdefault("SECCHECK_CONTENT_MODEL", "off")
SERVER = os.environ.get(
    "SECCHECK_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test"
)
BACKENDS = [
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.postgres),
]


def _plain(url: str) -> str:
    parsed = make_url(url).set(drivername="postgresql")
    return parsed.render_as_string(hide_password=False)


async def _server(*statements: str) -> None:
    connection = await asyncpg.connect(_plain(SERVER), timeout=10)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def _run(work: Coroutine[Any, Any, None]) -> None:
    # A private loop: asyncio.run would reset the policy's loop of other plugins.
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(work)
    finally:
        loop.close()


@dataclass
class Postgres:
    """Databases on the test server; `template` is migrated once."""

    made: list[str] = field(default_factory=list)
    template: str | None = None

    def create(self, template: str = "template0") -> str:
        name = f"seccheck_{uuid.uuid4().hex}"
        _run(_server(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        self.made.append(name)
        return name

    def url(self, name: str) -> str:
        parsed = make_url(_plain(SERVER)).set(database=name)
        return parsed.render_as_string(hide_password=False)

    def migrated(self) -> str:
        if self.template is None:
            name = self.create()
            migrate(self.url(name))
            # Only now: a broken migration must fail every test, not half of them.
            self.template = name
        return self.create(self.template)

    def drop(self, *names: str) -> None:
        drops = (f'DROP DATABASE "{name}" WITH (FORCE)' for name in names)
        _run(_server(*drops))
        self.made = [name for name in self.made if name not in names]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    try:
        _run(_server("SELECT 1"))
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        reason = f"no PostgreSQL answers at SECCHECK_TEST_POSTGRES: {error!r}"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    server = Postgres()
    yield server
    server.drop(*server.made)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "seccheck.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty_database_url(
    backend: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[str]:
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty' / 'seccheck.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.create()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def database_url(
    backend: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[str]:
    if backend == "sqlite":
        path = tmp_path / "seccheck.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.migrated()
    yield server.url(name)
    server.drop(name)


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database.open(database_url)
    yield opened
    await opened.close()
