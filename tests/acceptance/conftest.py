"""One service for all tests that only ask; a test that stops it starts its own."""

from collections.abc import Iterator

import pytest

from tests.acceptance.operators import (
    LAYOUTS,
    NO_BREAKER,
    SQLITE,
    TWO_MACHINES,
    House,
    Layout,
    house_in,
)
from tests.acceptance.service import Service, service_in
from tests.conftest import Postgres


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service_in(tmp_path_factory.mktemp("acceptance")) as running:
        running.create_app("plain")
        running.create_app("other")
        running.create_app("strict", "strict=true")
        yield running


@pytest.fixture(scope="session")
def plain(service: Service) -> str:
    """A token of an app with the default settings."""
    return service.token("plain")


@pytest.fixture(scope="session")
def strict(service: Service) -> str:
    """A token of an app that is treated as WeChat treats it."""
    return service.token("strict")


def marked(*layouts: Layout) -> list[object]:
    """Layouts as parameters; those on PostgreSQL can be left out by their mark."""
    marks = {"postgresql": [pytest.mark.postgres], "sqlite": []}
    return [pytest.param(one, id=one.name, marks=marks[one.backend]) for one in layouts]


def _house(
    request: pytest.FixtureRequest, factory: pytest.TempPathFactory
) -> Iterator[House]:
    def postgres() -> Postgres:
        server: Postgres = request.getfixturevalue("postgres")
        return server

    folder = factory.mktemp(request.param.name)
    with house_in(folder, request.param, postgres, **NO_BREAKER) as made:
        yield made


@pytest.fixture(scope="module", params=marked(SQLITE, TWO_MACHINES))
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """One process with SQLite; two services on one PostgreSQL."""
    yield from _house(request, tmp_path_factory)


@pytest.fixture(scope="module", params=marked(*LAYOUTS))
def any_house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """Every layout there is."""
    yield from _house(request, tmp_path_factory)
