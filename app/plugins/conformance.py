"""What holds for every classifier, ours and those of others; for their tests.

from app.image.decode import decode
from app.plugins.conformance import complaints

def test_it_keeps_to_the_contract() -> None:
assert complaints(create({}), decode) == []

Those on other machines have a suite of their own, `remote_complaints`.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from app.plugins.door import (
    Classifier,
    Example,
    Facts,
    Frame,
    Reading,
    RemoteClassifier,
    Sample,
    Shot,
)
from app.plugins.rules import broken

Decode = Callable[[bytes], Sample]
"""Makes a sample from a file."""
Shoot = Callable[[Sample], Sequence[Shot]]
"""Makes the pictures that a remote classifier is sent."""

ODD_SIZES: Final = ((1, 1), (1, 700), (700, 1), (13, 7), (300, 200))
"""Width and height of pictures on which no classifier may fail."""
_NEAR: Final = 0.01
"""How far two answers of a machine that computes in parallel may differ."""
_AT_ONCE: Final = 4


def complaints(classifier: Classifier, decode: Decode) -> list[str]:
    """In which ways a classifier breaks the contract; none, if all is well."""
    return [
        *_of_names(classifier),
        *_of_examples(classifier, decode),
        *_of_odd_pictures(classifier),
    ]


async def remote_complaints(
    classifier: RemoteClassifier,
    examples: Sequence[Example],
    decode: Decode,
    shoot: Shoot,
) -> list[str]:
    """The same for one on another machine, which is really asked.

    The machine must be well: an error in a reading is a complaint.
    """
    found = [*_of_names(classifier)]
    if not examples:
        found.append("it has no example")
    for example in examples:
        found += await _of_remote_example(classifier, example, decode, shoot)
    for sample in map(_odd, *zip(*ODD_SIZES, strict=True)):
        what = _named(sample)
        _, *wrong = await _asked(classifier, sample, shoot, what)
        found += wrong
    return found


def _of_names(classifier: Classifier | RemoteClassifier) -> Iterator[str]:
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
        sample = _sample(example, decode)
        reading, *wrong = _looked(classifier, sample, example.what)
        yield from wrong
        if reading is None:
            continue
        yield from _of_expected(reading, example)
        if _timeless(classifier.classify(sample)) != _timeless(reading):
            yield f"{example.what}: it says something else the second time"


async def _of_remote_example(
    classifier: RemoteClassifier, example: Example, decode: Decode, shoot: Shoot
) -> list[str]:
    sample, what = _sample(example, decode), example.what
    reading, *wrong = await _asked(classifier, sample, shoot, what)
    if reading is None:
        return wrong
    wrong += _of_expected(reading, example)
    again = await asyncio.gather(
        *(_asked(classifier, sample, shoot, what) for _ in range(_AT_ONCE))
    )
    if not all(other is not None and _near(other, reading) for other, *_ in again):
        wrong.append(f"{what}: it says something else when asked at the same time")
    return wrong


def _of_odd_pictures(classifier: Classifier) -> Iterator[str]:
    for width, height in ODD_SIZES:
        sample = _odd(width, height)
        _, *wrong = _looked(classifier, sample, _named(sample))
        yield from wrong


def _of_expected(reading: Reading, example: Example) -> Iterator[str]:
    if reading.error is not None:
        yield f"{example.what}: it reports an error: {reading.error}"
    elif not example.expect(reading):
        yield f"{example.what}: it does not say what it should"


def _looked(
    classifier: Classifier, sample: Sample, what: str
) -> tuple[Reading | None, *tuple[str, ...]]:
    try:
        reading: object = classifier.classify(sample)
    except Exception as error:  # noqa: BLE001 - somebody else's code
        return None, f"{what}: it raises {error!r}"
    return _weighed(reading, sample, what)


async def _asked(
    classifier: RemoteClassifier, sample: Sample, shoot: Shoot, what: str
) -> tuple[Reading | None, *tuple[str, ...]]:
    try:
        reading: object = await classifier.classify(shoot(sample), _facts(sample))
    except Exception as error:  # noqa: BLE001 - somebody else's code
        return None, f"{what}: it raises {error!r}"
    return _weighed(reading, sample, what)


def _weighed(
    reading: object, sample: Sample, what: str
) -> tuple[Reading | None, *tuple[str, ...]]:
    if not isinstance(reading, Reading):
        return None, f"{what}: its answer is no reading"
    wrong = broken(
        reading,
        width=sample.width,
        height=sample.height,
        frames={frame.number for frame in sample.frames},
        slack=max(frame.scale for frame in sample.frames),
    )
    return reading, *(f"{what}: {each}" for each in wrong)


def _sample(example: Example, decode: Decode) -> Sample:
    given = example.picture
    return decode(given) if isinstance(given, bytes) else given


def _odd(width: int, height: int) -> Sample:
    pixels = np.full((height, width, 3), 128, np.uint8)
    pixels.setflags(write=False)
    frames = (Frame(pixels, 3.0), Frame(pixels, 3.0, number=4, seconds=1.0))
    return Sample(frames, 3 * width, 3 * height, "gif", True, 5)


def _named(sample: Sample) -> str:
    height, width = sample.frames[0].pixels.shape[:2]
    return f"a grey picture of {width} × {height}"


def _facts(sample: Sample) -> Facts:
    return Facts(
        width=sample.width,
        height=sample.height,
        format=sample.format,
        animated=sample.animated,
        frame_count=sample.frame_count,
        shown=len(sample.frames),
        complete=sample.complete,
    )


def _near(one: Reading, other: Reading) -> bool:
    """The same but for rounding: machines that share work add in any order."""
    return one.scores.keys() == other.scores.keys() and all(
        abs(one.scores[name] - other.scores[name]) <= _NEAR for name in one.scores
    )


def _timeless(reading: Reading) -> Reading:
    return replace(reading, milliseconds=0.0)
