"""What holds for every classifier, ours and those of others; for their tests.

from app.image.decode import decode
from app.plugins.conformance import complaints

def test_it_keeps_to_the_contract() -> None:
assert complaints(create({}), decode) == []
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from app.plugins.door import Box, Classifier, Frame, Reading, Sample

Decode = Callable[[bytes], Sample]
"""Makes a sample from a file."""

ODD_SIZES: Final = ((1, 1), (1, 700), (700, 1), (13, 7), (300, 200))
"""Width and height of pictures on which no classifier may fail."""


def complaints(classifier: Classifier, decode: Decode) -> list[str]:
    """In which ways a classifier breaks the contract; none, if all is well."""
    return [
        *_of_names(classifier),
        *_of_examples(classifier, decode),
        *_of_odd_pictures(classifier),
    ]


def _of_names(classifier: Classifier) -> Iterator[str]:
    for part in ("name", "model"):
        if not isinstance(getattr(classifier, part), str) or not getattr(
            classifier, part
        ):
            yield f"its {part} is no text, or empty"


def _of_examples(classifier: Classifier, decode: Decode) -> Iterator[str]:
    examples = classifier.examples()
    if not examples:
        yield "it has no example"
    for example in examples:
        given = example.picture
        sample = decode(given) if isinstance(given, bytes) else given
        reading, *wrong = _looked(classifier, sample, example.what)
        yield from wrong
        if reading is None:
            continue
        if reading.error is not None:
            yield f"{example.what}: it reports an error: {reading.error}"
        elif not example.expect(reading):
            yield f"{example.what}: it does not say what it should"
        if _timeless(classifier.classify(sample)) != _timeless(reading):
            yield f"{example.what}: it says something else the second time"


def _of_odd_pictures(classifier: Classifier) -> Iterator[str]:
    for width, height in ODD_SIZES:
        pixels = np.full((height, width, 3), 128, np.uint8)
        pixels.setflags(write=False)
        frames = (Frame(pixels, 3.0), Frame(pixels, 3.0, number=4, seconds=1.0))
        sample = Sample(frames, 3 * width, 3 * height, "gif", True, 5)
        _, *wrong = _looked(classifier, sample, f"a grey picture of {width} × {height}")
        yield from wrong


def _looked(
    classifier: Classifier, sample: Sample, what: str
) -> tuple[Reading | None, *tuple[str, ...]]:
    try:
        reading: object = classifier.classify(sample)
    except Exception as error:  # noqa: BLE001 - somebody else's code
        return None, f"{what}: it raises {error!r}"
    if not isinstance(reading, Reading):
        return None, f"{what}: its answer is no reading"
    return reading, *(f"{what}: {wrong}" for wrong in _of_reading(reading, sample))


def _of_reading(reading: Reading, sample: Sample) -> Iterator[str]:
    numbers = {frame.number for frame in sample.frames}
    if not numbers.issuperset(_frames(reading)):
        yield "it names a frame that it was not shown"
    boxes = [*(t.box for t in reading.texts), *(code.box for code in reading.codes)]
    if not all(_inside(box, sample) for box in boxes):
        yield "a box lies outside of the picture"
    scores = [*reading.scores.values(), *(text.score for text in reading.texts)]
    if not all(0 <= score <= 1 for score in scores):
        yield "a score is not between 0 and 1"


def _frames(reading: Reading) -> Iterator[int]:
    yield from (each.frame for each in reading.texts)
    yield from (each.frame for each in reading.codes)
    yield from (each.frame for each in reading.hashes)
    yield from (each.frame for each in reading.matches)


def _inside(box: Box, sample: Sample) -> bool:
    """Within the picture, up to what rounding does."""
    slack = max(frame.scale for frame in sample.frames)
    return (
        min(box.left, box.top, box.width, box.height) >= 0
        and box.left + box.width <= sample.width + slack
        and box.top + box.height <= sample.height + slack
    )


def _timeless(reading: Reading) -> Reading:
    return replace(reading, milliseconds=0.0)
