"""Counting what a native call costs an app."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from app.access import QuotaExceeded
from app.api.problems import ProblemError

if TYPE_CHECKING:
    from app.access import App
    from app.api.rooms import Rooms


def take(rooms: "Rooms", app: "App", path: str, count: int) -> None:
    """Count so many checks against the app's quota of an API.

    Raises:
        ProblemError: 429, when the quota does not hold them all.
    """
    try:
        rooms.quotas.take(app, path, count)
    except QuotaExceeded as error:
        wait = max(1, round(error.resets_in))
        raise ProblemError(
            HTTPStatus.TOO_MANY_REQUESTS,
            "quota-exceeded",
            f"The app's quota of this {error.window} does not hold {count} more.",
            headers=[(b"retry-after", b"%d" % wait)],
        ) from None
