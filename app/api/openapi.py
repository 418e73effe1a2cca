"""Build the OpenAPI document: ours by hand, FastAPI's routes by FastAPI."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, cast

from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic.json_schema import models_json_schema

from app import __version__
from app.api.admin import ClosedDeskError, Desk, create_admin_router
from app.api.admin.table import KEY
from app.api.operation import BASIC, BEARER, TOKEN, Operation, Response
from app.api.operations import OPERATIONS

if TYPE_CHECKING:
    from fastapi import FastAPI
    from pydantic import BaseModel
    from starlette.routing import BaseRoute

_REF = "#/components/schemas/{model}"
_SECURITY: dict[str, dict[str, str]] = {
    TOKEN: {
        "type": "apiKey",
        "in": "query",
        "name": "access_token",
        "description": "From /cgi-bin/token or /cgi-bin/stable_token.",
    },
    BEARER: {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token from /cgi-bin/token.",
    },
    BASIC: {
        "type": "http",
        "scheme": "basic",
        "description": "The appid and its secret.",
    },
    KEY: {
        "type": "http",
        "scheme": "bearer",
        "description": (
            "An admin key; the scope that an operation needs is named beside it."
        ),
    },
}
_INFO = (
    "A self-hosted content-safety service. The WeChat endpoints answer as WeChat's"
    " security API does; the native API says more."
)

Mode = Literal["validation", "serialization"]
Schemas = Mapping[tuple[type["BaseModel"], Mode], Mapping[str, Any]]


def build(rest: "FastAPI") -> dict[str, Any]:
    """Return the whole document."""
    document = get_openapi(
        title="seccheck", version=__version__, description=_INFO, routes=rest.routes
    )
    _restore_examples(document, create_admin_router(_nowhere).routes)
    refs, definitions = _schemas(OPERATIONS)
    for operation in OPERATIONS:
        item = document["paths"].setdefault(operation.path, {})
        item[operation.method] = _operation(operation, refs)
    components = document.setdefault("components", {})
    components.setdefault("schemas", {}).update(definitions)
    components["securitySchemes"] = _SECURITY
    return document


def _restore_examples(document: dict[str, Any], routes: "Iterable[BaseRoute]") -> None:
    """Put the examples back as they were: FastAPI drops every null, also in them."""
    for route in routes:
        if not isinstance(route, APIRoute):
            continue
        extra = route.openapi_extra or {}
        for method in route.methods or ():
            shown = document["paths"][route.path_format][method.lower()]
            _copy_examples(extra.get("requestBody", {}), shown.get("requestBody", {}))
            for status, said in route.responses.items():
                _copy_examples(said, shown["responses"][str(status)])


def _nowhere() -> Desk:
    raise ClosedDeskError


def _copy_examples(given: Mapping[str, Any], shown: Mapping[str, Any]) -> None:
    """From one body to another with the same kinds of content."""
    for kind, content in given.get("content", {}).items():
        if "examples" in content:
            shown["content"][kind]["examples"] = content["examples"]


def _schemas(
    operations: Iterable[Operation],
) -> tuple[Schemas, Mapping[str, Any]]:
    wanted: dict[tuple[type[BaseModel], Mode], None] = {}
    for operation in operations:
        wanted.update(dict.fromkeys((m, "validation") for m in operation.request))
        for response in operation.responses.values():
            wanted.update(dict.fromkeys((m, "serialization") for m in response.models))
    refs, schema = models_json_schema(list(wanted), ref_template=_REF)
    return cast(Schemas, refs), schema.get("$defs", {})


def _operation(operation: Operation, refs: Schemas) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "tags": [operation.tag],
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.description,
        "responses": {
            str(status): _response(response, refs)
            for status, response in operation.responses.items()
        },
    }
    if operation.query or operation.parameters:
        shown["parameters"] = [
            *(_parameter(name, about) for name, about in operation.query.items()),
            *operation.parameters,
        ]
    if bodies := _bodies(operation, refs):
        shown["requestBody"] = {"required": True, "content": bodies}
    if operation.security:
        shown["security"] = [{name: []} for name in operation.security]
    return shown


def _bodies(operation: Operation, refs: Schemas) -> dict[str, Any]:
    """What may be sent, by media type."""
    bodies: dict[str, Any] = {}
    if operation.form is not None:
        bodies["multipart/form-data"] = {
            "schema": operation.form,
            "examples": _examples(operation.form_examples),
        }
    if operation.request:
        content = _content(operation.request, operation.request_examples, refs)
        bodies["application/json"] = content
    return bodies


def _parameter(name: str, about: str) -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1}
    if name == "grant_type":
        schema = {"type": "string", "const": "client_credential"}
    return {
        "name": name,
        "in": "query",
        "required": True,
        "description": about,
        "schema": schema,
    }


def _response(response: Response, refs: Schemas) -> dict[str, Any]:
    shown: dict[str, Any] = {"description": response.description}
    if response.models:
        content = _content(response.models, response.examples, refs, "serialization")
    else:
        content = {"schema": {"type": "string"}}
    shown["content"] = {response.media_type: content}
    if response.headers:
        shown["headers"] = {
            name: {"description": about, "schema": {"type": "integer"}}
            for name, about in response.headers.items()
        }
    return shown


def _content(
    models: tuple[type["BaseModel"], ...],
    examples: Mapping[str, Any],
    refs: Schemas,
    mode: Mode = "validation",
) -> dict[str, Any]:
    found = [dict(refs[model, mode]) for model in models]
    return {
        "schema": found[0] if len(found) == 1 else {"anyOf": found},
        "examples": _examples(examples),
    }


def _examples(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: {"value": value} for name, value in given.items()}
