"""A service for each test, with fakes for the access room."""

import io
import logging
from collections.abc import AsyncIterator, Iterator

import pytest
import structlog

from app import logs
from tests.api.fakes import World, make_world


@pytest.fixture
async def world() -> AsyncIterator[World]:
    made = make_world()
    async with made.client:
        yield made


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the service logs, as JSON lines; the set-up ends with the test."""
    root = logging.getLogger()
    before, level = root.handlers, root.level
    stream = io.StringIO()
    logs.configure(stream=stream)
    yield stream
    root.handlers = before
    root.setLevel(level)
    structlog.reset_defaults()
