"""Where a page of jobs ends: written into its answer, read from the next request."""

import math
import re

from app.jobs import JobView

_TRACE = re.compile(r"[0-9a-f-]{1,64}")


def write_cursor(last: JobView) -> str:
    """The place behind this job."""
    return f"{last.created!r}~{last.trace_id}"


def read_cursor(text: str) -> tuple[float, str]:
    """The place, as `Wanted.before` takes it.

    Raises:
        ValueError: `write_cursor` did not write this.
    """
    created, _, trace_id = text.partition("~")
    moment = float(created)
    if not math.isfinite(moment) or not is_trace_id(trace_id):
        message = "no cursor of a page"
        raise ValueError(message)
    return moment, trace_id


def is_trace_id(text: str) -> bool:
    """Whether this can be the trace_id of a job; no other text reaches the store."""
    return _TRACE.fullmatch(text) is not None
