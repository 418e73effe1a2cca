"""A stand-in for sherpa-onnx: the part of its API that is used, without a model.

The file of the model holds what it says, and what it does.
"""

import os
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any


class _Stream:
    def __init__(self) -> None:
        self.heard = 0.0
        self.result = SimpleNamespace(text="", timestamps=[], tokens=[])

    def accept_waveform(self, sample_rate: int, waveform: Any) -> None:
        assert waveform.dtype.name == "float32"
        assert abs(waveform).max() <= 1
        self.heard = len(waveform) / sample_rate


class OfflineRecognizer:
    def __init__(self, said: str) -> None:
        self._said = said

    @classmethod
    def from_sense_voice(
        cls, model: str, tokens: str, num_threads: int = 1, language: str = ""
    ) -> "OfflineRecognizer":
        assert Path(tokens).is_file()
        said = Path(model).read_text(encoding="utf-8")
        if said == "broken":
            raise RuntimeError("it cannot be loaded")
        return cls(f"{said}{language}")

    def create_stream(self) -> _Stream:
        return _Stream()

    def decode_stream(self, stream: _Stream) -> None:
        if self._said == "raise":
            raise RuntimeError("the text of a user")
        if self._said == "die":
            os._exit(9)
        if self._said == "hang":
            time.sleep(3600)
        if self._said == "write":
            Path(os.devnull).write_text("x", encoding="ascii")
        stream.result.text = self._said
        step = stream.heard / max(1, len(self._said))
        stream.result.timestamps = [step * n for n in range(len(self._said))]
