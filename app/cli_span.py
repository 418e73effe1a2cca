"""How long something lasts, as an operator types it: `90m`, `72h`, `3d`."""

import re
from datetime import timedelta

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SPAN = re.compile(r"([0-9]{1,6})\s*([mhdw])", re.IGNORECASE)

LONGEST = timedelta(days=3650)


def parse_span(text: str) -> timedelta:
    """A whole number of minutes, hours, days or weeks.

    Raises:
        ValueError: it is none, nothing at all, or more than ten years.
    """
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        message = f"{text[:20]!r} is no duration; write 90m, 72h, 3d or 2w"
        raise ValueError(message)
    span = timedelta(**{_UNITS[found[2].lower()]: int(found[1])})
    if not timedelta(0) < span <= LONGEST:
        message = "a duration is between 1m and ten years"
        raise ValueError(message)
    return span
