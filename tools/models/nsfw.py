"""The nudity model: its manifest, and what the original says of three pictures."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from app.image.onnx_examples import PICTURES
from app.image.onnx_input import prepared
from app.image.onnx_manifest import Manifest
from app.image.onnx_session import Session
from tools.models.bundle import ConversionError, read_model
from tools.models.graph import write_graph
from tools.models.package import FILES, PACKAGE, VERSION

MODEL_FILE: Final = "nsfw.onnx"
MANIFEST_FILE: Final = "nsfw.toml"
CLOSE: Final = 1e-4
"""How far a score may be from the original's."""

ORIGINAL: Final[Mapping[str, Mapping[str, float]]] = {
    "waves": {
        "Drawing": 0.190715,
        "Hentai": 0.0156497,
        "Neutral": 0.790021,
        "Porn": 0.00315333,
        "Sexy": 0.00046094,
    },
    "plain": {
        "Drawing": 0.8373646,
        "Hentai": 0.0239915,
        "Neutral": 0.1285156,
        "Porn": 0.0085753,
        "Sexy": 0.0015531,
    },
    "noise": {
        "Drawing": 0.0779204,
        "Hentai": 0.0068316,
        "Neutral": 0.9047628,
        "Porn": 0.0090288,
        "Sexy": 0.0014563,
    },
}
"""What the package itself says, run by TensorFlow.js, of pictures of 224 pixels."""

_HEAD: Final = """\
# Written by `make models`. Thresholds may be changed; scores are 0 to 1.
format = 1
name = "nsfw"
version = "{package} {version} mobilenet_v2"
licence = "MIT"
source = "npm package {package} {version}"
file = "{file}"
sha256 = "{sha256}"

[input]
width = 224
height = 224
layout = "NHWC"
colours = "RGB"
scale = 0.00392156862745098
fit = "stretch"

[output]
classes = ["Drawing", "Hentai", "Neutral", "Porn", "Sexy"]

# Without `risky` the model alone never blocks a picture: somebody looks.
[[labels]]
label = "porn"
classes = ["Porn", "Hentai"]
combine = "sum"
review = 0.7

[[labels]]
label = "vulgar"
classes = ["Sexy"]
review = 0.9
"""


def make(files: Mapping[str, str], folder: Path) -> Path:
    """Write model and manifest into a folder; returns the manifest's path.

    Nothing is left there unless the model says what the original says.

    Raises:
        ConversionError: it does not, or the files are not as known here.
    """
    model, *shards = (files[path] for path in FILES)
    content = write_graph(read_model(model, shards)).SerializeToString()
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f"new-{MODEL_FILE}", folder / f"new-{MANIFEST_FILE}"
    new[0].write_bytes(content)
    try:
        new[1].write_text(manifest_text(content, new[0].name), encoding="utf-8")
        verify(new[1])
        (folder / MANIFEST_FILE).write_text(
            manifest_text(content, MODEL_FILE), encoding="utf-8"
        )
        new[0].replace(folder / MODEL_FILE)
    finally:
        for path in new:
            path.unlink(missing_ok=True)
    return folder / MANIFEST_FILE


def manifest_text(model: bytes, file: str) -> str:
    """The manifest of a model with this content."""
    head = _HEAD.format(
        package=PACKAGE,
        version=VERSION,
        file=file,
        sha256=hashlib.sha256(model).hexdigest(),
    )
    return head + "".join(
        f'\n[[examples]]\npicture = "{picture}"\nscores = {_inline(scores)}\n'
        for picture, scores in ORIGINAL.items()
    )


def _inline(scores: Mapping[str, float]) -> str:
    pairs = ", ".join(f"{name} = {score}" for name, score in scores.items())
    return f"{{ {pairs} }}"


def verify(path: Path) -> float:
    """Compare a model with the original; returns the greatest difference.

    Raises:
        ConversionError: a score is too far from the original's.
    """
    manifest = Manifest.read(path)
    session = Session(manifest, path.parent, threads=1)
    furthest = 0.0
    for picture, expected in ORIGINAL.items():
        pixels = PICTURES[picture](manifest.input.width, manifest.input.height)
        scores = session.scores(prepared(pixels, manifest.input))
        for name, score in expected.items():
            furthest = max(furthest, abs(scores[name] - score))
    if furthest > CLOSE:
        raise ConversionError(
            f"the converted model differs from the original by {furthest:.5f}"
        )
    return furthest
