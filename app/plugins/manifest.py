"""What the manifests of all classifiers have in common, and how their errors are told.

A manifest is a TOML file that says how to use a classifier: a model in a file, one
on another machine, or one that a Python package offers.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class ManifestError(ValueError):
    """A manifest or a model that cannot be used; the message says why."""


class Part(BaseModel):
    """A table of a manifest: what it does not know is an error, not ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(gt=0, le=60)]
"""How long a classifier may look at one picture."""
ClassName = Annotated[str, Field(min_length=1, max_length=200)]


class Expected(Part):
    """What a model says of a picture that is made by a formula."""

    picture: Literal["waves", "plain", "noise"]
    scores: dict[str, Share]
    within: Share = 0.01


_P = TypeVar("_P", bound=Part)


def read_table(path: Path) -> dict[str, object]:
    """The content of a TOML file.

    Raises:
        ManifestError: it cannot be read, or is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ManifestError(f"{path.name}: {error.strerror}") from None
    except ValueError as error:
        raise ManifestError(f"{path.name} is no TOML: {error}") from None


def checked(kind: type[_P], table: Mapping[str, object], path: Path) -> _P:
    """The content of a manifest of this kind.

    Raises:
        ManifestError: something in it makes no sense; all of it is told.
    """
    try:
        return kind.model_validate(table)
    except ValidationError as error:
        raise ManifestError(f"{path.name}: {_told(error)}") from None


def _told(error: ValidationError) -> str:
    """All that is wrong, each with its place."""
    parts = []
    for each in error.errors(include_url=False, include_input=False):
        place = ".".join(map(str, each["loc"]))
        said = each["msg"].removeprefix("Value error, ")
        parts.append(f"{place}: {said}" if place else said)
    return "; ".join(parts)
