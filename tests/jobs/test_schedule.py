"""When tries are repeated."""

import pytest

from app.jobs import CHECK, NATIVE, SCHEDULES, WECHAT, Schedule
from app.jobs.schedule import LONGEST_ASKED

HOUR = 3600.0


def waits(schedule: Schedule, chance: float = 0.0) -> list[float]:
    found, attempt = [], 1
    while (wait := schedule.next(attempt, chance)) is not None:
        found.append(wait)
        attempt += 1
    return found


def test_native_callbacks_follow_standard_webhooks() -> None:
    hours = [wait / HOUR for wait in waits(NATIVE)[3:]]
    assert waits(NATIVE)[:3] == [5, 300, 1800]
    assert hours == [2, 5, 10, 14, 20, 24]


def test_wechat_pushes_are_repeated_three_times_at_once_and_then_for_days() -> None:
    assert waits(WECHAT)[:3] == [5, 5, 5]
    assert sum(waits(WECHAT)) > 72 * HOUR


def test_jitter_only_adds() -> None:
    assert waits(NATIVE, 1.0) == pytest.approx([wait * 1.1 for wait in waits(NATIVE)])


def test_a_receiver_is_left_alone_as_long_as_it_asks_within_reason() -> None:
    assert NATIVE.next(1, 0.0, asked=90.0) == 90.0
    assert NATIVE.next(2, 0.0, asked=90.0) == 300.0
    assert NATIVE.next(1, 0.0, asked=1e9) == LONGEST_ASKED


def test_every_kind_has_an_end() -> None:
    for schedule in (*SCHEDULES.values(), CHECK):
        assert schedule.next(len(schedule.waits) + 1, 0.0) is None
