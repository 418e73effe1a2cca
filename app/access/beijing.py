"""WeChat's quota days and months begin at midnight in Beijing."""

from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
"""China has had no summer time since 1991."""
MINUTE = 60
DAY = 86_400
_SHIFT = 8 * 3600


def minute_number(now: float) -> int:
    """Minutes since 1970."""
    return int(now // MINUTE)


def day_number(now: float) -> int:
    """Days since 1970, counted in Beijing."""
    return int((now + _SHIFT) // DAY)


def minute_left(now: float) -> float:
    """Seconds until the next minute."""
    return MINUTE - now % MINUTE


def day_left(now: float) -> float:
    """Seconds until the next day in Beijing."""
    return DAY - (now + _SHIFT) % DAY


def month_number(now: float) -> int:
    """Year and month in Beijing, such as 202611."""
    today = datetime.fromtimestamp(now, BEIJING)
    return today.year * 100 + today.month


def month_left(now: float) -> float:
    """Seconds until the next month in Beijing."""
    first = datetime.fromtimestamp(now, BEIJING).replace(
        day=1, hour=0, minute=0, second=0, microsecond=0
    )
    following = (first + timedelta(days=32)).replace(day=1)
    return following.timestamp() - now
