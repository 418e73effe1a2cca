"""Model servers that speak the Open Inference Protocol, known as KServe V2, by REST.

Source: the protocol's own text, "Open Inference Protocol (V2 Inference Protocol)":
paths, the tensors of requests and answers, and that tensor data may be flat or
nested in rows. It says nothing of how pictures are sent: here as base64 texts.
"""

import uuid
from base64 import b64encode
from collections.abc import Mapping, Sequence
from math import exp, prod, tanh
from typing import Annotated, Final, Literal, Self

import orjson
from pydantic import Field, model_validator

from app.plugins.manifest import Part
from app.remote.answer import (
    AnswerError,
    Told,
    highest,
    items,
    model_name,
    number,
    parsed,
    score,
    scores,
    table,
    text,
)
from app.remote.manifest import MOST_CLASSES, MOST_PICTURES, RemoteManifest

_PathPart = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
_Parameters = dict[str, str | bool | int | float]
_NUMBERS: Final = ("FP16", "FP32", "FP64")
_MOST_OUTPUTS: Final = 16
_MOST_DIMENSIONS: Final = 8
_MOST_VALUES: Final = MOST_PICTURES * MOST_CLASSES


class Input(Part):
    """The tensor that pictures are sent in: BYTES, one base64 text for each.

    `shape` is [N], or [N, 1] for servers that count pictures in a dimension of
    their own. `parameters` go with the tensor.
    """

    name: Annotated[str, Field(min_length=1, max_length=100)] = "image"
    shape: Literal["N", "Nx1"] = "N"
    parameters: _Parameters = Field(default_factory=dict)


class Output(Part):
    """The tensor that is read; `name` may be left out if there is one.

    `answer` says what it holds. `tensor`: FP16, FP32 or FP64, for each picture one
    number per class, in the order of `classes`; `activation` makes scores of them.
    `json`: BYTES, for each picture a text that is a JSON object of classes and
    scores. `names`: BYTES, for each picture the names of the classes that it has.
    """

    name: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    answer: Literal["tensor", "json", "names"] = "tensor"
    activation: Literal["none", "softmax", "sigmoid"] = "none"


class KServeManifest(RemoteManifest):
    """A model on a server that speaks KServe V2."""

    kind: Literal["kserve"]
    model: _PathPart
    version: _PathPart | None = None
    pictures: Annotated[int, Field(ge=1, le=MOST_PICTURES)] = 8
    parameters: _Parameters = Field(default_factory=dict)
    input: Input = Input()
    output: Output = Output()

    @property
    def told_model(self) -> str:
        """Name and version, if one is asked for."""
        return f"{self.model} {self.version}" if self.version else self.model

    def dialect(self) -> "KServe":
        """KServe V2."""
        return KServe(self)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.output.answer == "tensor" and not self.classes:
            raise ValueError("a tensor needs 'classes', in the order of its numbers")
        if self.url.endswith("/v2"):
            raise ValueError("leave out the final /v2 of the url")
        return self


class KServe:
    """The protocol, set up for one model."""

    def __init__(self, manifest: KServeManifest) -> None:
        self._manifest = manifest
        version = f"/versions/{manifest.version}" if manifest.version else ""
        self.url = f"{manifest.url}/v2/models/{manifest.model}{version}/infer"
        self.ready_url: str | None = f"{manifest.url}/v2/health/ready"
        self.model = manifest.told_model
        self.pictures = manifest.pictures

    def ask(self, jpegs: Sequence[bytes]) -> bytes:
        """See `Dialect`."""
        wanted, count = self._manifest.input, len(jpegs)
        tensor: dict[str, object] = {
            "name": wanted.name,
            "shape": [count] if wanted.shape == "N" else [count, 1],
            "datatype": "BYTES",
            "data": [b64encode(jpeg).decode("ascii") for jpeg in jpegs],
        }
        if wanted.parameters:
            tensor["parameters"] = wanted.parameters
        return orjson.dumps(
            {
                "id": uuid.uuid4().hex,
                "parameters": self._manifest.parameters,
                "inputs": [tensor],
            }
        )

    def read(self, body: bytes, count: int) -> Told:
        """See `Dialect`."""
        answer = parsed(body)
        rows = self._rows(self._output(answer.get("outputs")), count)
        return Told(self._told(answer), highest(rows))

    def _told(self, answer: Mapping[str, object]) -> str:
        name = model_name(answer.get("model_name"), self._manifest.model)
        asked = self._manifest.version or ""
        version = model_name(answer.get("model_version"), asked)
        return f"{name} {version}".rstrip()

    def _output(self, value: object) -> Mapping[str, object]:
        found = [table(each) for each in items(value, most=_MOST_OUTPUTS)]
        name = self._manifest.output.name
        chosen = [each for each in found if name in (None, each.get("name"))]
        if len(chosen) != 1:
            raise AnswerError("its answer has not the one output that is read")
        return chosen[0]

    def _rows(
        self, output: Mapping[str, object], count: int
    ) -> list[Mapping[str, float]]:
        wanted = self._manifest.output.answer
        kinds = _NUMBERS if wanted == "tensor" else ("BYTES",)
        if output.get("datatype") not in kinds:
            raise AnswerError("its answer has an output of another datatype")
        shape = _shape(output.get("shape"))
        values = _flat(output.get("data"), prod(shape))
        if wanted == "tensor":
            return self._of_numbers(values, shape, count)
        if wanted == "json":
            return self._of_json(values, count)
        return self._of_names(values, shape, count)

    def _of_numbers(
        self, values: list[object], shape: list[int], count: int
    ) -> list[Mapping[str, float]]:
        classes = self._manifest.classes
        if _plain(shape) != _plain([count, len(classes)]):
            raise AnswerError("its answer has not one number per picture and class")
        numbers = [number(value) for value in values]
        rows = [
            numbers[at : at + len(classes)]
            for at in range(0, len(numbers), len(classes))
        ]
        kind = self._manifest.output.activation
        return [
            dict(zip(classes, map(score, _activated(row, kind)), strict=True))
            for row in rows
        ]

    def _of_json(self, values: list[object], count: int) -> list[Mapping[str, float]]:
        if len(values) != count:
            raise AnswerError("its answer has not one text per picture")
        classes = self._manifest.read_classes
        return [scores(parsed(text(value)), classes) for value in values]

    def _of_names(
        self, values: list[object], shape: list[int], count: int
    ) -> list[Mapping[str, float]]:
        if count > 1 and shape[0] != count:
            raise AnswerError("its answer has not one row per picture")
        named = {text(value) for value in values}
        known = named.intersection(self._manifest.read_classes)
        if named and not known:
            raise AnswerError("its answer names no class that is known")
        return [{name: float(name in known) for name in self._manifest.read_classes}]


def _shape(value: object) -> list[int]:
    """Lengths of a tensor; together not more values than anybody asked for."""
    shape = items(value, most=_MOST_DIMENSIONS)
    lengths = [each for each in shape if type(each) is int and each >= 0]
    if len(lengths) < len(shape) or prod(lengths) > _MOST_VALUES:
        raise AnswerError("its answer has an unusable shape")
    return lengths


def _plain(shape: Sequence[int]) -> list[int]:
    """Without dimensions of length 1, which servers add and leave out."""
    return [each for each in shape if each != 1]


def _flat(value: object, count: int) -> list[object]:
    """Values of a tensor in their order, whether they are nested or not."""
    level = value if isinstance(value, list) else []
    for _ in range(_MOST_DIMENSIONS):
        if not any(isinstance(each, list) for each in level):
            break
        level = [
            one
            for each in level
            for one in (each if isinstance(each, list) else [each])
        ]
    if len(level) != count or not isinstance(value, list):
        raise AnswerError("its answer has another number of values than its shape")
    return level


def _activated(row: Sequence[float], kind: str) -> list[float]:
    if kind == "softmax":
        most = max(row)
        powers = [exp(value - most) for value in row]
        return [power / sum(powers) for power in powers]
    if kind == "sigmoid":
        # The hyperbolic tangent does not overflow.
        return [(tanh(value / 2) + 1) / 2 for value in row]
    return list(row)
