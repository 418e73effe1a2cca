"""`python -m app.media.sherpa_child`: speech to text with sherpa-onnx.

It is told a folder with a model, loads it, and takes one part of a sound after the
other from the service.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from app.image import answers, sandbox
from app.image.limits import WorkerLimits
from app.image.wire import OUT_OF_MEMORY, Line
from app.media.phrases import phrases
from app.media.sherpa_manifest import SpeechModel, read_speech_model
from app.plugins.manifest import ManifestError

NO_ASR = "speech needs the extra 'asr': pip install 'seccheck[asr]'"


def load(folder: Path, manifest: SpeechModel, threads: int) -> Any:
    """The recogniser of a folder.

    Raises:
        ManifestError: it cannot be loaded.
    """
    try:
        import sherpa_onnx  # noqa: PLC0415 - an extra
    except ImportError:
        raise ManifestError(NO_ASR) from None
    make = getattr(sherpa_onnx.OfflineRecognizer, f"from_{manifest.kind}", None)
    if make is None:
        raise ManifestError(f"sherpa-onnx knows no model of the kind {manifest.kind!r}")
    files = {name: str(folder / file) for name, file in manifest.files.items()}
    try:
        return make(**{"num_threads": threads, **manifest.options, **files})
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a library's own
        failed = f"its model cannot be loaded: {type(error).__name__}"
        raise ManifestError(failed) from None


def listen(recogniser: Any, pcm: bytes, rate: int) -> list[dict[str, object]]:
    """What is said, part by part."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float32) / 32768
    stream = recogniser.create_stream()
    stream.accept_waveform(rate, samples)
    recogniser.decode_stream(stream)
    result = stream.result
    times = [float(each) for each in getattr(result, "timestamps", None) or ()]
    parts = phrases(str(result.text), times, len(samples) / rate)
    return [{"text": p.text, "start": p.start, "end": p.end} for p in parts]


def _serve(line: Line, recogniser: Any, limits: WorkerLimits) -> None:
    while (order := line.receive()) is not None:
        pcm = line.receive()
        if pcm is None:
            return
        sandbox.renew(limits.cpu_seconds)
        try:
            parts = listen(recogniser, pcm, int(orjson.loads(order)["rate"]))
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - a library's own
            failed = f"it failed with {type(error).__name__}"
            _say(line, {"kind": "failed", "why": failed})
        else:
            _say(line, {"kind": "spoken", "parts": parts})


def _say(line: Line, message: Mapping[str, object]) -> None:
    line.send(answers.dump(message))


def _run(line: Line, setup: Mapping[str, Any]) -> None:
    limits = WorkerLimits(**setup["worker"])
    sandbox.enter(limits, int(setup["parent"]))
    sandbox.renew(limits.start_seconds)
    folder = Path(setup["folder"])
    try:
        manifest = read_speech_model(folder)
        recogniser = load(folder, manifest, limits.threads)
    except ManifestError as error:
        _say(line, {"kind": "unloaded", "why": str(error)})
        return
    confined = sandbox.lock(limits)
    told = {"model": manifest.model, "longest": manifest.longest}
    _say(line, {"kind": "ready", "confined": confined, **told})
    _serve(line, recogniser, limits)


def main() -> int:
    """Listen until the service closes the line."""
    try:
        line = Line.take()
        setup = line.receive()
        if setup is not None:
            _run(line, orjson.loads(setup))
    except MemoryError:
        return OUT_OF_MEMORY
    except OSError:  # the service is gone
        return 0
    return 0


if __name__ == "__main__":
    # Without the usual end: it would wait for threads of others, and for nothing.
    os._exit(main())
