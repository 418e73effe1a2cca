"""What every native endpoint does round its own work."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from time import perf_counter
from typing import TYPE_CHECKING

from app.api import faults
from app.api.http import (
    CLOSE_HEADERS,
    BodyTimeoutError,
    BodyTooLargeError,
    DisconnectedError,
    reply,
)
from app.api.problems import (
    ProblemError,
    internal_problem,
    method_problem,
    send_problem,
    too_large_problem,
    unavailable_problem,
)
from app.store import database_is_away

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from app.api.rooms import Rooms

NativeHandler = Callable[["Scope", "Receive"], Awaitable[bytes]]


class NativeEndpoint:
    """A raw ASGI endpoint for POST; every error is a problem document."""

    def __init__(self, rooms: "Rooms", path: str, handler: NativeHandler) -> None:
        self._rooms = rooms
        self._path = path
        self._handler = handler

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer one request."""
        started = perf_counter()
        status = HTTPStatus.OK
        try:
            if scope["method"] != "POST":
                raise method_problem("POST")
            payload = await self._handler(scope, receive)
        except DisconnectedError:
            return
        except Exception as error:  # noqa: BLE001 - the edge: no failure may pass
            status = await self._refuse(error, send)
        else:
            await reply(send, status, payload)
        self._rooms.answered(self._path, status, started)

    async def _refuse(self, error: Exception, send: "Send") -> HTTPStatus:
        trace_id = self._rooms.rids.new()
        problem = problem_of(error)
        if problem is None:
            away = database_is_away(error)
            problem = unavailable_problem() if away else internal_problem()
            faults.report(error, rid=trace_id, path=self._path)
        await send_problem(send, problem, trace_id)
        return problem.status


def problem_of(error: Exception) -> ProblemError | None:
    """Return the problem behind an exception, None for a failure on our side."""
    match error:
        case ProblemError():
            return error
        case BodyTooLargeError():
            return too_large_problem()
        case BodyTimeoutError():
            return ProblemError(
                HTTPStatus.REQUEST_TIMEOUT,
                "body-too-slow",
                "The body did not arrive within 30 seconds.",
                headers=CLOSE_HEADERS,
            )
        case _:
            return None
