"""What is said when a picture could not be looked at."""

from http import HTTPStatus

from app.api.pictures import ImagesOffError
from app.api.problems import ProblemError
from app.image.errors import BusyError, Fault, PictureError, Trouble, WorkerError
from app.outbound import OutboundError

_RETRY = ((b"retry-after", b"2"),)
_OF_FAULT = {
    Fault.NOT_A_PICTURE: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    Fault.UNSUPPORTED: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    Fault.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Fault.DAMAGED: HTTPStatus.UNPROCESSABLE_ENTITY,
}


def problem_of(error: Exception) -> ProblemError | None:
    """The problem behind an error of the image room, None for any other error."""
    match error:
        case ProblemError():
            return error
        case ImagesOffError():
            return images_off()
        case BusyError():
            return ProblemError(
                HTTPStatus.SERVICE_UNAVAILABLE, "busy", _told(error), headers=_RETRY
            )
        case PictureError():
            kind = f"picture-{error.fault.value.replace('_', '-')}"
            return ProblemError(_OF_FAULT[error.fault], kind, _told(error))
        case WorkerError(trouble=Trouble.UNAVAILABLE):
            return ProblemError(
                HTTPStatus.SERVICE_UNAVAILABLE, "busy", _told(error), headers=_RETRY
            )
        case WorkerError():
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return ProblemError(status, "picture-unsafe", _told(error))
        case OutboundError():
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return ProblemError(status, "picture-not-fetched", _told(error))
        case _:
            return None


def images_off() -> ProblemError:
    """The problem of a service that looks at no pictures."""
    return ProblemError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "images-off",
        "Image checks are switched off (SECCHECK_IMAGE_WORKERS is 0).",
    )


def _told(error: Exception) -> str:
    said = str(error)
    return f"{said[:1].upper()}{said[1:]}."
