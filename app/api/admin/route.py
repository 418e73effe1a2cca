"""What happens round every admin endpoint: admission, refusals, the audit log."""

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any, ClassVar

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from app.access import AccessError, Operator, Reason, Scope
from app.api import faults
from app.api.admin.call import SCOPE_KEY, Call
from app.api.admin.desk import ClosedDeskError, Desk
from app.api.admin.refusals import problem_of
from app.api.problems import ProblemError, new_trace_id, problem_response

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
NEEDS = "__admin_needs__"
"""Where an endpoint keeps its scope and action; set by `Table`."""


class AdminRoute(APIRoute):
    """A route that nobody enters without its scope.

    Admission comes before the body is read; whatever changes something leaves an
    entry in the audit log before the answer, also when it was refused.
    """

    operator: ClassVar[Operator | None] = None
    """A fixed identity for use within this machine; no key is asked for."""

    @staticmethod
    def desk_of() -> Desk:
        """The services.

        Raises:
            ClosedDeskError: they are not open.
        """
        raise ClosedDeskError

    @property
    def needs(self) -> tuple[Scope, str]:
        """The scope, and the action for the audit log ("" if nothing changes).

        Raises:
            AttributeError: the endpoint was not registered with a scope.
        """
        needs: tuple[Scope, str] = getattr(self.endpoint, NEEDS)
        return needs

    def get_route_handler(self) -> Handler:
        """Wrap FastAPI's handler."""
        scope, action = self.needs
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            trace_id = new_trace_id()
            try:
                call = await self._enter(request, action, trace_id)
                request.scope[SCOPE_KEY] = call
                response = await self._answer(call, scope, inner, request)
                if action:
                    await call.desk.audit.write(call.event(response.status_code))
            except Exception as error:  # noqa: BLE001 - the edge
                return self._refusal(error, trace_id)
            response.headers.setdefault("cache-control", "no-store")
            return response

        return handle

    async def _enter(self, request: Request, action: str, trace_id: str) -> Call:
        """Find out who asks."""
        desk = self.desk_of()
        operator = self.operator or await _shown_key(desk, request)
        return Call(desk, operator, action, trace_id)

    async def _answer(
        self, call: Call, scope: Scope, inner: Handler, request: Request
    ) -> Response:
        """Let in who has the scope; every failure becomes a problem document."""
        try:
            if scope not in call.operator.scopes:
                raise _forbidden(scope)
            return await inner(request)
        except Exception as error:  # noqa: BLE001 - the edge
            return self._refusal(error, call.trace_id)

    def _refusal(self, error: Exception, trace_id: str) -> Response:
        """The problem behind a failure; one of our own is logged, not shown."""
        problem, ours = problem_of(error)
        if ours:
            faults.report(error, rid=trace_id, path=self.path_format)
        return problem_response(problem, trace_id)


async def _shown_key(desk: Desk, request: Request) -> Operator:
    """The holder of the key in the header."""
    address = request.client.host if request.client else ""
    try:
        return Operator.of(await desk.door.admit(_bearer(request), address))
    except AccessError as error:
        if error.reason is not Reason.ADMIN_KEY:
            raise
        raise _unauthorized("The admin key is unknown or revoked.") from None


def _bearer(request: Request) -> str:
    kind, _, key = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not key.strip():
        raise _unauthorized("Send `Authorization: Bearer` with an admin key.")
    return key.strip()


def _unauthorized(detail: str) -> ProblemError:
    challenge = (b"www-authenticate", b'Bearer realm="seccheck admin"')
    return ProblemError(
        HTTPStatus.UNAUTHORIZED, "unauthorized", detail, headers=[challenge]
    )


def _forbidden(scope: Scope) -> ProblemError:
    return ProblemError(
        HTTPStatus.FORBIDDEN, "forbidden", f"The key lacks the scope {scope.value}."
    )
