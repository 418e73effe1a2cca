"""What is said of a raw endpoint in the OpenAPI document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel

TOKEN = "WechatToken"  # noqa: S105 - the scheme's name
BEARER = "Bearer"
BASIC = "Basic"


@dataclass(frozen=True)
class Response:
    """One answer: a choice of models, or plain text when there is none."""

    description: str
    models: tuple[type[BaseModel], ...] = ()
    examples: Mapping[str, Any] = field(default_factory=dict)
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    path: str
    method: Literal["get", "post"]
    tag: str
    name: str
    summary: str
    description: str
    responses: Mapping[int, Response]
    request: tuple[type[BaseModel], ...] = ()
    request_examples: Mapping[str, Any] = field(default_factory=dict)
    form: Mapping[str, Any] | None = None
    """The schema of a multipart form that may be sent (too)."""
    form_examples: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    """Texts in the query that must be there, with what they mean."""
    parameters: Sequence[Mapping[str, Any]] = ()
    """Further parameters, as the document has them."""
    security: tuple[str, ...] = ()
