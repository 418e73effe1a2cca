"""From what a service refuses to the problem that the caller is shown."""

from http import HTTPStatus

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from app.access import AccessError, Reason
from app.api.admin.desk import ClosedDeskError
from app.api.http import BodyTooLargeError
from app.api.problems import (
    ProblemError,
    internal_problem,
    invalid_problem,
    storage_problem,
    too_large_problem,
    unavailable_problem,
)
from app.api.v1.image_problems import problem_of as picture_problem_of
from app.image.errors import ImageError
from app.lexicon.errors import (
    ConflictError,
    FourEyesError,
    LexiconError,
    NotFoundError,
    StaleError,
)
from app.pictures.errors import (
    HashingOffError,
    MovedError,
    NotListedError,
    PicturesError,
)
from app.store import database_is_away, disk_is_full
from app.trial import TrialBusyError, TrialError, TrialNotFoundError


def problem_of(error: Exception) -> tuple[ProblemError, bool]:
    """The problem behind an exception, and whether the failure is ours to repair."""
    known = _request_problem(error) or _service_problem(error)
    if known is not None:
        return known, False
    return _failure(error), True


def _failure(error: Exception) -> ProblemError:
    """The problem of something that failed on our side."""
    if disk_is_full(error):
        return storage_problem()
    return unavailable_problem() if database_is_away(error) else internal_problem()


def _request_problem(error: Exception) -> ProblemError | None:
    """What is wrong with the request itself."""
    match error:
        case ProblemError():
            return error
        case RequestValidationError():
            return _bad_json(error) or invalid_problem(error)
        case BodyTooLargeError():
            return too_large_problem()
        case HTTPException():
            status = HTTPStatus(error.status_code)
            return ProblemError(status, "invalid-request", str(error.detail))
        case ClientDisconnect():
            return ProblemError(
                HTTPStatus.BAD_REQUEST, "invalid-request", "The body broke off."
            )
        case _:
            return None


def _bad_json(error: RequestValidationError) -> ProblemError | None:
    """A body that is no JSON at all."""
    if not any(item["type"] == "json_invalid" for item in error.errors()):
        return None
    return ProblemError(HTTPStatus.BAD_REQUEST, "bad-json", "Send JSON in UTF-8.")


def _service_problem(error: Exception) -> ProblemError | None:
    """What the state of things does not allow."""
    match error:
        case AccessError():
            return _access_problem(error)
        case ClosedDeskError():
            return ProblemError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "not-ready",
                "The service is starting or stopping; please try again.",
                headers=[(b"retry-after", b"1")],
            )
        case LexiconError():
            return _lexicon_problem(error)
        case TrialError():
            return _trial_problem(error)
        case PicturesError():
            return _pictures_problem(error)
        case ImageError():
            return picture_problem_of(error)
        case _:
            return None


def _lexicon_problem(error: LexiconError) -> ProblemError:
    detail = _sentence(str(error))
    match error:
        case NotFoundError():
            return ProblemError(HTTPStatus.NOT_FOUND, "not-found", detail)
        case StaleError():
            return ProblemError(HTTPStatus.PRECONDITION_FAILED, "stale", detail)
        case FourEyesError():
            kind = "second-person-required"
            return ProblemError(HTTPStatus.CONFLICT, kind, detail)
        case ConflictError():
            terms = [{"list": name, "term": term} for name, term in error.terms]
            extra = {"conflicts": terms}
            return ProblemError(HTTPStatus.CONFLICT, "conflict", detail, extra=extra)
        case _:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return ProblemError(status, "invalid-request", detail)


def _trial_problem(error: TrialError) -> ProblemError:
    detail = _sentence(str(error))
    match error:
        case TrialNotFoundError():
            return ProblemError(HTTPStatus.NOT_FOUND, "not-found", detail)
        case TrialBusyError():
            return ProblemError(HTTPStatus.CONFLICT, "conflict", detail)
        case _:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return ProblemError(status, "invalid-request", detail)


def _pictures_problem(error: PicturesError) -> ProblemError:
    detail = _sentence(str(error))
    match error:
        case NotListedError():
            return ProblemError(HTTPStatus.NOT_FOUND, "not-found", detail)
        case MovedError():
            extra = {"live": error.live}
            return ProblemError(HTTPStatus.CONFLICT, "conflict", detail, extra=extra)
        case HashingOffError():
            status = HTTPStatus.SERVICE_UNAVAILABLE
            return ProblemError(status, "images-off", detail)
        case _:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return ProblemError(status, "invalid-request", detail)


def _sentence(said: str) -> str:
    return said[:1].upper() + said[1:] + "."


_STATUS = {
    Reason.APP_UNKNOWN: (HTTPStatus.NOT_FOUND, "not-found"),
    Reason.ADMIN_KEY: (HTTPStatus.NOT_FOUND, "not-found"),
    Reason.APP_EXISTS: (HTTPStatus.CONFLICT, "conflict"),
    Reason.FORBIDDEN: (HTTPStatus.FORBIDDEN, "forbidden"),
}


def _access_problem(error: AccessError) -> ProblemError:
    detail = _sentence(str(error))
    if error.reason is Reason.THROTTLED:
        wait = max(1, round(error.retry_after or 1))
        return ProblemError(
            HTTPStatus.TOO_MANY_REQUESTS,
            "throttled",
            "Too many wrong admin keys came from this address.",
            headers=[(b"retry-after", b"%d" % wait)],
        )
    status, kind = _STATUS.get(
        error.reason, (HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-request")
    )
    return ProblemError(status, kind, detail)
