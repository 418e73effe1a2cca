"""Errors of the native API as problem details (RFC 9457)."""

import secrets
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from app.api.http import CLOSE_HEADERS, reply
from app.api.jsonio import dumps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi.exceptions import RequestValidationError
    from starlette.types import Send

TYPE_PROBLEM = b"application/problem+json"
RETRY_SECONDS = 2
"""When another try makes sense while the database is away."""
_TYPE_PREFIX = "urn:seccheck:problem:"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that is wrong: a JSON pointer into the body, and why."""

    pointer: str
    detail: str


class ProblemError(Exception):
    """A refusal of the native API.

    `kind` is the stable last part of the problem's `type`; `detail` is a sentence
    for people and never repeats what the caller sent. `extra` are further members
    of the document that this kind has.
    """

    def __init__(
        self,
        status: HTTPStatus,
        kind: str,
        detail: str,
        *,
        errors: "Sequence[FieldError]" = (),
        headers: "Sequence[tuple[bytes, bytes]]" = (),
        extra: "Mapping[str, Any] | None" = None,
    ) -> None:
        super().__init__(kind)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.errors = errors
        self.headers = headers
        self.extra = extra or {}

    def document(self, trace_id: str) -> dict[str, Any]:
        """Render the problem document."""
        shown: dict[str, Any] = {
            "type": _TYPE_PREFIX + self.kind,
            "title": TITLES[self.kind],
            "status": int(self.status),
            "detail": self.detail,
            "trace_id": trace_id,
        }
        if self.errors:
            shown["errors"] = [
                {"pointer": item.pointer, "detail": item.detail} for item in self.errors
            ]
        return {**shown, **self.extra}


TITLES: dict[str, str] = {
    "bad-json": "The body is not valid JSON",
    "bad-form": "The body is not a valid form",
    "invalid-request": "The request has invalid fields",
    "unauthorized": "Credentials are missing or wrong",
    "token-expired": "The access token has expired",
    "app-disabled": "The app is disabled",
    "forbidden": "The key does not allow this",
    "throttled": "Too many attempts",
    "quota-exceeded": "The quota is used up",
    "body-too-large": "The body is too large",
    "body-too-slow": "The body did not arrive in time",
    "not-found": "There is nothing at this address",
    "method-not-allowed": "The method is not allowed here",
    "conflict": "The present state does not allow this",
    "second-person-required": "Somebody else has to approve",
    "stale": "Somebody changed it meanwhile",
    "revision-required": "The revision is missing",
    "picture-not-a-picture": "The file is not a picture",
    "picture-unsupported": "Pictures of this kind are not looked at",
    "picture-too-large": "The picture is too large",
    "picture-damaged": "The picture is damaged",
    "picture-unsafe": "The picture could not be decoded safely",
    "picture-not-fetched": "The picture could not be fetched",
    "images-off": "Image checks are switched off",
    "media-off": "No media are taken here",
    "media-too-large": "The file is too large",
    "idempotency-conflict": "The idempotency key belongs to another request",
    "busy": "Too much is waiting",
    "not-ready": "The service is not ready",
    "unavailable": "The service cannot answer at the moment",
    "storage-full": "The service has no room left on its disk",
    "internal": "Something failed on our side",
}
"""Every problem type with its title, in the order of the documentation."""


def new_trace_id() -> str:
    """Make a trace id where the access room is not at hand."""
    first, second = secrets.randbits(32), secrets.randbits(32)
    return f"{int(time.time()):08x}-{first:08x}-{second:08x}"


def problem_response(problem: ProblemError, trace_id: str) -> Response:
    """Make the answer of a FastAPI route out of a problem."""
    return Response(
        dumps(problem.document(trace_id)),
        problem.status,
        {name.decode(): value.decode() for name, value in problem.headers},
        TYPE_PROBLEM.decode(),
    )


def invalid_problem(error: "RequestValidationError") -> ProblemError:
    """Name the fields that FastAPI refused, without what they held."""
    errors = [
        FieldError(
            "/" + "/".join(str(at) for at in item["loc"][1:]),
            item["msg"].removeprefix("Value error, "),
        )
        for item in error.errors()
    ]
    return ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid-request",
        "One or more fields are missing or wrong; see `errors`.",
        errors=errors,
    )


async def send_problem(send: "Send", problem: ProblemError, trace_id: str) -> None:
    """Answer with a problem document."""
    await reply(
        send,
        problem.status,
        dumps(problem.document(trace_id)),
        content_type=TYPE_PROBLEM,
        headers=problem.headers,
    )


def internal_problem() -> ProblemError:
    """Return the answer to a failure of our own, which says nothing about it."""
    return ProblemError(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal",
        "The failure is in the log under this trace_id; please try again.",
    )


def unavailable_problem() -> ProblemError:
    """Return the answer while the database is out of reach."""
    return ProblemError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "unavailable",
        "The service cannot reach its database; please try again.",
        headers=[(b"retry-after", b"%d" % RETRY_SECONDS)],
    )


def storage_problem() -> ProblemError:
    """Return the answer when a disk is full; nothing was changed."""
    return ProblemError(
        HTTPStatus.INSUFFICIENT_STORAGE,
        "storage-full",
        "Nothing was changed; make room on the disk of the service or its database.",
    )


def too_large_problem() -> ProblemError:
    """Return the answer to a body above the limit."""
    return ProblemError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "body-too-large",
        "Send fewer or shorter texts in one request.",
        headers=CLOSE_HEADERS,
    )


def method_problem(allowed: str) -> ProblemError:
    """Return the answer to a method that an address does not know."""
    return ProblemError(
        HTTPStatus.METHOD_NOT_ALLOWED,
        "method-not-allowed",
        f"Use {allowed}.",
        headers=[(b"allow", allowed.encode())],
    )


def not_found_problem() -> ProblemError:
    """Return the answer to an unknown address."""
    return ProblemError(
        HTTPStatus.NOT_FOUND, "not-found", "See /openapi.json for what there is."
    )
