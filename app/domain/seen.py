"""Where and how something was seen in a picture, or heard in a sound."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the upright original picture.

    Upright: after the turn that the picture's EXIF orientation asks for.
    """

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The evidence of a finding in a picture, a video or a sound.

    `classifier` is the name in the settings and `model` the id and version of what
    looked or listened. `boxes` are the places, `frame` counts the frames of an
    animated picture from 0. `text` is what was read or said there: the lines round
    a word, or the content of a code, whose kind is `code`, as in "QRCode". Of a
    known picture `digest` is the listed hash, `distance` the number of bits in which
    the two differ and `transform` the form of this picture that is near, as in
    "mirrored". `classes` are a model's own classes that count for the label, with
    their scores of 0 to 1.
    In sound and video `start` and `end` are seconds from the beginning: of the words
    or the known sound, or the first and the last still in which it was seen.
    """

    classifier: str
    model: str
    boxes: tuple[Box, ...] = ()
    frame: int = 0
    text: str | None = None
    code: str | None = None
    digest: bytes | None = None
    distance: int | None = None
    transform: str | None = None
    classes: tuple[tuple[str, float], ...] = ()
    start: float | None = None
    end: float | None = None
