"""The types that bodies, queries and paths of the admin API are made of."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Generic, Literal, TypeVar

from fastapi import Path, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer
from pydantic.json_schema import WithJsonSchema

from app.domain.entry import MAX_TERM_LENGTH
from app.domain.labels import Label, parse_label
from app.domain.scenes import Scene

MAX_NUMBER = 2**31 - 1
"""The largest number of a draft, version, key or app setting."""
MAX_PAGE = 1000
EXEMPT = "exempt"

_LINE = r"^[^\u0000-\u001f\u007f]*$"
_TEXT = r"^[^\u0000]*$"
_LIST = r"^[\w.-]{1,64}$"
_CURSOR = r"^[^\u0000]{1,2000}$"


class Closed(BaseModel):
    """A body; fields that it does not know are refused."""

    model_config = ConfigDict(
        extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False
    )


class View(BaseModel):
    """An answer."""

    model_config = ConfigDict(use_attribute_docstrings=True)


T = TypeVar("T")


class Page(View, Generic[T]):
    """Some of many; `next` leads to the rest."""

    items: list[T]
    next: str | None = None
    """Send it as `after` to go on; null at the end."""


def shows(value: Any) -> ConfigDict:
    """The configuration that gives a model its example."""
    return ConfigDict(json_schema_extra={"example": value})


def _read_label(value: object) -> object:
    """A label by name or number, or the word for exempt phrases."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return value  # the schema refuses it
    word = str(value).strip().lower()
    if word == EXEMPT:
        return None
    try:
        label = parse_label(word)
    except ValueError:
        raise ValueError(_LABEL_HELP) from None
    if label is Label.NORMAL:
        raise ValueError(_LABEL_HELP)
    return label


_LABELS = [label for label in Label if label is not Label.NORMAL]
_NAMES = [label.title for label in _LABELS]
_LABEL_HELP = f"use one of {', '.join(_NAMES)}, their numbers"
_LABEL_SCHEMA = [
    {"type": "string", "enum": _NAMES},
    {"type": "integer", "enum": [int(label) for label in _LABELS]},
]


def _read_real_label(value: object) -> object:
    found = _read_label(value)
    if found is None:
        raise ValueError(_LABEL_HELP)
    return found


LabelIn = Annotated[
    Label,
    BeforeValidator(_read_real_label),
    WithJsonSchema({"anyOf": _LABEL_SCHEMA}),
]
"""A label by name or by WeChat's number."""

LabelOrExempt = Annotated[
    Label | None,
    BeforeValidator(_read_label),
    WithJsonSchema({"anyOf": [*_LABEL_SCHEMA, {"type": "string", "enum": [EXEMPT]}]}),
]
"""A label, or `exempt` for a phrase that saves the hits which it covers."""


def label_name(label: int | Label | None) -> str:
    """The name of a label; `exempt` for none."""
    return EXEMPT if label is None else Label(label).title


def _read_moment(value: object) -> object:
    if value is None:
        return None
    moment = _parse_moment(value) if isinstance(value, str) else None
    if moment is None:
        message = "write 2026-01-31, 2026-01-31T18:00:00Z or 2026-01-31T18:00:00+08:00"
        raise ValueError(message)
    return moment


def _parse_moment(text: str) -> datetime | None:
    word = text.strip()
    try:
        return datetime.combine(date.fromisoformat(word), time.min, tzinfo=UTC)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(word)
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


Moment = Annotated[
    datetime,
    BeforeValidator(_read_moment),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "format": "date"},
                {"type": "string", "format": "date-time"},
            ]
        },
        mode="validation",
    ),
]
"""A date (its first moment in UTC) or a date and time with its offset."""


def instant(seconds: float) -> datetime:
    """Unix time in seconds as a moment in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def micro_instant(microseconds: int | None) -> datetime | None:
    """Unix time in microseconds as a moment in UTC."""
    return None if microseconds is None else instant(microseconds / 1e6)


def _utc_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


Instant = Annotated[
    datetime,
    PlainSerializer(_utc_text, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
"""A moment in an answer, in UTC."""

Line = Annotated[str, Field(pattern=_LINE)]
Why = Annotated[str, Field(max_length=500, pattern=_TEXT)]
Title = Annotated[str, Field(min_length=1, max_length=200, pattern=_LINE)]
Note = Annotated[str, Field(max_length=500, pattern=_TEXT)]
Term = Annotated[str, Field(min_length=1, max_length=MAX_TERM_LENGTH, pattern=_LINE)]
ListName = Annotated[str, Field(pattern=_LIST)]
Level = Annotated[int, Field(strict=True, ge=0, le=100)]
Number = Annotated[int, Field(strict=True, ge=1, le=MAX_NUMBER)]
Flag = Annotated[bool, Field(strict=True)]
Match = Literal["exact", "standard", "fuzzy"]
Scenes = Annotated[Sequence[Scene], Field(max_length=len(Scene) * 2)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
"""16 bytes in hex: which row is meant."""

Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="Items on a page.")]
After = Annotated[
    str | None,
    Query(pattern=_CURSOR, description="`next` of the page before."),
]
ListQuery = Annotated[
    str | None, Query(alias="list", pattern=_LIST, description="Only this list.")
]
NumberPath = Annotated[int, Path(ge=1, le=MAX_NUMBER)]
ListPath = Annotated[str, Path(pattern=_LIST)]
KeyPath = Annotated[
    str, Path(pattern=r"^[0-9a-f]{32}$", description="The key of a term.")
]
