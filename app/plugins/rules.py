"""What holds for every reading, whoever looked, and wherever."""

from collections.abc import Collection, Iterator
from typing import Final

from app.plugins.door import Box, Reading

LONGEST_ERROR: Final = 200
MOST_SCORES: Final = 64


def broken(
    reading: Reading,
    *,
    width: int,
    height: int,
    frames: Collection[int],
    slack: float = 1.0,
) -> Iterator[str]:
    """Which rules a reading breaks that was made of some frames of a picture.

    Boxes lie within the picture up to `slack` pixels, which rounding may add.
    """
    if not set(frames).issuperset(_frames(reading)):
        yield "it names a frame that it was not shown"
    boxes = [*(t.box for t in reading.texts), *(code.box for code in reading.codes)]
    if not all(_inside(box, width + slack, height + slack) for box in boxes):
        yield "a box lies outside of the picture"
    scores = [*reading.scores.values(), *(text.score for text in reading.texts)]
    if not all(0 <= score <= 1 for score in scores):
        yield "a score is not between 0 and 1"
    if len(reading.scores) > MOST_SCORES:
        yield f"it has more than {MOST_SCORES} scores"
    said = reading.error
    if said is not None and not (said.isprintable() and len(said) <= LONGEST_ERROR):
        yield "its error is not one short line"


def _frames(reading: Reading) -> Iterator[int]:
    yield from (each.frame for each in reading.texts)
    yield from (each.frame for each in reading.codes)
    yield from (each.frame for each in reading.hashes)
    yield from (each.frame for each in reading.matches)


def _inside(box: Box, right: float, bottom: float) -> bool:
    return (
        min(box.left, box.top, box.width, box.height) >= 0
        and box.left + box.width <= right
        and box.top + box.height <= bottom
    )
