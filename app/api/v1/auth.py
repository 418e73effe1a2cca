"""Who calls the native API: an access token, or appid and secret."""

import base64
import binascii
import hashlib
import secrets
from collections import OrderedDict
from http import HTTPStatus
from typing import TYPE_CHECKING

from app.access import AccessError, App, Reason
from app.api.http import header
from app.api.problems import ProblemError

if TYPE_CHECKING:
    from starlette.types import Scope

    from app.api.rooms import Rooms

_CHALLENGES = (
    (b"www-authenticate", b'Bearer realm="seccheck"'),
    (b"www-authenticate", b'Basic realm="seccheck", charset="UTF-8"'),
)
BASIC_SECONDS = 5.0
"""So long a verified appid and secret is believed, as a token is: within it a
disabled app or a changed setting may go unnoticed."""
_MAX_BASIC = 1000


class Auth:
    """Admits callers of the native API."""

    def __init__(self, rooms: "Rooms") -> None:
        self._rooms = rooms
        self._salt = secrets.token_bytes(16)
        self._basic: OrderedDict[bytes, tuple[App, float]] = OrderedDict()

    async def admit(self, scope: "Scope") -> App:
        """Return the app that calls.

        Raises:
            ProblemError: 401 without valid credentials, 403 for a disabled app,
                429 after too many wrong secrets.
        """
        kind, _, value = header(scope, b"authorization").partition(" ")
        value = value.strip()
        try:
            match kind.lower():
                case "bearer":
                    app = self._rooms.access.cached(value)
                    return app or await self._rooms.access.resolve(value)
                case "basic":
                    return await self._admit_basic(value)
                case _:
                    raise AccessError(Reason.TOKEN_MISSING)
        except AccessError as error:
            raise problem_of(error) from None

    async def _admit_basic(self, value: str) -> App:
        key = hashlib.sha256(self._salt + value.encode("latin-1")).digest()
        now = self._rooms.clock()
        known = self._basic.get(key)
        if known is not None and 0 <= now - known[1] < BASIC_SECONDS:
            return known[0]
        appid, secret = _decode(value)
        app = await self._rooms.access.verify_secret(appid, secret)
        self._basic[key] = (app, now)
        self._basic.move_to_end(key)
        if len(self._basic) > _MAX_BASIC:
            self._basic.popitem(last=False)
        return app


def _decode(value: str) -> tuple[str, str]:
    try:
        pair = base64.b64decode(value, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        raise AccessError(Reason.SECRET_WRONG) from None
    appid, _, secret = pair.partition(":")
    return appid, secret


def problem_of(error: AccessError) -> ProblemError:
    """Translate a refusal of the access room."""
    detail = _DETAILS.get(error.reason, _WRONG)
    match error.reason:
        case Reason.APP_DISABLED:
            return ProblemError(HTTPStatus.FORBIDDEN, "app-disabled", detail)
        case Reason.THROTTLED:
            wait = max(1, round(error.retry_after or 1))
            return ProblemError(
                HTTPStatus.TOO_MANY_REQUESTS,
                "throttled",
                detail,
                headers=[(b"retry-after", b"%d" % wait)],
            )
        case Reason.TOKEN_EXPIRED:
            kind = "token-expired"
        case _:
            kind = "unauthorized"
    return ProblemError(HTTPStatus.UNAUTHORIZED, kind, detail, headers=_CHALLENGES)


_WRONG = "The appid or the secret is wrong."
_DETAILS = {
    Reason.TOKEN_MISSING: (
        "Send `Authorization: Bearer` with an access token from /cgi-bin/token, or"
        " `Authorization: Basic` with appid and secret."
    ),
    Reason.TOKEN_UNKNOWN: "The access token is unknown; get one from /cgi-bin/token.",
    Reason.TOKEN_EXPIRED: "Get a new access token from /cgi-bin/token.",
    Reason.APP_DISABLED: "The operator has disabled this app.",
    Reason.THROTTLED: "Too many wrong secrets for this appid.",
}
