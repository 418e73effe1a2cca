"""A model that hears pitches: small enough to be made in a test, real enough to run.

Of each moment it says a character for low, middle or high sound, or nothing. It has
the inputs, outputs and metadata of NeMo's CTC models, as sherpa-onnx expects them.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from app.media.sherpa_manifest import MANIFEST

TOKENS = ("你", "好", "吗", "<blk>")
PITCHES = (200.0, 1200.0, 5000.0)
_BANDS = ((0, 20), (20, 45), (45, 80))
_FEATURES = 80
_SILENCE = -14.0
"""Mean log energy of bands below which nothing is said."""
_STEP = 4
_METADATA = {
    "vocab_size": str(len(TOKENS) - 1),
    "normalize_type": "",
    "subsampling_factor": str(_STEP),
    "model_type": "EncDecCTCModelBPE",
}


def write(folder: Path) -> None:
    """Write the model with its tokens and its manifest."""
    onnx.save(_model(), folder / "model.onnx")
    lines = [f"{token} {number}\n" for number, token in enumerate(TOKENS)]
    (folder / "tokens.txt").write_text("".join(lines), encoding="utf-8")
    (folder / MANIFEST).write_text(
        'kind = "nemo_ctc"\nmodel = "tiny-ctc-1"\n'
        '[files]\nmodel = "model.onnx"\ntokens = "tokens.txt"\n',
        encoding="utf-8",
    )


def _model() -> onnx.ModelProto:
    bands = np.zeros((len(TOKENS), _FEATURES, 1), np.float32)
    for number, (first, last) in enumerate(_BANDS):
        bands[number, first:last] = 1 / (last - first)
    silence = np.array([0, 0, 0, _SILENCE], np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("Conv", ["audio_signal", "bands", "silence"], ["heard"]),
            helper.make_node(
                "AveragePool",
                ["heard"],
                ["steps"],
                kernel_shape=[_STEP],
                strides=[_STEP],
            ),
            helper.make_node("Transpose", ["steps"], ["turned"], perm=[0, 2, 1]),
            helper.make_node("LogSoftmax", ["turned"], ["logprobs"], axis=2),
        ],
        "tiny",
        [
            helper.make_tensor_value_info(
                "audio_signal", TensorProto.FLOAT, ["N", _FEATURES, "T"]
            ),
            helper.make_tensor_value_info("length", TensorProto.INT64, ["N"]),
        ],
        [
            helper.make_tensor_value_info(
                "logprobs", TensorProto.FLOAT, ["N", "U", len(TOKENS)]
            )
        ],
        [
            numpy_helper.from_array(bands, "bands"),
            numpy_helper.from_array(silence, "silence"),
        ],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    made.ir_version = 8
    helper.set_model_props(made, _METADATA)
    return made
