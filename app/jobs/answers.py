"""What the answer of a receiver means, by the rules of Standard Webhooks."""

import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime

from app.jobs.values import Outcome, Sent

_GONE = 410
_MOST_DIGITS = 9


def answered(
    status: int,
    headers: Mapping[str, str],
    *,
    clock: Callable[[], float] = time.time,
) -> Outcome:
    """The outcome of a try that was answered; header names are in lower case.

    Any status 2xx means taken, 410 that the receiver wants no more, everything else
    that it should be tried again, not before `Retry-After`.
    """
    if 200 <= status < 300:
        return Outcome(Sent.TAKEN, status=status)
    why = f"the receiver answered with status {status}"
    if status == _GONE:
        return Outcome(Sent.GONE, why, status)
    asked = retry_after(headers.get("retry-after", ""), clock())
    return Outcome(Sent.RETRY, why, status, asked)


def retry_after(value: str, now: float) -> float | None:
    """Seconds from a `Retry-After`, which has seconds or a date; None for neither."""
    value = value.strip()
    if value.isascii() and value.isdecimal():
        return float(value[:_MOST_DIGITS])
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None
