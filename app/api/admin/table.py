"""The routes of the admin API as a table, each with the scope that it needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeVar, get_args, get_type_hints

from fastapi import APIRouter
from pydantic import BaseModel

from app.access import Scope
from app.api.admin.route import NEEDS
from app.api.problems import TITLES
from app.api.v1.schemas import Problem

KEY = "AdminKey"
"""The name of the security scheme in the OpenAPI document."""

_E = TypeVar("_E", bound=Callable[..., Any])
_TRACE = "60fa6713-49187ba1-7a8cf8a7"

REFUSALS: Mapping[int, tuple[str, str, str]] = {
    400: ("bad-json", "The body or a header cannot be read.", "It is not JSON."),
    401: ("unauthorized", "No admin key, or one that is unknown or revoked.", "Send"),
    403: ("forbidden", "The key lacks the scope.", "The key lacks the scope"),
    404: ("not-found", "There is no such thing.", "There is none of this number."),
    409: ("conflict", "The present state does not allow it.", "It is published."),
    412: ("stale", "Somebody changed it meanwhile.", "It has revision 8 now."),
    413: ("body-too-large", "The body is too large.", "Send less at once."),
    415: ("picture-not-a-picture", "The file is no picture.", "It is not a picture."),
    422: ("invalid-request", "Fields are missing or wrong.", "See `errors`."),
    428: ("revision-required", "`If-Match` is missing.", "Send `If-Match`."),
    429: ("throttled", "Too many wrong keys came from this address.", "Wait."),
    503: ("unavailable", "The service or its database is not ready.", "Try again."),
}
"""Status, with the usual kind of problem, its meaning and an example's detail."""

_ALWAYS = (400, 401, 403, 422, 429, 503)


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the table; `action` is "" when nothing changes."""

    method: str
    path: str
    scope: Scope
    action: str
    endpoint: Callable[..., Any]
    options: Mapping[str, Any]


@dataclass(slots=True)
class Table:
    """Routes of one kind. The scope has no default: what needs none has no place."""

    tag: str
    routes: list[Route] = field(default_factory=list)

    def get(self, path: str, scope: Scope, **options: Any) -> Callable[[_E], _E]:
        """Register an endpoint that changes nothing."""
        return self._add("GET", path, scope, "", options)

    def change(
        self, method: str, path: str, scope: Scope, action: str, **options: Any
    ) -> Callable[[_E], _E]:
        """Register an endpoint that changes something, named for the audit log."""
        return self._add(method, path, scope, action, options)

    def _add(
        self, method: str, path: str, scope: Scope, action: str, options: Any
    ) -> Callable[[_E], _E]:
        if (method == "GET") == bool(action):
            message = f"{method} {path}: exactly what changes something has an action"
            raise ValueError(message)

        def register(endpoint: _E) -> _E:
            setattr(endpoint, NEEDS, (scope, action))
            route = Route(method, path, scope, action, endpoint, options)
            self.routes.append(route)
            return endpoint

        return register

    def onto(self, router: APIRouter) -> None:
        """Add every route to a FastAPI router."""
        for route in self.routes:
            _mount(router, route, self.tag)


def _mount(router: APIRouter, route: Route, tag: str) -> None:
    """Add one route with its description: summary, examples, refusals."""
    options = dict(route.options)
    status = options.pop("status", 200)
    refusals = {*_ALWAYS, *options.pop("refusals", ())}
    summary, _, rest = (route.endpoint.__doc__ or "").partition("\n")
    written = f" Written to the audit log as `{route.action}`." if route.action else ""
    router.add_api_route(
        route.path,
        route.endpoint,
        methods=[route.method],
        status_code=status,
        tags=[tag],
        summary=summary.rstrip("."),
        description=f"{_plain(rest)}\n\nScope `{route.scope.value}`.{written}".strip(),
        operation_id=f"admin_{route.endpoint.__name__}",
        responses={
            status: options.pop("answer", None) or _answer(route.endpoint, status),
            **{code: _refusal(code) for code in sorted(refusals)},
        },
        openapi_extra=_extra(route, options.pop("body", None)),
        response_model_exclude_none=False,
        **options,
    )


def _plain(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())


def _extra(route: Route, body: Any) -> dict[str, Any]:
    """The parts of the description that FastAPI does not make itself."""
    extra: dict[str, Any] = {"security": [{KEY: [route.scope.value]}]}
    model = _model(get_type_hints(route.endpoint).get("body"))
    if body is not None:
        extra["requestBody"] = body
    elif model is not None:
        examples = {"usual": {"value": example(model)}}
        extra["requestBody"] = {"content": {"application/json": {"examples": examples}}}
    return extra


def _answer(endpoint: Callable[..., Any], status: int) -> dict[str, Any]:
    """The description of the usual answer."""
    described: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    model = _model(get_type_hints(endpoint).get("return"))
    if model is not None:
        examples = {"usual": {"value": example(model)}}
        described["content"] = {"application/json": {"examples": examples}}
    return described


def _model(hint: Any) -> type[BaseModel] | None:
    """The model in a type hint, also in an optional one."""
    for one in (hint, *get_args(hint)):
        if isinstance(one, type) and issubclass(one, BaseModel):
            return one
    return None


def _refusal(code: int) -> dict[str, Any]:
    kind, meaning, detail = REFUSALS[code]
    shown = {
        "type": f"urn:seccheck:problem:{kind}",
        "title": TITLES[kind],
        "status": code,
        "detail": detail,
        "trace_id": _TRACE,
    }
    content = {
        "schema": {"$ref": f"#/components/schemas/{Problem.__name__}"},
        "examples": {kind: {"value": shown}},
    }
    return {"description": meaning, "content": {"application/problem+json": content}}


def example(model: type[BaseModel]) -> Any:
    """The example that every model of this API carries."""
    extra = model.model_config.get("json_schema_extra")
    if not isinstance(extra, dict) or "example" not in extra:
        message = f"{model.__name__} has no example"
        raise TypeError(message)
    return extra["example"]
