"""One service for all tests that only ask; a test that stops it starts its own."""

from collections.abc import Iterator

import pytest

from tests.acceptance.service import Service, service_in


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
