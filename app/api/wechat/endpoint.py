"""What every compatible endpoint does round its own work.

Status 200 and JSON whatever happens; an error carries `errcode`, `errmsg` and a
rid that can be asked about for a week.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any

import orjson

from app.access import AccessError, App, QuotaExceeded, Reason, RidError, RidRecord
from app.api import faults
from app.api.http import (
    CLOSE_HEADERS,
    BodyTimeoutError,
    BodyTooLargeError,
    DisconnectedError,
    caller,
    query_value,
    read_body,
    reply,
)
from app.api.jsonio import BadJsonError, loads
from app.api.wechat import errors
from app.api.wechat.errors import MESSAGES, WechatError

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from app.api.rooms import Rooms

_TOKEN_NAMES = (b"access_token", b"cloudbase_access_token")


@dataclass(slots=True)
class Call:
    """One request, read and admitted. `app` is None without a token."""

    scope: "Scope"
    app: App | None = None
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def owner(self) -> App:
        """The app that calls.

        Raises:
            WechatError: the endpoint was called without a token.
        """
        if self.app is None:
            raise WechatError(41001)
        return self.app


Handler = Callable[["Rooms", Call], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Body:
    """How a body is read: by `read`, which gets the scope too, up to `limit` bytes.

    A longer one is refused with the code `too_long`.
    """

    read: "Callable[[Scope, bytes], dict[str, Any]]"
    limit: int
    too_long: int = errors.TOO_LONG


class Endpoint:
    """A raw ASGI endpoint round one handler, which returns the JSON to send.

    `method` is the only one accepted; a POST carries a JSON object. `token`
    tells whether an access token admits the caller; `counted` whether a call
    counts against the app's quota of `path`. `body` says how a body is read that is
    no JSON object.
    """

    def __init__(
        self,
        rooms: "Rooms",
        path: str,
        handler: Handler,
        *,
        method: str = "POST",
        token: bool = True,
        counted: bool = True,
        body: Body | None = None,
    ) -> None:
        self._rooms = rooms
        self.path = path
        self._handler = handler
        self._method = method
        self._token = token
        self._counted = counted and token
        self._body = body or Body(_read_json, int(rooms.settings.max_body))

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer one request."""
        started = perf_counter()
        call = Call(scope)
        code = 0
        headers: tuple[tuple[bytes, bytes], ...] = ()
        try:
            payload = await self._answer(call, receive)
        except DisconnectedError:
            return
        except BodyTooLargeError:
            code, headers = self._body.too_long, CLOSE_HEADERS
            payload = self._refuse(call, code, started)
        except Exception as error:  # noqa: BLE001 - the edge: no failure may pass
            code = self._code_of(error, scope)
            payload = self._refuse(call, code, started, error)
        await reply(send, 200, payload, headers=headers)
        self._rooms.answered(self.path, code, started)

    async def _answer(self, call: Call, receive: "Receive") -> bytes:
        if call.scope["method"] != self._method:
            get = self._method == "GET"
            raise WechatError(errors.NOT_GET if get else errors.NOT_POST)
        if self._token:
            call.app = await self._admit(call.scope)
        if self._counted and call.app is not None:
            self._rooms.quotas.take(call.app, self.path)
        if self._method == "POST":
            body = await read_body(receive, self._body.limit)
            call.fields = self._body.read(call.scope, body)
        return await self._handler(self._rooms, call)

    async def _admit(self, scope: "Scope") -> App:
        query = scope["query_string"]
        token = query_value(query, _TOKEN_NAMES[0])
        if not token:
            token = query_value(query, _TOKEN_NAMES[1])
        app = self._rooms.access.cached(token)
        if app is None:
            app = await self._rooms.access.resolve(token)
        if not self._rooms.breaker.idle:
            self._rooms.breaker.forgive(caller(scope))
        return app

    def _code_of(self, error: Exception, scope: "Scope") -> int:
        if isinstance(error, AccessError):
            return self._code_of_access(error, scope)
        return _code_of(error)

    def _code_of_access(self, error: AccessError, scope: "Scope") -> int:
        code = errors.from_access(error).code
        if self._token and error.reason is Reason.TOKEN_UNKNOWN:
            looping = self._rooms.breaker.refuse(caller(scope))
            return errors.UNAUTHORIZED if looping else code
        if not self._token and error.reason is Reason.APP_DISABLED:
            return errors.BAD_APPID  # what the token endpoints say of it
        return code

    def _refuse(
        self, call: Call, code: int, started: float, error: Exception | None = None
    ) -> bytes:
        rid = self._rooms.rids.new()
        payload = error_reply(code, rid)
        if error is not None and code == errors.SYSTEM_ERROR and not _meant(error):
            faults.report(error, rid=rid, path=self.path)
        if call.app is not None:
            record = RidRecord(
                appid=call.app.appid,
                invoke_time=self._rooms.clock(),
                cost_ms=(perf_counter() - started) * 1000,
                path=self.path,
                errcode=code,
                response=payload.decode(),
            )
            self._rooms.rids.record(rid, record)
        return payload


def _meant(error: Exception) -> bool:
    """Whether -1 is the answer that was chosen, and no failure of ours."""
    return isinstance(error, WechatError)


def _read_json(_scope: "Scope", body: bytes) -> dict[str, Any]:
    return parse_fields(body)


def parse_fields(body: bytes) -> dict[str, Any]:
    """Read a body as a JSON object, whatever its Content-Type says.

    Raises:
        WechatError: EMPTY_BODY, or BAD_DATA for anything but an object.
    """
    if not body or body.isspace():
        raise WechatError(errors.EMPTY_BODY)
    fields = loads(body)
    if not isinstance(fields, dict):
        raise WechatError(errors.BAD_DATA)
    return fields


def error_reply(code: int, rid: str) -> bytes:
    """Render an error envelope."""
    return orjson.dumps({"errcode": code, "errmsg": f"{MESSAGES[code]} rid: {rid}"})


def _code_of(error: Exception) -> int:
    match error:
        case WechatError():
            return error.code
        case QuotaExceeded():
            return errors.from_quota(error).code
        case RidError():
            return errors.from_rid(error).code
        case BadJsonError() | BodyTimeoutError():
            return errors.BAD_DATA
        case _:
            return errors.SYSTEM_ERROR
