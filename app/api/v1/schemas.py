"""The native API's bodies, for the OpenAPI document (read by `parse.py`)."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Suggest = Literal["pass", "review", "risky"]
SceneName = Literal[
    "profile", "comment", "forum", "social_log", "chat", "search", "title", "live"
]
LabelName = Literal[
    "normal",
    "ads",
    "politics",
    "porn",
    "abuse",
    "crime",
    "fraud",
    "vulgar",
    "copyright",
    "other",
]
Strategy = Literal[
    "keyword",
    "content_model",
    "link",
    "contact",
    "image_model",
    "ocr",
    "qrcode",
    "known_image",
    "known_audio",
    "speech",
]
Scene = SceneName | Annotated[int, Field(ge=1, le=5)]
CallerId = Annotated[str, Field(max_length=128)]
_RID = r"^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$"


class _Model(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class _Closed(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True, extra="forbid")


class TextItem(_Closed):
    """A text with a scene or an id of its own."""

    text: Annotated[str, Field(max_length=100_000)]
    scene: Scene | None = None
    """Overrides the request's scene."""
    id: CallerId | None = None
    """Echoed in this text's result."""


class _Options(_Closed):
    scene: Scene | None = None
    """Where the text stands, by name or by WeChat's number; default: the app's."""
    user_id: Annotated[str | None, Field(max_length=256)] = None
    """The author, as any opaque id."""
    lists: Annotated[list[str], Field(max_length=100)] | None = None
    """Ask only these wordlists, and the exempt phrases of all; default: every list."""
    explain: bool | None = None
    """Add the inner view to every result."""
    mask: Annotated[str | None, Field(min_length=1, max_length=1)] = None
    """The code point that replaces each one of a hit; default `*`."""
    lang: Annotated[str | None, Field(max_length=35, examples=["en"])] = None
    """Language of notices; default: the Accept-Language header."""


class OneTextRequest(_Options):
    """Check one text."""

    text: Annotated[str, Field(max_length=100_000)]
    id: CallerId | None = None
    """Echoed in the result."""


class TextsRequest(_Options):
    """Check many texts, at far less cost for each."""

    texts: Annotated[
        list[Annotated[str, Field(max_length=100_000)] | TextItem],
        Field(min_length=1, max_length=1000),
    ]


class FindingView(_Model):
    """One reason; `level` (words, rules) or `prob` (models) is given."""

    strategy: Strategy
    label: LabelName
    label_code: int
    suggest: Suggest
    level: Annotated[int | None, Field(ge=0, le=100)] = None
    prob: Annotated[int | None, Field(ge=0, le=100)] = None
    term: str | None = None
    """The word or the rule, as the word list has it."""
    wordlist: str | None = None
    """The wordlist that holds the term."""
    words: list[str] | None = None
    """For a combination rule: its words that stand in the text."""
    start: Annotated[int | None, Field(ge=0)] = None
    """Code points of the original text."""
    end: Annotated[int | None, Field(ge=0)] = None
    """Exclusive."""
    folds: list[str]
    """The disguises that were undone to see the term."""


class BorderView(_Model):
    """How the word borders round a possible hit were judged."""

    term: str
    start: int
    end: int
    reading: str
    """The likeliest segmentation of the surroundings, words separated by `/`."""
    kept: bool


class ExemptView(_Model):
    """An exempt phrase that saved a hit, or would have if it stood there whole."""

    term: str
    phrase: str
    start: int
    end: int
    saved: bool


class GramView(_Model):
    """An n-gram and what it adds to the score of the harm over that of clean."""

    text: str
    view: Literal["characters", "sounds", "words"]
    start: int
    """Of its first occurrence."""
    end: int
    contribution: float


class ModelView(_Model):
    """Why the content model says what it says.

    `bias`, the contributions and `others` add up to `margin`.
    """

    version: str
    probs: dict[str, int]
    """Per cent for `clean` and for each harm."""
    harm: str
    """The likeliest harm."""
    threshold: int
    """Per cent of harm from which it is reported."""
    margin: float
    """The score of the harm over that of clean, before calibration."""
    bias: float
    grams: list[GramView]
    others: float
    """What all n-grams add that are not listed."""


class TogetherView(_Model):
    """How words and the model together changed the level of a word."""

    term: str
    rule: Literal["benign_context", "confirmed"]
    before: int
    after: int


class ExplanationView(_Model):
    """The inner view."""

    folded: str
    borders: list[BorderView]
    exempt: list[ExemptView]
    model: ModelView | None = None
    """None without a content model."""
    together: list[TogetherView] | None = None


class TextVerdict(_Model):
    """What was found in one text."""

    id: str | None = None
    suggest: Suggest
    label: LabelName
    label_code: int
    findings: list[FindingView]
    masked_text: str
    trace_id: Annotated[str, Field(pattern=_RID)]
    truncated: bool | None = None
    """True when there were more hits than are listed."""
    notice: str | None = None
    """What to tell the user whose search does not pass."""
    explanation: ExplanationView | None = None


class TextsAnswer(_Model):
    """One result for each text, in order."""

    results: list[TextVerdict]
    lexicon_version: str | None
    model_version: str | None
    """Of the content model; None when it is switched off."""


class FieldErrorView(_Model):
    """A field that is wrong."""

    pointer: str
    """JSON pointer into the request body."""
    detail: str


class Problem(_Model):
    """An error (RFC 9457)."""

    type: Annotated[str, Field(examples=["urn:seccheck:problem:invalid-request"])]
    title: str
    status: int
    detail: str
    trace_id: Annotated[str, Field(pattern=_RID)]
    errors: list[FieldErrorView] | None = None


class Liveness(_Model):
    """The process answers."""

    status: Literal["alive"]


class ImagesReadiness(_Model):
    """Who looks at pictures."""

    workers: int
    workers_ready: int
    models: dict[str, str]
    """Classifiers in the workers, with what looks."""
    missing: dict[str, str]
    """Wanted classifiers that do not look, and why."""
    lists_version: int
    """The version of the lists of known pictures in use, 0 for none."""
    lists_error: str | None
    """Why the live version could not be used; an older one is, if there is one."""


class Readiness(_Model):
    """Whether verdicts can be had, and from which lexicon."""

    status: Literal["ready", "starting"]
    lexicon_version: str | None
    lexicon_installed_at: str | None
    """Since when this process serves that version."""
    lexicon_confirmed_at: str | None
    """When it was last known to be the live one."""
    lexicon_error: str | None
    """Why a newer lexicon version could not be loaded; the old one serves on."""
    content_model: str | None
    """The version of the content model in use, None without one."""
    content_model_error: str | None
    """Why another one could not be loaded."""
    images: ImagesReadiness | None
    """None when image checks are switched off. Readiness does not wait for them."""
