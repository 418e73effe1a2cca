"""The files of the package: a model and its weights, wrapped for browsers."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tools.models.literal import LiteralError, read_literal

Floats = NDArray[np.float32]

_EXPORT: Final = re.compile(r"\.exports=(?=[{\"'])")
_TYPES: Final = {"uint8": "u1", "uint16": "<u2", "float32": "<f4"}


class ConversionError(ValueError):
    """The package is not as it is known here; the message says how."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of a Keras model, with the names of the layers before it."""

    name: str
    kind: str
    config: dict[str, Any]
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KerasModel:
    """Layers in the order in which they can be computed, and their weights.

    Weights are named as in "Conv1/kernel". `output` is the last layer's name.
    """

    layers: tuple[Layer, ...]
    weights: dict[str, Floats]
    output: str


def exported(script: str) -> Any:
    """What a bundled script exports, if it is a written-out value.

    Raises:
        ConversionError: it exports nothing of the kind.
    """
    found = _EXPORT.search(script)
    if found is None:
        raise ConversionError("a script of the package exports no plain value")
    try:
        return read_literal(script, found.end())
    except LiteralError as error:
        raise ConversionError(
            f"a script of the package cannot be read: {error}"
        ) from None


def read_model(model: str, shards: Sequence[str]) -> KerasModel:
    """A model from its script and those of its weights, in their order.

    Raises:
        ConversionError: something is not as expected.
    """
    described = exported(model)
    try:
        topology = described["modelTopology"]["model_config"]
        manifest = described["weightsManifest"]
        layers = tuple(map(_layer, topology["config"]["layers"]))
        ((output, _, _),) = topology["config"]["output_layers"]
        (group,) = manifest
        specs = group["weights"]
    except (KeyError, TypeError, ValueError) as error:
        message = f"the model of the package is described in another way: {error!r}"
        raise ConversionError(message) from None
    return KerasModel(layers, _weights(specs, _joined(shards)), str(output))


def _layer(described: dict[str, Any]) -> Layer:
    nodes = described["inbound_nodes"]
    if len(nodes) > 1:
        raise ConversionError(f"the layer {described['name']} is used more than once")
    inputs = tuple(str(node[0]) for node in nodes[0]) if nodes else ()
    kind, config = str(described["class_name"]), described["config"]
    return Layer(str(described["name"]), kind, config, inputs)


def _joined(shards: Sequence[str]) -> bytes:
    try:
        return b"".join(
            base64.b64decode(exported(shard), validate=True) for shard in shards
        )
    except (binascii.Error, TypeError) as error:
        raise ConversionError(f"weights are no base64: {error}") from None


def _weights(specs: Sequence[dict[str, Any]], content: bytes) -> dict[str, Floats]:
    weights: dict[str, Floats] = {}
    start = 0
    for spec in specs:
        shape, quantised = spec["shape"], spec.get("quantization")
        stored = quantised["dtype"] if quantised else spec["dtype"]
        if stored not in _TYPES:
            raise ConversionError(f"weights are stored as {stored}")
        kind = np.dtype(_TYPES[stored])
        size = int(np.prod(shape)) * kind.itemsize
        part = content[start : start + size]
        if len(part) != size:
            raise ConversionError("there are fewer weights than the model says")
        values = np.frombuffer(part, kind).astype(np.float64)
        if quantised:
            values = values * quantised["scale"] + quantised["min"]
        weights[spec["name"]] = values.astype(np.float32).reshape(shape)
        start += size
    if start != len(content):
        raise ConversionError("there are more weights than the model says")
    return weights
