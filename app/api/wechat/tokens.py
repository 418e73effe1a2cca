"""`/cgi-bin/token` and `/cgi-bin/stable_token`."""

from typing import TYPE_CHECKING

import orjson

from app.access import AccessError, IssuedToken, Reason
from app.api.http import caller, query_value
from app.api.wechat import fields

if TYPE_CHECKING:
    from app.api.rooms import Rooms
    from app.api.wechat.endpoint import Call

TOKEN_PATH = "/cgi-bin/token"  # noqa: S105
STABLE_TOKEN_PATH = "/cgi-bin/stable_token"  # noqa: S105

_GRANT_TYPE = "client_credential"


async def token(rooms: "Rooms", call: "Call") -> bytes:
    """Issue a new token; the former one lives on for the overlap."""
    query = call.scope["query_string"]
    appid, secret = _credentials(
        query_value(query, b"grant_type"),
        query_value(query, b"appid"),
        query_value(query, b"secret"),
    )
    return _answer(rooms, call, await rooms.access.issue_token(appid, secret))


async def stable_token(rooms: "Rooms", call: "Call") -> bytes:
    """Return the app's stable token, or force a new one."""
    given = call.fields
    appid, secret = _credentials(
        fields.text(given, "grant_type"),
        fields.text(given, "appid"),
        fields.text(given, "secret"),
    )
    issued = await rooms.access.stable_token(
        appid, secret, force_refresh=fields.flag(given, "force_refresh")
    )
    return _answer(rooms, call, issued)


def _credentials(grant_type: str, appid: str, secret: str) -> tuple[str, str]:
    if grant_type != _GRANT_TYPE:
        raise AccessError(Reason.GRANT_TYPE)
    if not appid:
        raise AccessError(Reason.APPID_MISSING)
    if not secret:
        raise AccessError(Reason.SECRET_MISSING)
    return appid, secret


def _answer(rooms: "Rooms", call: "Call", issued: IssuedToken) -> bytes:
    """Render a token; the one answer without an errcode, as WeChat has it."""
    if not rooms.breaker.idle:
        rooms.breaker.forgive(caller(call.scope))
    return orjson.dumps({"access_token": issued.token, "expires_in": issued.expires_in})
