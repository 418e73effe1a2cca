"""Examples of remote classifiers: what their manifests say of pictures by formula."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from app.image.onnx_examples import PICTURES
from app.plugins.door import Example, Frame, Reading, Sample
from app.plugins.manifest import Expected
from app.remote import RemoteManifest

WIDTH: Final = 320
HEIGHT: Final = 240


def remote_examples(manifest: RemoteManifest) -> Sequence[Example]:
    """What the manifest says of pictures; at least that each class has a score."""
    expected = manifest.examples or (Expected(picture="waves", scores={}),)
    return [_example(manifest.read_classes, each) for each in expected]


def _example(classes: Sequence[str], expected: Expected) -> Example:
    frame = Frame(PICTURES[expected.picture](WIDTH, HEIGHT))
    return Example(
        Sample((frame,), WIDTH, HEIGHT, "PNG"),
        partial(_scored, classes, expected.scores, expected.within),
        f"{expected.picture}, with a score for each class",
    )


def _scored(
    classes: Sequence[str],
    scores: Mapping[str, float],
    within: float,
    reading: Reading,
) -> bool:
    return set(reading.scores) == set(classes) and all(
        abs(reading.scores[name] - score) <= within for name, score in scores.items()
    )
