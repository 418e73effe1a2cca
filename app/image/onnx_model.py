"""The classifiers `nsfw` and `onnx`: a model in the ONNX format with a manifest."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from app.image.onnx_examples import examples
from app.image.onnx_input import parts, prepared
from app.image.onnx_manifest import Manifest, ManifestError
from app.image.onnx_session import Session
from app.image.options import Options
from app.plugins.door import Example, Reading, Sample

NSFW: Final = "nsfw"
ONNX: Final = "onnx"
_SETTINGS: Final = frozenset({"manifest", "threads"})


class OnnxModel:
    """Gives each class the highest score over frames and parts of a picture."""

    def __init__(self, name: str, manifest: Path, *, threads: int = 1) -> None:
        """Load the model that a manifest speaks of.

        Raises:
            ManifestError: the manifest or the model cannot be used.
        """
        self.name = name
        self._manifest = Manifest.read(manifest)
        self._session = Session(self._manifest, manifest.parent, threads=threads)

    @property
    def model(self) -> str:
        """Name and version of the model."""
        return self._manifest.model

    def classify(self, sample: Sample) -> Reading:
        """Look at each frame, whole, and in parts where it is long."""
        best: dict[str, float] = {}
        for frame in sample.frames:
            for part in parts(frame.pixels):
                values = prepared(part, self._manifest.input)
                for name, score in self._session.scores(values).items():
                    best[name] = max(score, best.get(name, 0.0))
        return Reading(self.name, self.model, scores=best)

    def examples(self) -> Sequence[Example]:
        """What the manifest says of pictures made by a formula."""
        return examples(self._manifest)


def create(settings: Mapping[str, str]) -> OnnxModel:
    """Make the classifier `onnx` of the manifest that the settings name.

    `manifest` is the path of the manifest, `threads` how many a step may use.

    Raises:
        ValueError: a setting makes no sense; `ManifestError` for a bad model.
    """
    return _create(ONNX, settings, "name the manifest of a model in 'manifest'")


def create_nsfw(settings: Mapping[str, str]) -> OnnxModel:
    """Make the classifier `nsfw`: any model whose classes are about nudity.

    Raises:
        ValueError: as with `create`.
    """
    return _create(NSFW, settings, "there is no model here; `make models` makes one")


def _create(name: str, settings: Mapping[str, str], missing: str) -> OnnxModel:
    options = Options(name, settings, known=_SETTINGS)
    path = options.text("manifest", "")
    if not path or not Path(path).is_file():
        raise ManifestError(f"{name}: {missing}")
    threads = options.integer("threads", 1, least=1, most=64)
    return OnnxModel(name, Path(path), threads=threads)
