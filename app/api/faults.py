"""Report a failure of our own without a word of what the user wrote.

An exception's text often quotes its input, so only its type and the places it
passed through are logged.
"""

import structlog

from app.logs import places

_log = structlog.stdlib.get_logger("seccheck.api")


def report(error: BaseException, *, rid: str, path: str) -> None:
    """Log an unexpected exception under the rid that the caller was given."""
    _log.error(
        "request_failed",
        rid=rid,
        path=path,
        exception=type(error).__name__,
        frames=places(error.__traceback__),
    )
