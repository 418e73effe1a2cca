"""A service for each test, with fakes for the access room."""

from collections.abc import AsyncIterator

import pytest

from tests.api.fakes import World, make_world


@pytest.fixture
async def world() -> AsyncIterator[World]:
    made = make_world()
    async with made.client:
        yield made
