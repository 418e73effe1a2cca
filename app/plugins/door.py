"""The door for classifiers: what they are shown, and what they may answer.

A classifier gets a `Sample`, pixels that were decoded in a sandboxed process,
and returns a `Reading`, plain data. It decides nothing: words that it reads go
through the text engine, and scores through the policy, in the serving process.
Samples and readings can be pickled; a `Reading` can be written as JSON, too.

Local classifiers are made by a factory, `(settings: Mapping[str, str]) ->
Classifier`, which a Python package offers in the entry-point group
`seccheck.classifiers`. They live in a worker process, one picture at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, runtime_checkable

from app.domain.seen import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "ENTRY_POINT_GROUP",
    "Box",
    "Classifier",
    "CodeRegion",
    "Example",
    "Factory",
    "Facts",
    "Frame",
    "HashRegion",
    "Match",
    "Pixels",
    "Reading",
    "Refreshing",
    "RemoteClassifier",
    "Sample",
    "Shot",
    "TextRegion",
]

ENTRY_POINT_GROUP: Final = "seccheck.classifiers"
"""Where a Python package offers factories of classifiers, one per name."""

Pixels: TypeAlias = "NDArray[np.uint8]"
"""Height, width, 3: red, green, blue, 0 to 255."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One moment of a picture, upright, in colour, transparency laid on white.

    `scale` is how many pixels of the original one pixel of `pixels` stands for,
    1.0 or more. `number` counts the frames of the original from 0, and
    `seconds` is when the frame appears. The pixels are shared by all
    classifiers and cannot be written to.
    """

    pixels: Pixels
    scale: float = 1.0
    number: int = 0
    seconds: float = 0.0

    def box(self, left: float, top: float, right: float, bottom: float) -> Box:
        """A place in `pixels` as a box of the original, kept within the frame."""
        height, width = self.pixels.shape[:2]
        x0, x1 = sorted(_clamp(value, width) for value in (left, right))
        y0, y1 = sorted(_clamp(value, height) for value in (top, bottom))
        start, above = round(x0 * self.scale), round(y0 * self.scale)
        return Box(
            start,
            above,
            round(x1 * self.scale) - start,
            round(y1 * self.scale) - above,
        )


def _clamp(value: float, most: int) -> float:
    return min(max(value, 0.0), float(most))


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A decoded picture: at least one frame, and facts about the original.

    `width` and `height` are of the upright original, in pixels. `frame_count`
    counts all of its frames; `frames` may be fewer, the first and the last among
    them. `complete` is False when the file ended early or frames at its end
    could not be decoded: what is there was seen, more may have been meant.
    """

    frames: tuple[Frame, ...]
    width: int
    height: int
    format: str
    animated: bool = False
    frame_count: int = 1
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a picture without its pixels; the words of `Sample`.

    `shown` is how many of its frames the classifiers saw.
    """

    width: int
    height: int
    format: str
    animated: bool = False
    frame_count: int = 1
    shown: int = 1
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Shot:
    """A frame as a new JPEG file: upright, reduced, without any metadata.

    `scale` and `frame` are those of a `Frame`.
    """

    jpeg: bytes
    scale: float = 1.0
    frame: int = 0


@dataclass(frozen=True, slots=True)
class TextRegion:
    """A line of text in a picture; `score` is how sure the reader is, 0 to 1.

    Lines come in reading order. Those of one frame that continue each other, as
    in a paragraph, have the same `block`; None when the reader cannot tell.
    """

    text: str
    box: Box
    score: float
    frame: int = 0
    block: int | None = None


@dataclass(frozen=True, slots=True)
class CodeRegion:
    """A QR code or barcode with its content; `format` as in "QRCode", "EAN13"."""

    text: str
    format: str
    box: Box
    frame: int = 0


@dataclass(frozen=True, slots=True)
class HashRegion:
    """A perceptual hash of a frame.

    `kind` is "pdq", whose `value` has 32 bytes and whose `quality` is 0 to 100.
    `transform` names the form of the picture that was hashed, as in "original"
    or "mirrored".
    """

    kind: str
    value: bytes
    quality: int
    transform: str
    frame: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """A known picture that this one resembles.

    `digest` is the listed hash and `distance` the number of bits in which the
    two differ. `label` is WeChat's number. `exempt` marks an allowed picture.
    `quality` is the poorer one of the two hashes, 0 to 100, and `transform` the
    form of this picture that is near, as in "mirrored". `centre` is the distance
    between the middle parts of both, None if the listed one's is not known.
    """

    list_name: str
    digest: bytes
    distance: int
    frame: int
    note: str
    label: int
    exempt: bool
    quality: int = 100
    transform: str = "original"
    centre: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one classifier saw in one picture.

    `model` is the id and version of what looked. `milliseconds` is filled in by
    whoever runs the classifier. `scores` are 0 to 1 by the model's own names of
    classes, the highest over all frames. `error` is set when the classifier
    could not look: one short sentence that holds nothing of the picture. The
    rest is then as far as it came.
    """

    classifier: str
    model: str
    milliseconds: float = 0.0
    texts: tuple[TextRegion, ...] = ()
    codes: tuple[CodeRegion, ...] = ()
    hashes: tuple[HashRegion, ...] = ()
    matches: tuple[Match, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A picture with what a classifier must say about it.

    `picture` is a file in any format that is decoded here, or a ready sample.
    `what` says in a few words what is shown and expected. Each classifier ships
    its own; one suite of tests runs them for ours and for others.
    """

    picture: bytes | Sample
    expect: Callable[[Reading], bool]
    what: str


class Classifier(Protocol):
    """Looks at a picture, one at a time, never from two threads.

    `name` is the name in the settings, `model` the id and version of what
    looks. `classify` may raise: the picture then counts as not looked at by
    this classifier, and only the kind of the exception is reported.
    """

    @property
    def name(self) -> str:
        """The name in the settings."""
        ...

    @property
    def model(self) -> str:
        """Id and version of the model or algorithm."""
        ...

    def classify(self, sample: Sample) -> Reading:
        """Look at all frames of the sample."""
        ...

    def examples(self) -> Sequence[Example]:
        """Pictures that show that it works; at least one."""
        ...


@runtime_checkable
class Refreshing(Protocol):
    """A classifier with values that change while it lives, such as a list's file."""

    def refresh(self, values: Mapping[str, str]) -> None:
        """Take the values; called before `classify` whenever they differ."""
        ...


Factory: TypeAlias = Callable[[Mapping[str, str]], Classifier]
"""Makes a classifier from its settings; loads its model at once, or raises."""


class RemoteClassifier(Protocol):
    """Has a picture looked at by another machine, over the guarded client.

    It lives in the service and not in a worker, and never sees the file itself.
    Several pictures may be asked about at once. It may raise, like a `Classifier`.
    """

    @property
    def name(self) -> str:
        """The name in the settings."""
        ...

    @property
    def model(self) -> str:
        """Id and version of the model, as far as the other side tells."""
        ...

    async def classify(self, shots: Sequence[Shot], facts: Facts) -> Reading:
        """Have the shots looked at; at least one, in the order of the frames."""
        ...
