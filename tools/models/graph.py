"""From the layers of a Keras model to a graph in the ONNX format.

Keras lays pictures out as height, width, colours; ONNX's operators want colours
first. The picture is turned around once at the start, and back where a layer
flattens it.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, checker, helper, numpy_helper

from tools.models.bundle import ConversionError, Floats, KerasModel, Layer

OPSET: Final = 13
IR_VERSION: Final = 8
"""What goes with the opset: runtimes from 2021 on can read it."""
INPUT: Final = "input"
OUTPUT: Final = "scores"

_ACTIVATIONS: Final = {"relu": "Relu", "softmax": "Softmax", "sigmoid": "Sigmoid"}
_PADDING: Final = {"valid": "VALID", "same": "SAME_UPPER"}


class GraphWriter:
    """Collects operators, layer by layer."""

    def __init__(self, model: KerasModel) -> None:
        """Start with nothing; callers use `write_graph`."""
        self._model = model
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []
        self._used: set[str] = set()
        self._shape: list[int] = []
        self._kinds: dict[str, Callable[[Layer, Sequence[str]], str]] = {
            "InputLayer": self._input,
            "ZeroPadding2D": self._zero_padding,
            "Conv2D": self._convolution,
            "DepthwiseConv2D": self._depthwise,
            "BatchNormalization": self._normalisation,
            "ReLU": self._relu,
            "Add": self._add,
            "AveragePooling2D": self._average,
            "Flatten": self._flatten,
            "Dropout": self._dropout,
            "Dense": self._dense,
        }

    def write(self) -> ModelProto:
        """The whole graph, checked.

        Raises:
            ConversionError: a layer that is not known here, or weights of none.
        """
        names: dict[str, str] = {}
        for layer in self._model.layers:
            make = self._kinds.get(layer.kind)
            if make is None:
                raise ConversionError(f"layers of the kind {layer.kind} are not known")
            names[layer.name] = make(layer, [names[name] for name in layer.inputs])
        unused = sorted(set(self._model.weights) - self._used)
        if unused:
            raise ConversionError(f"the weights {unused[0]!r} belong to no layer")
        self._node("Identity", [names[self._model.output]], OUTPUT)
        return self._finished()

    def _finished(self) -> ModelProto:
        shape: list[int | str | None] = ["N", *self._shape]
        graph = helper.make_graph(
            self._nodes,
            "model",
            [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["N", None])],
            self._constants,
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="seccheck",
        )
        checker.check_model(model, full_check=True)
        return model

    # ------------------------------------------------------------ layers

    def _input(self, layer: Layer, _: Sequence[str]) -> str:
        self._shape = [int(side) for side in layer.config["batch_input_shape"][1:]]
        return self._node("Transpose", [INPUT], layer.name, perm=[0, 3, 1, 2])

    def _zero_padding(self, layer: Layer, before: Sequence[str]) -> str:
        (top, bottom), (left, right) = layer.config["padding"]
        pads = np.array([0, 0, top, left, 0, 0, bottom, right], np.int64)
        given = [*before, self._constant(f"{layer.name}/pads", pads)]
        return self._node("Pad", given, layer.name)

    def _convolution(self, layer: Layer, before: Sequence[str]) -> str:
        kernel = self._weight(layer, "kernel").transpose(3, 2, 0, 1)
        return self._convolved(layer, before, kernel, groups=1)

    def _depthwise(self, layer: Layer, before: Sequence[str]) -> str:
        kernel = self._weight(layer, "depthwise_kernel")
        height, width, channels, each = kernel.shape
        turned = kernel.transpose(2, 3, 0, 1)
        turned = turned.reshape(channels * each, 1, height, width)
        return self._convolved(layer, before, turned, groups=channels)

    def _convolved(
        self, layer: Layer, before: Sequence[str], kernel: Floats, *, groups: int
    ) -> str:
        config = layer.config
        given = [*before, self._constant(f"{layer.name}/kernel", kernel)]
        if config["use_bias"]:
            bias = self._weight(layer, "bias")
            given.append(self._constant(f"{layer.name}/bias", bias))
        made = self._node(
            "Conv",
            given,
            layer.name,
            auto_pad=_padding(layer),
            strides=config["strides"],
            dilations=config["dilation_rate"],
            group=groups,
        )
        return self._activated(layer, made)

    def _normalisation(self, layer: Layer, before: Sequence[str]) -> str:
        config = layer.config
        if config["axis"] not in (-1, 3, [3]):
            raise ConversionError(f"{layer.name} normalises along another axis")
        mean = self._weight(layer, "moving_mean")
        gamma = self._weight(layer, "gamma") if config["scale"] else mean * 0 + 1
        beta = self._weight(layer, "beta") if config["center"] else mean * 0
        variance = self._weight(layer, "moving_variance")
        values = {"gamma": gamma, "beta": beta, "mean": mean, "variance": variance}
        given = [
            self._constant(f"{layer.name}/{name}", value)
            for name, value in values.items()
        ]
        return self._node(
            "BatchNormalization",
            [*before, *given],
            layer.name,
            epsilon=config["epsilon"],
        )

    def _relu(self, layer: Layer, before: Sequence[str]) -> str:
        config = layer.config
        if config.get("negative_slope") or config.get("threshold"):
            raise ConversionError(f"{layer.name} is a ReLU of another kind")
        most = config.get("max_value")
        if most is None:
            return self._node("Relu", before, layer.name)
        limits = [
            self._constant(f"{layer.name}/{name}", np.array(value, np.float32))
            for name, value in (("least", 0), ("most", most))
        ]
        return self._node("Clip", [*before, *limits], layer.name)

    def _add(self, layer: Layer, before: Sequence[str]) -> str:
        return self._node("Sum", before, layer.name)

    def _average(self, layer: Layer, before: Sequence[str]) -> str:
        return self._node(
            "AveragePool",
            before,
            layer.name,
            auto_pad=_padding(layer),
            kernel_shape=layer.config["pool_size"],
            strides=layer.config["strides"],
        )

    def _flatten(self, layer: Layer, before: Sequence[str]) -> str:
        back = f"{layer.name}/back"
        self._node("Transpose", before, back, perm=[0, 2, 3, 1])
        return self._node("Flatten", [back], layer.name, axis=1)

    def _dropout(self, layer: Layer, before: Sequence[str]) -> str:
        return self._node("Identity", before, layer.name)

    def _dense(self, layer: Layer, before: Sequence[str]) -> str:
        kernel = self._constant(f"{layer.name}/kernel", self._weight(layer, "kernel"))
        given = [*before, kernel]
        if layer.config["use_bias"]:
            bias = self._weight(layer, "bias")
            given.append(self._constant(f"{layer.name}/bias", bias))
        return self._activated(layer, self._node("Gemm", given, layer.name))

    # ------------------------------------------------------------ pieces

    def _activated(self, layer: Layer, made: str) -> str:
        activation = layer.config.get("activation", "linear")
        if activation == "linear":
            return made
        if activation not in _ACTIVATIONS:
            raise ConversionError(f"the activation {activation} is not known")
        name = f"{layer.name}/{activation}"
        extra = {"axis": 1} if activation == "softmax" else {}
        return self._node(_ACTIVATIONS[activation], [made], name, **extra)

    def _weight(self, layer: Layer, part: str) -> Floats:
        name = f"{layer.name}/{part}"
        if name not in self._model.weights:
            raise ConversionError(f"the weights {name!r} are missing")
        self._used.add(name)
        return self._model.weights[name]

    def _constant(self, name: str, value: NDArray[Any]) -> str:
        tensor = numpy_helper.from_array(np.ascontiguousarray(value), name)
        self._constants.append(tensor)
        return name

    def _node(self, kind: str, given: Sequence[str], name: str, **extra: Any) -> str:
        self._nodes.append(helper.make_node(kind, list(given), [name], name, **extra))
        return name


def write_graph(model: KerasModel) -> ModelProto:
    """The model in the ONNX format: one picture in, one row of scores out.

    Raises:
        ConversionError: it has something that is not known here.
    """
    return GraphWriter(model).write()


def _padding(layer: Layer) -> str:
    padding = layer.config["padding"]
    if padding not in _PADDING:
        raise ConversionError(f"{layer.name} is padded as {padding!r}")
    return _PADDING[padding]
