"""One row of a wordlist: defaults, exemption and schedule."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.domain.entry import DEFAULT_LEVEL, Entry, Match
from app.domain.labels import Label

NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_a_term_alone_is_a_whole_row() -> None:
    entry = Entry("假证")
    assert entry.label is Label.OTHER
    assert entry.level == DEFAULT_LEVEL
    assert entry.match is Match.STANDARD
    assert not entry.scenes
    assert not entry.exempt


def test_no_label_means_exempt() -> None:
    assert Entry("大麻烦", None).exempt
    assert not Entry("大麻", Label.CRIME).exempt


def test_rows_do_not_change() -> None:
    entry = Entry("假证")
    with pytest.raises(FrozenInstanceError):
        entry.level = 1  # type: ignore[misc]


@pytest.mark.parametrize("name", ["exact", "standard", "fuzzy"])
def test_match_is_read_by_its_name(name: str) -> None:
    assert Match(name).value == name


@pytest.mark.parametrize(
    ("starts", "expires", "active"),
    [
        (None, None, True),
        (NOON, None, True),
        (NOON + SECOND, None, False),
        (NOON - SECOND, None, True),
        (None, NOON, False),
        (None, NOON + SECOND, True),
        (None, NOON - SECOND, False),
        (NOON, NOON + SECOND, True),
        (NOON - SECOND, NOON, False),
        (NOON + SECOND, NOON - SECOND, False),
    ],
)
def test_schedule_starts_inclusive_and_expires_exclusive(
    starts: datetime | None, expires: datetime | None, *, active: bool
) -> None:
    assert Entry("假证", starts=starts, expires=expires).active(NOON) is active


def test_schedule_understands_other_time_zones() -> None:
    beijing = timezone(timedelta(hours=8))
    entry = Entry("假证", starts=NOON, expires=NOON + SECOND)
    assert entry.active(NOON.astimezone(beijing))
    assert not entry.active((NOON + SECOND).astimezone(beijing))
