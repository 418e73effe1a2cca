"""What every native endpoint does round its own work."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

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


class Said(NamedTuple):
    """An answer whose status is not the usual 200."""

    payload: bytes
    status: HTTPStatus


NativeHandler = Callable[["Scope", "Receive"], Awaitable[bytes | Said]]


class NativeEndpoint:
    """A raw ASGI endpoint; every error is a problem document."""

    def __init__(
        self, rooms: "Rooms", path: str, handlers: Mapping[str, NativeHandler]
    ) -> None:
        """Answer at `path`, which metrics name, by the handler of the method."""
        self._rooms = rooms
        self._path = path
        self._handlers = handlers

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer one request."""
        started = perf_counter()
        status = HTTPStatus.OK
        try:
            handler = self._handlers.get(scope["method"])
            if handler is None:
                raise method_problem(", ".join(self._handlers))
            payload = await handler(scope, receive)
            if not isinstance(payload, bytes):
                payload, status = payload
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
