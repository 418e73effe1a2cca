"""The body that begins a backtest: a file of texts, or JSON that says which texts."""

import asyncio
from tempfile import TemporaryFile
from typing import Annotated, Any, BinaryIO, Literal, cast

from fastapi import Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from app.api.admin.types import Closed
from app.api.http import BodyTooLargeError
from app.domain.scenes import Scene
from app.trial import FileSource, SampleSource, Source, Text, TextsSource, TrialError
from app.trial.texts import MAX_TEXT, Format

MAX_JSON = 8 * 1024 * 1024
"""Largest body of JSON in bytes; a file may be larger."""
MAX_TEXTS = 10_000
_JSON = "application/json"
_FORMATS: dict[str, Format] = {
    "text/csv": "csv",
    "application/x-ndjson": "jsonl",
    "application/jsonl": "jsonl",
}


class GivenText(Closed):
    """A text to try both sides on."""

    text: Annotated[str, Field(max_length=MAX_TEXT)]
    scene: Scene = Scene.COMMENT


class TextsBody(Closed):
    """Texts in the body."""

    source: Literal["texts"]
    texts: Annotated[list[GivenText], Field(min_length=1, max_length=MAX_TEXTS)]


class SampleBody(Closed):
    """The recent texts of apps that opted into keeping some."""

    source: Literal["sample"]
    apps: (
        Annotated[
            list[Annotated[str, Field(min_length=1, max_length=64)]],
            Field(min_length=1, max_length=1000),
        ]
        | None
    ) = None
    """Only of these apps; default: of all that opted in."""


class FileQuery(BaseModel):
    """How to read a file; for JSON it has no meaning."""

    model_config = {"extra": "forbid", "use_attribute_docstrings": True}

    format: Literal["auto", "csv", "jsonl", "text"] = "auto"
    """`csv` and `jsonl` have a column or member `text`, `text` has a text on each
    line; `auto` goes by the content type and then by the first line."""
    scene: Annotated[Scene, Query()] = Scene.COMMENT
    """Scene of texts that name none."""


_BODY: TypeAdapter[TextsBody | SampleBody] = TypeAdapter(
    Annotated[TextsBody | SampleBody, Field(discriminator="source")]
)


async def source_of(request: Request, query: FileQuery) -> Source:
    """The texts that a request brings or names.

    Raises:
        RequestValidationError: JSON of another form.
        TrialError: a form, or an empty file.
        BodyTooLargeError: JSON that is too long.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == _JSON:
        return _named(await _read(request))
    if kind == "multipart/form-data":
        raise TrialError("send the file itself as the body, not a form")
    form = query.format if query.format != "auto" else _FORMATS.get(kind, "auto")
    return FileSource(await _received(request), form, query.scene)


async def _read(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_JSON:
            raise BodyTooLargeError
    return bytes(body)


def _named(body: bytes) -> Source:
    """What a body of JSON says."""
    try:
        wanted = _BODY.validate_json(body)
    except ValidationError as error:
        raise RequestValidationError(_located(error)) from None
    if isinstance(wanted, SampleBody):
        return SampleSource(None if wanted.apps is None else frozenset(wanted.apps))
    return TextsSource([Text(one.text, one.scene) for one in wanted.texts])


def _located(error: ValidationError) -> list[dict[str, Any]]:
    """The mistakes as FastAPI tells them; the branch of the union is no place."""
    return [
        {**item, "loc": ("body", *item["loc"][1:])}
        for item in error.errors(include_url=False, include_input=False)
    ]


async def _received(request: Request) -> BinaryIO:
    """The body as a file without a name, which nobody has to delete."""
    file = cast(BinaryIO, await asyncio.to_thread(TemporaryFile))
    try:
        async for piece in request.stream():
            await asyncio.to_thread(file.write, piece)
        if await asyncio.to_thread(file.tell) == 0:
            raise TrialError("the file is empty")
        await asyncio.to_thread(file.flush)
    except BaseException:
        file.close()
        raise
    return file


def _flat(schema: Any, known: dict[str, Any]) -> Any:
    """A JSON schema with its definitions put where they are used."""
    if isinstance(schema, list):
        return [_flat(one, known) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _flat(known[schema["$ref"].rpartition("/")[2]], known)
    left_out = {"$defs", "discriminator"}
    return {k: _flat(v, known) for k, v in schema.items() if k not in left_out}


def _described() -> dict[str, Any]:
    """The body for the OpenAPI document."""
    schema = _BODY.json_schema()
    lines: dict[str, Any] = {"type": "string"}
    return {
        "required": True,
        "content": {
            _JSON: {
                "schema": _flat(schema, schema.get("$defs", {})),
                "examples": {
                    "sample": {"value": {"source": "sample"}},
                    "texts": {
                        "value": {
                            "source": "texts",
                            "texts": [{"text": "诚招兼职", "scene": "chat"}],
                        }
                    },
                },
            },
            "text/plain": {
                "schema": lines,
                "examples": {"lines": {"value": "诚招兼职\n今天天气很好\n"}},
            },
            "text/csv": {
                "schema": lines,
                "examples": {"csv": {"value": "text,scene\n诚招兼职,chat\n"}},
            },
            "application/x-ndjson": {
                "schema": lines,
                "examples": {"jsonl": {"value": '{"text": "诚招兼职"}\n'}},
            },
        },
    }


BODY = _described()
