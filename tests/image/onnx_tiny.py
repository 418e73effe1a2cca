"""Tiny models for tests: what they answer can be worked out by hand."""

from pathlib import Path
from typing import Final

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper

SIDE: Final = 8
CLASSES: Final = ("red", "green", "blue")


def mean_colour(
    *,
    layout: str = "NHWC",
    side: int | str = SIDE,
    kind: int = TensorProto.FLOAT,
    bias: float = 0.0,
) -> ModelProto:
    """Answers with the mean of each colour of what it is shown, plus a number."""
    shape = ["N", side, side, 3] if layout == "NHWC" else ["N", 3, side, side]
    axes = [1, 2] if layout == "NHWC" else [2, 3]
    added = numpy_helper.from_array(
        np.full(3, bias, helper.tensor_dtype_to_np_dtype(kind)), "bias"
    )
    nodes = [
        helper.make_node("ReduceMean", ["picture"], ["mean"], axes=axes, keepdims=0),
        helper.make_node("Add", ["mean", "bias"], ["scores"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("picture", kind, shape)],
        [helper.make_tensor_value_info("scores", kind, ["N", 3])],
        [added],
    )
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8
    )


def write(folder: Path, model: ModelProto | bytes, **changed: str) -> Path:
    """A model with a manifest; `changed` replaces parts of it. Returns its path."""
    content = model if isinstance(model, bytes) else model.SerializeToString()
    (folder / "tiny.onnx").write_bytes(content)
    parts = {
        "head": 'format = 1\nname = "tiny"\nversion = "1"\nlicence = "none"\n',
        "file": 'file = "tiny.onnx"\n',
        "input": f'[input]\nwidth = {SIDE}\nheight = {SIDE}\nlayout = "NHWC"\n',
        "output": '[output]\nclasses = ["red", "green", "blue"]\n',
        "rest": "",
        **changed,
    }
    manifest = folder / "tiny.toml"
    manifest.write_text("".join(parts.values()), encoding="utf-8")
    return manifest
