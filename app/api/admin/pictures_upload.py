"""The body of an upload: one picture, as it is or in a form."""

from http import HTTPStatus
from typing import Any, Final

from fastapi import Request

from app.api.forms import FormError, is_form, read_form
from app.api.http import BodyTooLargeError
from app.api.problems import ProblemError
from app.image.limits import MEBIBYTE

MAX_PICTURE: Final = 10 * MEBIBYTE
"""Largest picture in bytes; the workers refuse larger ones, too."""
MAX_UPLOAD: Final = MAX_PICTURE + MEBIBYTE // 16
"""Largest body: a form has a little more than its file."""

_FILE: dict[str, Any] = {"type": "string", "contentMediaType": "image/*"}
BODY: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        "application/octet-stream": {
            "schema": {"type": "string"},
            "examples": {"file": {"value": "the bytes of a JPEG file"}},
        },
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {"file": _FILE},
                "required": ["file"],
            },
            "examples": {"file": {"value": {"file": "the bytes of a JPEG file"}}},
        },
    },
}


async def uploaded(request: Request) -> bytes:
    """The picture of a request.

    Raises:
        ProblemError: a broken form, one with no file or with several.
        BodyTooLargeError: it is too large.
    """
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_UPLOAD:
            raise BodyTooLargeError
    given = bytes(body)
    kind = request.headers.get("content-type", "")
    return _file_of(kind, given) if is_form(kind, given) else given


def _file_of(kind: str, body: bytes) -> bytes:
    try:
        parts = read_form(kind, body)
    except FormError as error:
        detail = f"{str(error)[:1].upper()}{str(error)[1:]}."
        raise ProblemError(HTTPStatus.BAD_REQUEST, "bad-form", detail) from None
    if len(parts) != 1:
        raise ProblemError(
            HTTPStatus.BAD_REQUEST,
            "bad-form",
            "Send a form with exactly one file; all else goes into the query.",
        )
    return parts[0].data
