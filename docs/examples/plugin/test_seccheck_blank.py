"""The test that every plug-in needs: the suite that seccheck's own pass."""

import pytest
from seccheck_blank import create

from app.image.decode import decode
from app.plugins.conformance import complaints


def test_it_keeps_to_the_contract() -> None:
    assert complaints(create({}), decode) == []


@pytest.mark.parametrize(
    "settings", [{"tolerance": "256"}, {"tolerance": "x"}, {"tolerence": "8"}]
)
def test_settings_that_make_no_sense(settings: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"toler|'x'"):
        create(settings)
