"""Small Keras models as the package describes them, and what they compute.

The functions here are the reference: plain loops over numpy arrays, in Keras'
own order of axes, that say what each kind of layer means.
"""

import base64
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.models.bundle import KerasModel, Layer

Floats = NDArray[np.float32]


def source(*shape: int) -> Layer:
    config = {"batch_input_shape": [None, *shape], "dtype": "float32"}
    return Layer("start", "InputLayer", config, ())


def layer(name: str, kind: str, *inputs: str, **config: Any) -> Layer:
    return Layer(name, kind, config, inputs or ("start",))


def model(*layers: Layer, **weights: Floats) -> KerasModel:
    """Layers one after the other; weights are named as in `conv__kernel`."""
    named = {name.replace("__", "/"): value for name, value in weights.items()}
    return KerasModel(layers, named, layers[-1].name)


def padded(values: Floats, size: tuple[int, int], step: tuple[int, int]) -> Floats:
    """With the zeros that make each output cover its share, more of them after."""
    pads = []
    for length, window, stride in zip(values.shape[:2], size, step, strict=True):
        outputs = -(-length // stride)
        missing = max(0, (outputs - 1) * stride + window - length)
        pads.append((missing // 2, missing - missing // 2))
    return np.pad(values, (*pads, (0, 0)))


def windows(
    values: Floats, size: tuple[int, int], step: tuple[int, int]
) -> tuple[NDArray[np.float32], int, int]:
    """All windows of a picture, and how many there are down and across."""
    rows = (values.shape[0] - size[0]) // step[0] + 1
    columns = (values.shape[1] - size[1]) // step[1] + 1
    cut = [
        values[y * step[0] : y * step[0] + size[0], x * step[1] : x * step[1] + size[1]]
        for y in range(rows)
        for x in range(columns)
    ]
    return np.stack(cut), rows, columns


def convolved(values: Floats, kernel: Floats, step: tuple[int, int]) -> Floats:
    size = (kernel.shape[0], kernel.shape[1])
    cut, rows, columns = windows(values, size, step)
    answer = np.einsum("nhwc,hwco->no", cut, kernel)
    return np.asarray(answer, np.float32).reshape(rows, columns, -1)


def depthwise(values: Floats, kernel: Floats, step: tuple[int, int]) -> Floats:
    size = (kernel.shape[0], kernel.shape[1])
    cut, rows, columns = windows(values, size, step)
    answer = np.einsum("nhwc,hwcm->ncm", cut, kernel)
    return np.asarray(answer, np.float32).reshape(rows, columns, -1)


def averaged(values: Floats, size: tuple[int, int], step: tuple[int, int]) -> Floats:
    cut, rows, columns = windows(values, size, step)
    answer = cut.mean(axis=(1, 2))
    return np.asarray(answer, np.float32).reshape(rows, columns, -1)


def script(value: object) -> str:
    """A value as the package wraps it for browsers."""
    written = json.dumps(value)
    return (
        f"!function(e){{e()}}(function(){{1:[function(e,a){{a.exports={written}}}]}})"
    )


def bundled(
    layers: list[dict[str, Any]], specs: list[dict[str, Any]], content: bytes
) -> tuple[str, str]:
    """The scripts of a model and of its weights."""
    topology = {
        "model_config": {
            "config": {"layers": layers, "output_layers": [[layers[-1]["name"], 0, 0]]}
        }
    }
    described = {
        "modelTopology": topology,
        "weightsManifest": [{"paths": ["one"], "weights": specs}],
    }
    return script(described), script(base64.b64encode(content).decode())
