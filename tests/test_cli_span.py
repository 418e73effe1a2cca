"""Durations as operators type them."""

from datetime import timedelta

import pytest

from app.cli_span import parse_span


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90m", timedelta(minutes=90)),
        ("72h", timedelta(hours=72)),
        (" 3D ", timedelta(days=3)),
        ("2 w", timedelta(weeks=2)),
    ],
)
def test_a_number_with_a_unit(text: str, span: timedelta) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize(
    "text", ["", "72", "h", "-3h", "1.5h", "3y", "３h", "1h30m", "9999999h"]
)
def test_anything_else_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="write 90m, 72h, 3d or 2w"):
        parse_span(text)


@pytest.mark.parametrize("text", ["0h", "99999w"])
def test_neither_nothing_nor_for_ever(text: str) -> None:
    with pytest.raises(ValueError, match="between 1m and ten years"):
        parse_span(text)
