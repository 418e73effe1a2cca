"""The FastAPI application behind the edge: everything that is not hot."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from app import __version__
from app.api import faults, openapi
from app.api.admin import ClosedDeskError, Desk, body_limit, create_admin_router
from app.api.http import BodyTooLargeError
from app.api.problems import (
    ProblemError,
    internal_problem,
    invalid_problem,
    method_problem,
    new_trace_id,
    not_found_problem,
    problem_response,
    send_problem,
    too_large_problem,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def _closed() -> Desk:
    raise ClosedDeskError


def create_rest(
    lifespan: "Lifespan | None" = None, desk_of: "Callable[[], Desk]" = _closed
) -> FastAPI:
    """Make the FastAPI application: the admin API and the OpenAPI document.

    `desk_of` gives the services once they are open, else raises ClosedDeskError.
    No interactive pages: those that FastAPI brings load scripts from elsewhere.
    """
    rest = FastAPI(
        title="seccheck",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        exception_handlers={
            HTTPException: _on_http_error,
            RequestValidationError: _on_invalid,
            Exception: _on_failure,
        },
    )

    rest.include_router(create_admin_router(desk_of))

    def document() -> dict[str, Any]:
        if rest.openapi_schema is None:
            rest.openapi_schema = openapi.build(rest)
        return rest.openapi_schema

    rest.openapi = document  # type: ignore[method-assign]  # FastAPI's own hook
    return rest


class Guard:
    """Keeps the body limit and hides failures; pure ASGI, counts bytes itself.

    Imports of wordlists have a limit of their own.
    """

    def __init__(self, app: "ASGIApp", limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Forward one request, or refuse it with 413 once its body is too long."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = body_limit(scope["path"]) or self._limit
        counted = _Counted(receive, send, limit)
        try:
            await self._app(scope, counted.receive, counted.send)
        except Exception:  # noqa: BLE001 - already reported by its handler
            if not counted.exceeded and not counted.started:
                await send_problem(send, internal_problem(), new_trace_id())
        if counted.exceeded and not counted.started:
            await send_problem(send, too_large_problem(), new_trace_id())


class _Counted:
    """A request whose body is counted and whose late answer is withheld."""

    def __init__(self, receive: "Receive", send: "Send", limit: int) -> None:
        self._receive = receive
        self._send = send
        self._left = limit
        self.exceeded = False
        self.started = False

    async def receive(self) -> "Message":
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self.exceeded = True
            raise BodyTooLargeError
        return message

    async def send(self, message: "Message") -> None:
        # FastAPI turns any failure to read a body into 400; ours is a 413.
        if self.exceeded and not self.started:
            return
        self.started = True
        await self._send(message)


async def _on_http_error(_request: "Request", error: Exception) -> "Response":
    known = cast(HTTPException, error)
    match known.status_code:
        case HTTPStatus.NOT_FOUND:
            problem = not_found_problem()
        case HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = (known.headers or {}).get("Allow", "another method")
            problem = method_problem(allowed)
        case status:
            title = str(known.detail)
            problem = ProblemError(HTTPStatus(status), "invalid-request", title)
    return problem_response(problem, new_trace_id())


async def _on_invalid(_request: "Request", error: Exception) -> "Response":
    problem = invalid_problem(cast(RequestValidationError, error))
    return problem_response(problem, new_trace_id())


async def _on_failure(request: "Request", error: Exception) -> "Response":
    trace_id = new_trace_id()
    faults.report(error, rid=trace_id, path=request.url.path)
    return problem_response(internal_problem(), trace_id)
