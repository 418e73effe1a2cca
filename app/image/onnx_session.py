"""A model in the ONNX format, checked against its manifest and run."""

import hashlib
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.image.arrays import Floats
from app.image.onnx_manifest import Input, Manifest, ManifestError

_HOW: Final = "an ONNX model needs the extra 'onnx': pip install 'seccheck[onnx]'"
_NO_LOG: Final = 4
"""Only what is fatal: it would write of models, and it is told by errors."""


class Session:
    """A loaded model that gives one score per class."""

    def __init__(self, manifest: Manifest, folder: Path, *, threads: int) -> None:
        """Load the model that the manifest in `folder` speaks of.

        Raises:
            ManifestError: the model is missing, damaged, or another one than the
                manifest says, or the runtime is not installed.
        """
        self._manifest = manifest
        self._session = _load(manifest, folder / manifest.file, threads)
        self._input = _chosen("input", self._session.get_inputs(), manifest.input.name)
        outputs = self._session.get_outputs()
        self._output = _chosen("output", outputs, manifest.output.name)
        _check_input(self._input, manifest.input)
        self._check_output()

    def scores(self, values: Floats) -> dict[str, float]:
        """One score of 0 to 1 per class."""
        (answer,) = self._session.run([self._output.name], {self._input.name: values})
        numbers = _activated(answer, self._manifest.output.activation)
        classes = self._manifest.output.classes
        return dict(zip(classes, numbers.tolist(), strict=True))

    def _check_output(self) -> None:
        """Show it an empty picture: shapes in files are often left open."""
        wanted = self._manifest.input
        shape = _shape(wanted, wanted.height, wanted.width)
        try:
            values = np.zeros((1, *shape), np.float32)
            (answer,) = self._session.run(
                [self._output.name], {self._input.name: values}
            )
        except Exception as error:
            raise ManifestError(
                f"{self._manifest.file} fails on a picture of the size that the"
                f" manifest says: {_line(error)}"
            ) from error
        count, classes = np.asarray(answer).size, len(self._manifest.output.classes)
        if count != classes:
            raise ManifestError(
                f"{self._manifest.file} gives {count} numbers for a picture, and the"
                f" manifest names {classes} classes"
            )
        if not np.isfinite(answer).all():
            raise ManifestError(f"{self._manifest.file} gives no finite numbers")


def _load(manifest: Manifest, path: Path, threads: int) -> Any:
    try:
        runtime: Any = import_module("onnxruntime")
    except ImportError as error:
        raise ManifestError(_HOW) from error
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ManifestError(f"{manifest.file}: {error.strerror}") from None
    if manifest.sha256 and hashlib.sha256(content).hexdigest() != manifest.sha256:
        raise ManifestError(
            f"{manifest.file} is not the model that its manifest was written for"
        )
    options = runtime.SessionOptions()
    options.log_severity_level = _NO_LOG
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    try:
        # By path, because a model may keep its weights in files beside it.
        return runtime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:
        message = f"{manifest.file} cannot be loaded: {_line(error)}"
        raise ManifestError(message) from error


def _chosen(what: str, found: list[Any], name: str | None) -> Any:
    """The input or output of a name, or the only one."""
    names = [each.name for each in found]
    if name is None and len(found) == 1:
        return found[0]
    if name in names:
        return found[names.index(name)]
    raise ManifestError(
        f"{what}.name must be one of the model's {what}s: {', '.join(names)}"
    )


def _check_input(node: Any, wanted: Input) -> None:
    if node.type != "tensor(float)":
        raise ManifestError(
            f"the model wants {node.type}; only tensor(float) can be given"
        )
    shape = _shape(wanted, wanted.height, wanted.width)
    fits = len(node.shape) == len(shape) + 1 and all(
        not isinstance(has, int) or has == wants
        for has, wants in zip(node.shape[1:], shape, strict=True)
    )
    if not fits:
        raise ManifestError(
            f"the model wants the shape {list(node.shape)}, and the manifest says"
            f" {[1, *shape]}"
        )


def _shape(wanted: Input, height: int, width: int) -> tuple[int, int, int]:
    return (height, width, 3) if wanted.layout == "NHWC" else (3, height, width)


def _activated(answer: Any, activation: str) -> NDArray[np.float64]:
    numbers = np.asarray(answer, np.float64).reshape(-1)
    if activation == "softmax":
        powers = np.exp(numbers - numbers.max())
        numbers = powers / powers.sum()
    elif activation == "sigmoid":
        # The hyperbolic tangent does not overflow.
        numbers = (np.tanh(numbers / 2) + 1) / 2
    return np.clip(numbers, 0, 1)


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
