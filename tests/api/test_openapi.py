"""The OpenAPI document: current, complete, and its examples true to its schemas."""

from typing import Any

import jsonschema_rs
import pytest

from app.api.rest import create_rest
from tools.openapi import TARGET, render

DOCUMENT: dict[str, Any] = create_rest().openapi()
METHODS = {"get", "post", "put", "patch", "delete"}


def operations() -> list[Any]:
    return [
        pytest.param(operation, id=f"{method} {path}")
        for path, item in DOCUMENT["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def contents(operation: dict[str, Any]) -> list[dict[str, Any]]:
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    bodies += operation["responses"].values()
    return [content for body in bodies for content in body.get("content", {}).values()]


def test_the_file_is_current() -> None:
    assert TARGET.read_text(encoding="utf-8") == render(), "run `make openapi`"


@pytest.mark.parametrize("operation", operations())
def test_operations_are_described(operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["description"]
    assert operation["operationId"]
    for response in operation["responses"].values():
        assert response["description"]


@pytest.mark.parametrize("operation", operations())
def test_examples_fit_their_schemas(operation: dict[str, Any]) -> None:
    for content in contents(operation):
        schema = {**content["schema"], "components": DOCUMENT["components"]}
        validator = jsonschema_rs.validator_for(schema)
        if content["schema"] != {"type": "string"}:
            assert content["examples"]
        for example in content.get("examples", {}).values():
            validator.validate(example["value"])
