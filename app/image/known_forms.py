"""The forms of a picture that are hashed and looked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.image.arrays import Pixels
from app.image.pdq import ORIGINAL, Pdq, pdq_turns
from app.image.pdq_trim import trimmed
from app.plugins.door import Frame, HashRegion

KIND: Final = "pdq"
TRIMMED: Final = "trimmed"
"""The picture without its plain borders."""
CENTRE: Final = "centre"
"""The middle part of the picture: what a badge in a corner does not touch."""
MARGIN: Final = 0.15
"""What is left out on each side of the middle part."""


@dataclass(frozen=True, slots=True)
class Form:
    """A frame in one form: its hash, and that of its middle part if it has one."""

    frame: int
    name: str
    whole: Pdq
    centre: Pdq | None = None


def forms(frame: Frame) -> Iterator[Form]:
    """The frame as it stands, turned and mirrored; then without plain borders."""
    centres = pdq_turns(centre(frame.pixels))
    for turn, whole in pdq_turns(frame.pixels).items():
        yield Form(frame.number, turn, whole, centres[turn])
    within = trimmed(frame.pixels)
    if within is not None:
        for turn, whole in pdq_turns(within).items():
            name = TRIMMED if turn == ORIGINAL else f"{TRIMMED}, {turn}"
            yield Form(frame.number, name, whole)


def centre(pixels: Pixels) -> Pixels:
    """The middle part of a picture."""
    height, width = pixels.shape[:2]
    top, left = round(MARGIN * height), round(MARGIN * width)
    return pixels[top : height - top, left : width - left]


def regions(form: Form) -> Iterator[HashRegion]:
    """What is said of a form: upright ones only, turns follow from them."""
    if form.name not in {ORIGINAL, TRIMMED}:
        return
    yield _region(form, form.name, form.whole)
    if form.centre is not None:
        yield _region(form, CENTRE, form.centre)


def _region(form: Form, name: str, value: Pdq) -> HashRegion:
    return HashRegion(KIND, value.value, value.quality, name, form.frame)
