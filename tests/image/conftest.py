"""Workers find the classifiers of `offers` as if they were installed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

OFFERS = Path(__file__).parent / "offers"


@pytest.fixture(autouse=True, scope="session")
def _offers() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(OFFERS))
        yield
