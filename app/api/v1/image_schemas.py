"""The bodies of `POST /v1/images:check`, for the OpenAPI document."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.api.v1.schemas import FindingView, LabelName, Problem, Scene, Suggest

_RID = r"^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$"
Url = Annotated[str, Field(min_length=1, max_length=2048, pattern="^https?://")]


class _Model(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class ImagesRequest(BaseModel):
    """Check pictures by their addresses."""

    model_config = ConfigDict(use_attribute_docstrings=True, extra="forbid")

    urls: Annotated[list[Url], Field(min_length=1, max_length=16)]
    scene: Scene | None = None
    """Where the pictures stand, by name or by WeChat's number; default: the app's."""
    user_id: Annotated[str | None, Field(max_length=256)] = None
    """Who sent them, as any opaque id."""
    lists: Annotated[list[str], Field(max_length=100)] | None = None
    """Ask only these wordlists about words in them; default: every list."""
    explain: bool | None = None
    """Add all that was read to every result."""


class BoxView(_Model):
    """A place, in pixels of the upright picture."""

    left: int
    top: int
    width: int
    height: int


class ImageFindingView(FindingView):
    """One reason; places in a text are in this finding's own `text`."""

    classifier: str
    """Which classifier saw it."""
    model: str
    """Id and version of what looked."""
    boxes: list[BoxView] | None = None
    frame: Annotated[int, Field(ge=0)]
    """The frame of an animated picture, counted from 0."""
    text: str | None = None
    """What was read there: the lines round a word, or the content of a code."""
    code: Annotated[str | None, Field(examples=["QRCode"])] = None
    """The kind of the code."""
    hash: Annotated[str | None, Field(pattern="^[0-9a-f]{64}$")] = None
    """The PDQ hash of the known picture."""
    distance: Annotated[int | None, Field(ge=0, le=256)] = None
    """Bits in which the picture's hash differs from it."""
    transform: Annotated[str | None, Field(examples=["mirrored"])] = None
    """The form of this picture that resembles it."""
    from_seconds: float | None = None
    """In sound and video, seconds from the beginning."""
    to_seconds: float | None = None
    classes: dict[str, float] | None = None
    """The model's classes that count for the label, with their scores."""


class PictureView(_Model):
    """What is known of the file."""

    width: int
    height: int
    format: str
    frames: int
    frames_checked: int
    complete: bool
    """False when the file ended early."""


class NotRunView(_Model):
    """A classifier that has not, or not wholly, looked."""

    classifier: str
    reason: str
    forgiven: bool
    """Whether the picture may pass nevertheless, by the service's settings."""


class TextLineView(_Model):
    """A line of text."""

    text: str
    box: BoxView
    score: float
    frame: int


class CodeView(_Model):
    """A code."""

    text: str
    code: str
    box: BoxView
    frame: int


class HashView(_Model):
    """A perceptual hash."""

    kind: str
    hash: str
    quality: int
    transform: str
    frame: int


class ReadingView(_Model):
    """All that one classifier saw."""

    classifier: str
    model: str
    milliseconds: float
    texts: list[TextLineView]
    codes: list[CodeView]
    hashes: list[HashView]
    scores: dict[str, float]
    error: str | None = None


class ImageVerdict(_Model):
    """What was found in one picture."""

    suggest: Suggest
    label: LabelName
    label_code: int
    findings: list[ImageFindingView]
    picture: PictureView
    models: dict[str, str]
    """What looked, by classifier."""
    not_run: list[NotRunView]
    trace_id: Annotated[str, Field(pattern=_RID)]
    truncated: bool | None = None
    """True when there was more to find than is listed."""
    readings: list[ReadingView] | None = None


class ImageFailure(_Model):
    """Why one of several pictures could not be checked."""

    problem: Problem
    trace_id: Annotated[str, Field(pattern=_RID)]


class ImagesAnswer(_Model):
    """One result for each picture, in order: files first."""

    results: list[ImageVerdict | ImageFailure]
    lexicon_version: str | None


FORM = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {
            "description": "A picture; repeat the field for more of them.",
            "type": "array",
            "minItems": 1,
            "maxItems": 16,
            "items": {"type": "string", "format": "binary"},
        },
        "scene": {"type": "string", "description": "As in JSON."},
        "user_id": {"type": "string", "maxLength": 256},
        "lists": {
            "type": "string",
            "description": "Names of wordlists, separated by commas.",
        },
        "explain": {"type": "string", "enum": ["true", "false"]},
    },
}
"""The form that carries pictures; its schema is written by hand."""
