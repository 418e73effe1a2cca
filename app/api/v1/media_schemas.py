"""The bodies of `/v1/media`, for the OpenAPI document."""

from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from app.api.v1.image_schemas import Url
from app.api.v1.schemas import LabelName, Scene, Suggest

Kind = Literal["image", "audio", "video"]
StateName = Literal[
    "accepted",
    "fetching",
    "classified",
    "delivering",
    "delivered",
    "dead",
    "cancelled",
]
TraceId = Annotated[str, Field(pattern=r"^[0-9a-f-]{1,64}$")]
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


class _Model(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class MediaRequest(BaseModel):
    """Have what is at an address checked."""

    model_config = ConfigDict(use_attribute_docstrings=True, extra="forbid")

    url: Url
    """Where the file is; it is fetched by a worker."""
    type: Kind
    scene: Scene | None = None
    """Where the file stands, by name or by WeChat's number; default: the app's."""
    user_id: Annotated[str | None, Field(max_length=256)] = None
    """Who sent it, as any opaque id; an HMAC of it is kept."""
    lists: Annotated[list[str], Field(max_length=100)] | None = None
    """Ask only these wordlists about words in it; default: every list."""
    idempotency_key: Annotated[str | None, Field(pattern="^[!-~]{1,128}$")] = None
    """The same key with the same fields is the same check. Also a header."""
    callback_url: Url | None = None
    """Where the verdict is sent; the app must allow its host."""


class MediaAccepted(_Model):
    """The check is on disk."""

    trace_id: TraceId
    state: StateName
    type: Kind
    fresh: bool
    """False: it was accepted before, by the same idempotency key."""


class MediaItem(_Model):
    """A check, without its details."""

    trace_id: TraceId
    type: Kind
    version: Literal["1", "2", "native"]
    """Of the API that it came by."""
    scene: str
    state: StateName
    created: Moment
    finished: Moment | None
    """When it was decided."""
    settled: Moment | None
    """When the last callback was taken or given up."""
    decided: Literal["checked", "failed", "gave_up", "cancelled"] | None
    suggest: Suggest | None
    """Null while there is no verdict."""
    attempts: int
    """How often the check was begun."""


class MediaError(_Model):
    """Why nothing could be checked."""

    code: int
    """-1008: not fetched; -1009: not decoded; -1: another reason."""
    detail: str


class MediaDelivery(_Model):
    """A callback."""

    id: str
    """`webhook-id` of every attempt."""
    state: str
    attempts: int
    next_at: Moment | None
    settled: Moment | None
    status: int | None
    """Of the receiver's last answer."""
    reason: str | None


class MediaTry(_Model):
    """One try that failed, or of a callback; the newest 200 are kept."""

    delivery_id: str | None
    """Null: of the check."""
    number: int
    at: Moment
    seconds: float
    outcome: str
    status: int | None
    reason: str


class MediaShown(MediaItem):
    """A check with its verdict."""

    label: LabelName | None = None
    label_code: int | None = None
    error: MediaError | None = None
    result: dict[str, Any] | None = None
    """What was found: of a picture as `/v1/images:check` shows it; kept for days."""
    deliveries: list[MediaDelivery]
    tries: list[MediaTry]


class MediaPage(_Model):
    """Checks, newest first."""

    items: list[MediaItem]
    next: str | None
    """Send it as `cursor` to go on; null at the end."""


FORM: Final = {
    "type": "object",
    "required": ["file", "type"],
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "type": {"type": "string", "enum": ["image", "audio", "video"]},
        "scene": {"type": "string", "description": "As in JSON."},
        "user_id": {"type": "string", "maxLength": 256},
        "lists": {
            "type": "string",
            "description": "Names of wordlists, separated by commas.",
        },
        "idempotency_key": {"type": "string", "pattern": "^[!-~]{0,128}$"},
        "callback_url": {"type": "string", "maxLength": 2048},
    },
}
"""The form that carries a file; its schema is written by hand."""


def _query(name: str, about: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": about, "schema": schema}


LISTED: Final = (
    _query(
        "state",
        "Only these.",
        type="string",
        enum=list(get_args(StateName)),
    ),
    _query("type", "Only these.", type="string", enum=["image", "audio", "video"]),
    _query("since", "Accepted then or later.", type="string", format="date-time"),
    _query("until", "Accepted before then.", type="string", format="date-time"),
    _query("limit", "On a page; else 50.", type="integer", minimum=1, maximum=100),
    _query(
        "cursor",
        "`next` of the page before.",
        type="string",
        pattern=r"^[0-9]{1,15}\.[0-9]{1,15}~[0-9a-f-]{1,64}$",
    ),
)
ONE: Final = (
    {
        "name": "trace_id",
        "in": "path",
        "required": True,
        "description": "As it was answered.",
        "schema": {"type": "string", "pattern": "^[0-9a-f-]{1,64}$"},
    },
)
KEYED: Final = (
    {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "The same as `idempotency_key`.",
        "schema": {"type": "string", "pattern": "^[!-~]{1,128}$"},
    },
)
