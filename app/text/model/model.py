"""Scores of a text: sums of the weights of its n-grams, made probabilities."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import exp, log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.labels import Label
from app.text.model.format import CLASSES, HARMS, Contents, read_model
from app.text.model.grams import SHIFT, Hashes, grams_of_all, hashes_of
from app.text.model.reading import read
from app.text.symbols import BETWEEN_TEXTS

DAMPING: Final = 4
"""Added to the length of a text, so that short ones do not shout."""
LONG: Final = 300
"""A longer text is judged by its worst piece."""
PIECE: Final = 200
STEP: Final = 100
MOST: Final = 20_000
"""Characters that are looked at; the rest of a text adds nothing."""
MARK_SHIFT: Final = np.uint64(38)
_CLEAN: Final = 0
_TURN: Final = 20
"""Pieces judged in one step."""
LABELS: Final = {
    "ads": Label.ADS,
    "porn": Label.PORN,
    "abuse": Label.ABUSE,
    "gambling": Label.CRIME,
    "crime": Label.CRIME,
    "fraud": Label.FRAUD,
}
"""What each harm is in WeChat's numbers."""

Weights = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the model says of a text.

    `harm` is the likeliest one, `prob` how likely it is that the text is harmful,
    in per cent; `reported` whether that reaches the threshold of the harm.
    """

    harm: str
    prob: int
    reported: bool
    scores: tuple[float, ...]
    """The score of each class, before calibration."""

    @property
    def label(self) -> Label:
        """WeChat's label of the harm."""
        return LABELS[self.harm]

    @property
    def clean(self) -> int:
        """How likely it is that the text is clean, in per cent."""
        return 100 - self.prob


def pieces(text: str) -> list[str]:
    """A text as it is judged: whole, or cut into pieces that overlap."""
    if len(text) <= LONG:
        return [text]
    last = min(len(text), MOST)
    return [text[at : at + PIECE] for at in range(0, last - STEP, STEP)]


def worst(judged: Iterable[Judgement]) -> Judgement:
    """The judgement that decides on a text of several pieces; ties: the first."""
    return max(judged, key=lambda item: (item.reported, item.prob))


class Model:
    """A loaded model: immutable, safe to share between threads."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.version = contents.version
        self._rows: Weights = contents.rows.view(np.int64).ravel()
        self._bias, self._units = contents.bias, contents.units
        self._calibration = [contents.calibration[name] for name in HARMS]
        self._thresholds = [contents.thresholds[name] for name in HARMS]

    @classmethod
    def load(cls, block: bytes) -> "Model":
        """The model in a file.

        Raises:
            ModelError: no model, cut short, changed, or of another release.
        """
        return cls(read_model(block))

    def judge(self, text: str) -> Judgement:
        """Judge one text; never fails on any string."""
        if len(text) > LONG:
            return worst(self._judge_short(piece) for piece in pieces(text))
        return self._judge_short(text)

    def steps(self, text: str) -> Iterator[Judgement | None]:
        """The same in small steps: None now and then, the judgement at last."""
        judged = list[Judgement]()
        for number, piece in enumerate(pieces(text), 1):
            judged.append(self._judge_short(piece))
            if number % _TURN == 0:
                yield None
        yield worst(judged)

    def _judge_short(self, text: str) -> Judgement:
        shown = read(text.replace(BETWEEN_TEXTS, " "))
        return self._judge(len(shown), self.sums(hashes_of(shown)))

    def judge_many(self, texts: Sequence[str]) -> list[Judgement]:
        """The same for many texts, at far less cost for each."""
        cut = [pieces(text) for text in texts]
        flat = [piece.replace(BETWEEN_TEXTS, " ") for own in cut for piece in own]
        if not flat:
            return []
        grams = grams_of_all(flat)
        sums = self._sums_of_all(grams.hashes, grams.text_of, len(flat))
        judged = map(self._judge, grams.lengths, sums)
        return [
            next(judged) if len(own) == 1 else worst(islice(judged, len(own)))
            for own in cut
        ]

    def known(self, hashes: Hashes) -> Weights:
        """The row of each n-gram: mark and weights in eight bytes; 0 if unknown."""
        rows = self._rows.take((hashes >> SHIFT).view(np.int64))
        same = ((rows ^ (hashes >> MARK_SHIFT).view(np.int64)) & 0xFF) == 0
        return rows[same]

    def sums(self, hashes: Hashes) -> list[int]:
        """The sum of the weights of each class."""
        rows = self.known(hashes).view(np.int8).reshape(-1, len(CLASSES) + 1)
        summed: list[int] = np.add.reduce(rows, 0, np.int32).tolist()
        return summed[1:]

    def contributions(self, hashes: Hashes, size: int, harm: int) -> list[float]:
        """What each n-gram adds to the score of a class over that of clean."""
        rows = self._rows.take((hashes >> SHIFT).view(np.int64))
        same = ((rows ^ (hashes >> MARK_SHIFT).view(np.int64)) & 0xFF) == 0
        weights = rows.view(np.int8).reshape(-1, len(CLASSES) + 1) * same[:, None]
        scale = 1.0 / (size + DAMPING) ** 0.5
        own = weights[:, harm + 1] * (self._units[harm] * scale)
        clean = weights[:, _CLEAN + 1] * (self._units[_CLEAN] * scale)
        parts: list[float] = (own - clean).tolist()
        return parts

    def probabilities(self, judged: Judgement) -> dict[str, int]:
        """Per cent for clean and for each harm, which share what is not clean."""
        harms = judged.scores[_CLEAN + 1 :]
        top = max(harms)
        shares = [exp(score - top) for score in harms]
        each = {
            name: int(judged.prob * share / sum(shares) + 0.5)
            for name, share in zip(HARMS, shares, strict=True)
        }
        return {CLASSES[_CLEAN]: judged.clean, **each}

    def _sums_of_all(
        self, hashes: Hashes, text_of: NDArray[np.int64], count: int
    ) -> list[list[int]]:
        rows = self._rows.take((hashes >> SHIFT).view(np.int64))
        same = ((rows ^ (hashes >> MARK_SHIFT).view(np.int64)) & 0xFF) == 0
        weights = rows[same].view(np.int8).reshape(-1, len(CLASSES) + 1)
        owners = text_of[same]
        columns = [
            np.bincount(owners, weights[:, k + 1], count) for k in range(len(CLASSES))
        ]
        summed: list[list[int]] = np.stack(columns, 1).astype(np.int64).tolist()
        return summed

    def scores(self, size: int, sums: Sequence[int]) -> list[float]:
        """The score of each class for a text of `size` characters."""
        scale = 1.0 / (size + DAMPING) ** 0.5
        return [
            bias + unit * own * scale
            for bias, unit, own in zip(self._bias, self._units, sums, strict=True)
        ]

    def _judge(self, size: int, sums: Sequence[int]) -> Judgement:
        scores = self.scores(size, sums)
        clean, harms = scores[_CLEAN], scores[_CLEAN + 1 :]
        top = max(harms)
        number = harms.index(top)
        # ln of the sum of e to the power of each, without overflow.
        margin = top + log(sum([exp(score - top) for score in harms])) - clean
        slope, offset = self._calibration[number]
        odds = min(60.0, max(-60.0, slope * margin + offset))
        prob = int(100.0 / (1.0 + exp(-odds)) + 0.5)
        reported = prob >= self._thresholds[number]
        return Judgement(HARMS[number], prob, reported, tuple(scores))
