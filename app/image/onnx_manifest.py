"""The small file beside an ONNX model that says how to use it.

With it any image classifier can be dropped in: how big a picture it wants, how
the numbers are laid out, what its classes are called, and what they mean.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from app.domain.labels import Label, parse_label
from app.domain.policy import Thresholds

NEVER: Final = 101
"""A threshold that no score reaches."""

_Share = Annotated[float, Field(ge=0, le=1)]
_Three = tuple[float, float, float]
_Deviations = tuple[
    Annotated[float, Field(gt=0)],
    Annotated[float, Field(gt=0)],
    Annotated[float, Field(gt=0)],
]


class ManifestError(ValueError):
    """A manifest or a model that cannot be used; the message says why."""


def _plain_name(file: str) -> str:
    """A name without a folder, so that a manifest speaks of its neighbour only."""
    if Path(file).name != file:
        raise ValueError("must be the name of a file beside the manifest")
    return file


def _label(written: object) -> Label:
    return parse_label(str(written))


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Input(_Part):
    """What the model wants to be shown.

    Values of 0 to 255 are multiplied by `scale`, then `mean` is taken away and
    the rest divided by `std`, per colour in the order of `colours`. `fit` says
    whether a picture is stretched to the size, or scaled so that it covers it
    and its middle is cut out. `name` may be left out if there is one input.
    """

    width: Annotated[int, Field(ge=8, le=2048)]
    height: Annotated[int, Field(ge=8, le=2048)]
    layout: Literal["NHWC", "NCHW"]
    colours: Literal["RGB", "BGR"] = "RGB"
    scale: Annotated[float, Field(gt=0)] = 1 / 255
    mean: _Three = (0.0, 0.0, 0.0)
    std: _Deviations = (1.0, 1.0, 1.0)
    fit: Literal["stretch", "crop"] = "stretch"
    name: str | None = None


class Output(_Part):
    """What the model answers: one number per class, in this order.

    `activation` is what is still to be done to make scores of 0 to 1 of them.
    `name` may be left out if there is one output.
    """

    classes: Annotated[tuple[str, ...], Field(min_length=1)]
    activation: Literal["none", "softmax", "sigmoid"] = "none"
    name: str | None = None

    @model_validator(mode="after")
    def _different(self) -> Self:
        if len(set(self.classes)) < len(self.classes):
            raise ValueError("two classes have the same name")
        return self


class Meaning(_Part):
    """What classes mean: a label, and the scores from which they count.

    The scores of several classes are added up, or the highest one counts, as
    `combine` says. Without `risky` the model alone never blocks.
    """

    label: Annotated[Label, BeforeValidator(_label)]
    classes: Annotated[tuple[str, ...], Field(min_length=1)]
    combine: Literal["sum", "max"] = "max"
    review: _Share
    risky: _Share | None = None

    @property
    def thresholds(self) -> Thresholds:
        """The same as numbers of 0 to 100."""
        risky = NEVER if self.risky is None else round(100 * self.risky)
        return Thresholds(round(100 * self.review), risky)

    def weight(self, scores: Mapping[str, float]) -> int:
        """How much the scores speak for the label, 0 to 100."""
        own = [scores.get(name, 0.0) for name in self.classes]
        total = sum(own) if self.combine == "sum" else max(own)
        return round(100 * min(1.0, max(0.0, total)))

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.risky is not None and self.risky < self.review:
            raise ValueError("risky must not be below review")
        return self


class Expected(_Part):
    """What the model says of a picture that is made by a formula."""

    picture: Literal["waves", "plain", "noise"]
    scores: dict[str, _Share]
    within: _Share = 0.01


class Manifest(_Part):
    """A model, and all that is needed to use it."""

    format: Literal[1]
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    version: Annotated[str, Field(min_length=1, max_length=100)]
    licence: Annotated[str, Field(min_length=1, max_length=100)]
    source: str = ""
    file: Annotated[str, AfterValidator(_plain_name)]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None
    input: Input
    output: Output
    labels: tuple[Meaning, ...] = ()
    examples: tuple[Expected, ...] = ()

    @property
    def model(self) -> str:
        """Name and version, as readings carry them."""
        return f"{self.name} {self.version}"

    @model_validator(mode="after")
    def _known_classes(self) -> Self:
        used = {name for each in self.labels for name in each.classes}
        used |= {name for each in self.examples for name in each.scores}
        strange = sorted(used - set(self.output.classes))
        if strange:
            raise ValueError(f"{strange[0]!r} is none of the classes of the output")
        return self

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a manifest; the model itself is not looked at.

        Raises:
            ManifestError: it cannot be read, or something in it makes no sense.
        """
        try:
            return cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except OSError as error:
            raise ManifestError(f"{path.name}: {error.strerror}") from None
        except ValidationError as error:
            raise ManifestError(f"{path.name}: {_told(error)}") from None
        except ValueError as error:
            raise ManifestError(f"{path.name} is no TOML: {error}") from None


def _told(error: ValidationError) -> str:
    """All that is wrong, each with its place."""
    parts = []
    for each in error.errors(include_url=False, include_input=False):
        place = ".".join(map(str, each["loc"]))
        said = each["msg"].removeprefix("Value error, ")
        parts.append(f"{place}: {said}" if place else said)
    return "; ".join(parts)
