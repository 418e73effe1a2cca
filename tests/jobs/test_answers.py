"""What answers of receivers mean."""

import pytest

from app.jobs import Outcome, Sent, answered
from app.jobs.answers import retry_after


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_any_success_is_taken(status: int) -> None:
    assert answered(status, {}) == Outcome(Sent.TAKEN, status=status)


@pytest.mark.parametrize("status", [301, 400, 401, 404, 429, 500, 502, 503])
def test_everything_else_is_tried_again(status: int) -> None:
    outcome = answered(status, {"retry-after": "120"})
    assert (outcome.sent, outcome.status) == (Sent.RETRY, status)
    assert outcome.retry_after == 120.0


def test_gone_is_gone() -> None:
    assert answered(410, {"retry-after": "1"}).sent is Sent.GONE


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("", None),
        ("soon", None),
        ("-5", None),
        ("٣", None),
        ("7", 7.0),
        ("9" * 400, 999_999_999.0),
        ("Thu, 01 Jan 1970 00:02:00 GMT", 20.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    assert retry_after(value, 100.0) == seconds
