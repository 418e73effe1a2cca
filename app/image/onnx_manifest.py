"""The small file beside an ONNX model that says how to use it.

With it any image classifier can be dropped in: how big a picture it wants, how
the numbers are laid out, what its classes are called, and what they mean.
"""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from app.plugins.manifest import (
    ClassName,
    Expected,
    ManifestError,
    Part,
    Seconds,
    checked,
    read_table,
)
from app.plugins.meaning import NEVER, Meaning, used_classes

__all__ = [
    "NEVER",
    "Expected",
    "Input",
    "Manifest",
    "ManifestError",
    "Meaning",
    "Output",
]

_Three = tuple[float, float, float]
_Deviations = tuple[
    Annotated[float, Field(gt=0)],
    Annotated[float, Field(gt=0)],
    Annotated[float, Field(gt=0)],
]


def _plain_name(file: str) -> str:
    """A name without a folder, so that a manifest speaks of its neighbour only."""
    if Path(file).name != file:
        raise ValueError("must be the name of a file beside the manifest")
    return file


class Input(Part):
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


class Output(Part):
    """What the model answers: one number per class, in this order.

    `activation` is what is still to be done to make scores of 0 to 1 of them.
    `name` may be left out if there is one output.
    """

    classes: Annotated[tuple[ClassName, ...], Field(min_length=1)]
    activation: Literal["none", "softmax", "sigmoid"] = "none"
    name: str | None = None

    @model_validator(mode="after")
    def _different(self) -> Self:
        if len(set(self.classes)) < len(self.classes):
            raise ValueError("two classes have the same name")
        return self


class Manifest(Part):
    """A model, and all that is needed to use it.

    It may look at one picture for `seconds`.
    """

    kind: Literal["onnx"] = "onnx"
    format: Literal[1]
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    version: Annotated[str, Field(min_length=1, max_length=100)]
    licence: Annotated[str, Field(min_length=1, max_length=100)]
    source: str = ""
    file: Annotated[str, AfterValidator(_plain_name)]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None
    input: Input
    output: Output
    seconds: Seconds = 10
    labels: tuple[Meaning, ...] = ()
    examples: tuple[Expected, ...] = ()

    @property
    def model(self) -> str:
        """Name and version, as readings carry them."""
        return f"{self.name} {self.version}"

    @model_validator(mode="after")
    def _known_classes(self) -> Self:
        used = used_classes(self.labels, self.examples)
        strange = sorted(set(used) - set(self.output.classes))
        if strange:
            raise ValueError(f"{strange[0]!r} is none of the classes of the output")
        return self

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a manifest; the model itself is not looked at.

        Raises:
            ManifestError: it cannot be read, or something in it makes no sense.
        """
        return checked(cls, read_table(path), path)
