"""What is said when media are not taken."""

from http import HTTPStatus

from app.api.http import CLOSE_HEADERS
from app.api.problems import (
    FieldError,
    ProblemError,
    storage_problem,
    unavailable_problem,
)
from app.jobs import AcceptError, BacklogError, ConflictError, StoreFullError


def accept_problem(error: AcceptError) -> ProblemError:
    """Why a check was not accepted."""
    match error:
        case ConflictError():
            return ProblemError(
                HTTPStatus.CONFLICT,
                "idempotency-conflict",
                "The idempotency key was used for another request.",
            )
        case BacklogError():
            wait = max(1, round(error.retry_after))
            return ProblemError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "busy",
                "Checks wait for too long already; try again later.",
                headers=[(b"retry-after", b"%d" % wait)],
            )
        case StoreFullError():
            return storage_problem()
        case _:
            return unavailable_problem()


def media_off() -> ProblemError:
    """The problem of a service that takes no media."""
    return ProblemError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "media-off",
        "Checks of media are switched off.",
    )


def too_large(most: int, *, unread: bool = False) -> ProblemError:
    """The file has more than `most` bytes; `unread`: some of them did not come in."""
    return ProblemError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "media-too-large",
        f"A file may have {most:,} bytes.",
        headers=CLOSE_HEADERS if unread else (),
    )


def callback_refused() -> ProblemError:
    """The app does not allow this callback URL."""
    detail = "must lead to a host that the app allows for callbacks"
    return ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid-request",
        "One or more fields are missing or wrong; see `errors`.",
        errors=[FieldError("/callback_url", detail)],
    )


def unknown_check() -> ProblemError:
    """There is no such check, or it is another app's."""
    return ProblemError(
        HTTPStatus.NOT_FOUND, "not-found", "The app has no check of this trace_id."
    )


def conflict(detail: str) -> ProblemError:
    """The state of the check does not allow it."""
    return ProblemError(HTTPStatus.CONFLICT, "conflict", detail)
