"""The classifier `ocr`: reads the words in a picture.

It only reads. What the words mean is decided where the current wordlists are,
so that a change of words takes effect on pictures at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from app.image.arrays import Pixels
from app.image.ocr_engine import Engine, Quad
from app.image.ocr_examples import examples
from app.image.ocr_frames import differing
from app.image.ocr_layout import Place, arrange
from app.image.ocr_tiles import find_all
from app.image.ocr_turns import read_all
from app.image.options import Options
from app.plugins.door import Example, Frame, Reading, Sample, TextRegion

NAME: Final = "ocr"


@dataclass(frozen=True, slots=True)
class OcrSettings:
    """How pictures are read.

    `side`: how long the longer side may be when lines are looked for, in
    pixels; more finds smaller words in large pictures and takes longer.
    `threads`: of each step. `least`: readings that are less sure are dropped,
    0 to 1. `sure`: readings that are less sure are tried mirrored and upside
    down, if `turns`. `lines`, `frames` and `tiles` are how many of each are
    read of one picture at most.
    """

    side: int = 640
    threads: int = 1
    least: float = 0.5
    sure: float = 0.95
    turns: bool = True
    lines: int = 200
    frames: int = 4
    tiles: int = 16

    @classmethod
    def read(cls, settings: Mapping[str, str]) -> Self:
        """Read settings of these names.

        Raises:
            ValueError: an unknown name, or a value that makes no sense.
        """
        names = cls.__dataclass_fields__
        options = Options(NAME, settings, known=names)
        return cls(
            side=options.integer("side", 640, least=320, most=2000),
            threads=options.integer("threads", 1, least=1, most=64),
            least=options.number("least", 0.5, least=0, most=1),
            sure=options.number("sure", 0.95, least=0, most=1),
            turns=options.flag("turns", default=True),
            lines=options.integer("lines", 200, least=1, most=10_000),
            frames=options.integer("frames", 4, least=1, most=100),
            tiles=options.integer("tiles", 16, least=1, most=1000),
        )


class Ocr:
    """Reads pictures with the models that the package rapidocr carries."""

    name = NAME

    def __init__(self, settings: OcrSettings) -> None:
        """Load the models.

        Raises:
            OcrMissingError: the extra `ocr` is not installed as it should be.
        """
        self._settings = settings
        self._engine = Engine(side=settings.side, threads=settings.threads)
        self.model = self._engine.model

    def classify(self, sample: Sample) -> Reading:
        """Read the frames that differ, in reading order."""
        regions: list[TextRegion] = []
        room = self._settings.lines
        for frame in differing(sample.frames, most=self._settings.frames):
            picture = np.ascontiguousarray(frame.pixels[..., ::-1])
            quads = self._find(picture)
            regions += self._read(frame, picture, quads[: max(0, room)])
            room -= len(quads)
        fault = "there are more lines of text than are read" if room < 0 else None
        return Reading(NAME, self.model, texts=tuple(regions), error=fault)

    def examples(self) -> Sequence[Example]:
        """Pictures with a word, and one without."""
        return examples()

    def _find(self, picture: Pixels) -> list[Quad]:
        side, most = self._settings.side, self._settings.tiles
        found = find_all(self._engine, picture, side=side, most=most)
        return found or self._engine.find_huge(picture)

    def _read(
        self, frame: Frame, picture: Pixels, quads: Sequence[Quad]
    ) -> Iterator[TextRegion]:
        settings = self._settings
        strips = [self._engine.cut(picture, quad) for quad in quads]
        lines = read_all(self._engine, strips, sure=settings.sure, turns=settings.turns)
        kept = [
            (quad, line)
            for quad, line in zip(quads, lines, strict=True)
            if line.text.score >= settings.least and line.text.text.strip()
        ]
        places = [Place(quad, line.strip.tall, line.turn) for quad, line in kept]
        for slot in arrange(places):
            quad, line = kept[slot.line]
            yield TextRegion(
                text=line.text.text,
                box=frame.box(*quad.min(axis=0).tolist(), *quad.max(axis=0).tolist()),
                score=line.text.score,
                frame=frame.number,
                block=slot.block,
            )


def create(settings: Mapping[str, str]) -> Ocr:
    """Make the classifier; `OcrSettings` says what can be set."""
    return Ocr(OcrSettings.read(settings))
