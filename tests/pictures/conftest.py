import pytest

from app.store import Database
from tests.pictures.house import House


@pytest.fixture
def house(database: Database) -> House:
    return House(database)
