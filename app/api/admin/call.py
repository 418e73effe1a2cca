"""One request to the admin API, as its endpoint sees it."""

from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Request

from app.access import AuditEvent, Operator, Outcome
from app.api.admin.desk import Desk

SCOPE_KEY = "seccheck.admin"
_SERVER_ERROR = 500
_CLIENT_ERROR = 400


@dataclass(slots=True)
class Call:
    """Who asks, and what will be written down about it.

    `action` is "" for requests that change nothing. `target` and `detail` are filled
    in by the endpoint and go to the audit log.
    """

    desk: Desk
    operator: Operator
    action: str
    trace_id: str
    target: str = ""
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def who(self) -> str:
        """The operator's identity, such as `alice#3`."""
        return self.operator.who

    def note(self, target: object, **detail: Any) -> None:
        """Say for the audit log what is changed, before it is."""
        self.target = str(target)
        self.detail.update(detail)

    def event(self, status: int) -> AuditEvent:
        """The entry about this request, answered with `status`."""
        outcome = Outcome.DONE
        if status >= _CLIENT_ERROR:
            refused = status < _SERVER_ERROR
            outcome = Outcome.REFUSED if refused else Outcome.FAILED
        return AuditEvent(
            self.who,
            self.action,
            self.target,
            self.operator.key_id,
            outcome,
            status,
            self.trace_id,
            self.detail,
        )


def _current(request: Request) -> Call:
    call: Call = request.scope[SCOPE_KEY]
    return call


Current = Annotated[Call, Depends(_current)]
"""The parameter through which an endpoint gets its Call."""
