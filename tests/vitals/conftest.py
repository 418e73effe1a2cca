import pytest

from app.store import Database
from app.vitals import Vitals
from tests.vitals.helpers import SECRET, Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def vitals(database: Database, clock: Clock) -> Vitals:
    return Vitals(database, SECRET, clock=clock)
