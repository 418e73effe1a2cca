import math
from typing import Any

import pytest

from app.vitals import BreakerSettings


def test_the_breaker_is_on_unless_told() -> None:
    settings = BreakerSettings()
    assert (settings.new_terms, settings.jumps) == (True, True)
    assert settings.least_share == settings.new_share == 0.03


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("minutes", 0), ("minutes", 61), ("long_minutes", 61), ("least_hits", 0),
        ("least_texts", 0), ("crowd_users", -1), ("long_minutes", 0),
        ("least_users", -1), ("new_hours", -1.0), ("new_hours", math.nan),
        ("new_share", 0.0), ("new_share", 1.0), ("emergency_share", 1.5),
        ("jump_share", -0.1), ("jump_ratio", 0.5), ("history_days", 0),
        ("least_history_days", 0), ("sender_hits", 0.9), ("chance", 0.0),
        ("chance", math.nan), ("rest_hours", -0.5), ("short_term", -1.0),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_by_name(name: str, value: float) -> None:
    wrong: dict[str, Any] = {name: value}
    with pytest.raises(ValueError, match=name):
        BreakerSettings(**wrong)


@pytest.mark.parametrize(
    ("name", "value"),
    [("minutes", 1), ("minutes", 60), ("least_users", 0), ("new_hours", 0.0)],
)
def test_the_ends_of_the_ranges_are_allowed(name: str, value: float) -> None:
    right: dict[str, Any] = {name: value}
    assert getattr(BreakerSettings(**right), name) == value
