"""The knobs of the image checks."""

from typing import Annotated, Literal

from pydantic import BaseModel, ByteSize, ConfigDict, Field, field_validator
from pydantic_settings import NoDecode

from app.domain.finding import Suggest
from app.domain.scenes import Scene
from app.plugins.meaning import Meaning

_MEBIBYTE = 1024 * 1024
_NAME = r"^[a-z][a-z0-9_-]{0,39}$"
Name = Annotated[str, Field(pattern=_NAME)]


class ImageKnobs(BaseModel):
    """How pictures are looked at. Objects are written as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    workers: int = Field(
        default=1,
        ge=0,
        le=64,
        description=(
            "Processes that look at pictures, for each API process; 0 switches the"
            " image checks off."
        ),
    )
    classifiers: Annotated[tuple[Name, ...], NoDecode] = Field(
        default=("codes", "known", "ocr", "nsfw"),
        description=(
            "What looks at pictures, in this order, separated by commas: `codes`,"
            " `known`, `ocr`, `nsfw`, the names of manifests in `data/models`, and what"
            " installed packages offer."
        ),
    )
    lenient: dict[Name, Literal["always", "absent"]] = Field(
        default={"nsfw": "absent"},
        description=(
            "Classifiers without which a picture may pass, as a JSON object: `always`,"
            " or `absent`, which is only while they are not installed. Without any"
            " other one it is `review`. `decode` stands for files that end early."
        ),
    )
    settings: dict[Name, dict[str, str]] = Field(
        default_factory=dict,
        description=(
            "Settings of classifiers, as a JSON object of objects of strings, such as"
            ' `{"ocr": {"side": "960"}}`.'
        ),
    )
    labels: dict[Name, tuple[Meaning, ...]] = Field(
        default_factory=dict,
        description=(
            "What the classes of models mean, by classifier, instead of what their"
            " manifests say: a JSON object of arrays of `label`, `classes`, `combine`,"
            " `review` and `risky`."
        ),
    )
    codes: dict[Scene, Suggest] = Field(
        default_factory=dict,
        description=(
            "What a code in a picture means if its content tells nothing, by scene, as"
            " a JSON object; `review` where it says nothing. Numbers of goods always"
            " pass."
        ),
    )
    known_same: int = Field(
        default=31,
        ge=0,
        le=64,
        description="Bits, of 256, in which copies of a known picture differ at most.",
    )
    known_like: int = Field(
        default=64,
        ge=0,
        le=127,
        description="The same for pictures that are held for review.",
    )
    queue: int = Field(
        default=32, ge=0, description="Pictures that may wait; more are told `busy`."
    )
    queue_seconds: float = Field(
        default=10.0, gt=0, description="How long a picture may wait, in seconds."
    )
    seconds: float = Field(
        default=30.0,
        gt=0,
        description="How long one picture may be looked at, in seconds.",
    )
    memory: ByteSize = Field(
        default=ByteSize(1024 * _MEBIBYTE),
        ge=256 * _MEBIBYTE,
        description="Most memory of one worker process, models included.",
    )
    pictures: int = Field(
        default=500,
        ge=1,
        description="Pictures after which a worker process is replaced.",
    )
    max_size: ByteSize = Field(
        default=ByteSize(10 * _MEBIBYTE),
        gt=0,
        description="Largest picture file.",
    )
    max_pixels: int = Field(
        default=40_000_000, ge=1, description="Most pixels of a picture."
    )
    frames: int = Field(
        default=8,
        ge=1,
        le=100,
        description="Frames of an animated picture that are looked at.",
    )
    max_files: int = Field(
        default=16, ge=1, description="Most pictures in one native request."
    )
    max_body: ByteSize = Field(
        default=ByteSize(32 * _MEBIBYTE),
        gt=0,
        description="Largest native request with pictures.",
    )
    fetch_seconds: float = Field(
        default=10.0,
        gt=0,
        description="How long fetching a picture may take, in seconds.",
    )

    @field_validator("classifiers", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value
