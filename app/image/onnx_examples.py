"""Pictures made by a formula, on which a model can be seen to work."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

import numpy as np

from app.image.arrays import Pixels
from app.image.known_examples import waves
from app.image.onnx_manifest import Expected, Manifest
from app.plugins.door import Example, Frame, Reading, Sample


def plain(width: int, height: int) -> Pixels:
    """A field of one colour."""
    return np.full((height, width, 3), (120, 150, 90), np.uint8)


def noise(width: int, height: int) -> Pixels:
    """Numbers that follow each other without a pattern, the same everywhere."""
    count = width * height * 3
    steps = np.arange(1, count + 1, dtype=np.uint64)
    mixed = (steps * np.uint64(2654435761)) >> np.uint64(7)
    mixed = (mixed ^ (mixed >> np.uint64(11))) * np.uint64(40503)
    values = (mixed >> np.uint64(9)) % np.uint64(256)
    return values.astype(np.uint8).reshape(height, width, 3)


PICTURES: Final[Mapping[str, Callable[[int, int], Pixels]]] = {
    "waves": waves,
    "plain": plain,
    "noise": noise,
}


def examples(manifest: Manifest) -> Sequence[Example]:
    """What the manifest says of pictures; at least that there are scores."""
    expected = manifest.examples or (Expected(picture="waves", scores={}),)
    return [_example(manifest, each) for each in expected]


def _example(manifest: Manifest, expected: Expected) -> Example:
    width, height = manifest.input.width, manifest.input.height
    frame = Frame(PICTURES[expected.picture](width, height))
    return Example(
        Sample((frame,), width, height, "PNG"),
        partial(_scored, manifest.output.classes, expected),
        f"{expected.picture}, with a score for each class",
    )


def _scored(classes: Sequence[str], expected: Expected, reading: Reading) -> bool:
    scores = reading.scores
    return (
        set(scores) == set(classes)
        and all(0 <= score <= 1 for score in scores.values())
        and all(
            abs(scores[name] - score) <= expected.within
            for name, score in expected.scores.items()
        )
    )
