"""A store of jobs on both databases."""

import pytest

from app.store import Database
from tests.jobs.helpers import House


@pytest.fixture
def house(database: Database) -> House:
    return House(database)
