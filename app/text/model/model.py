"""Scores of a text: sums of the weights of its n-grams, made probabilities."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from math import exp, log
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.domain.labels import Label
from app.text.model.format import CLASSES, HARMS, Contents, read_model
from app.text.model.grams import SHIFT, Hashes, grams_of_all, hashes_of
from app.text.model.reading import read

DAMPING: Final = 4
"""Added to the length of a text, so that short ones do not shout."""
LONG: Final = 300
"""A longer text is judged by its worst piece."""
SHORTEST: Final = 4
"""Characters from which on a text says enough to be reported."""
PIECE: Final = 200
STEP: Final = 100
MOST: Final = 20_000
"""Characters that are looked at; the rest of a text adds nothing."""
MARK_SHIFT: Final = np.uint64(38)
_CLEAN: Final = 0
_ZERO: Final = np.zeros(1, np.int64)
_HAIR: Final = 1e-3
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

Weights = NDArray[np.float32]


class Judgement(NamedTuple):
    """What the model says of a text.

    `harm` is the likeliest one, `prob` how likely it is that the text is harmful,
    in per cent; `reported` whether that reaches the threshold of the harm, in a text
    that is not too short to tell.
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


def _odds(threshold: int) -> float:
    """The log-odds at which a rounded percentage reaches the threshold."""
    share = min(0.999, max(0.001, (threshold - 0.5) / 100.0))
    return log(share / (1.0 - share))


class Model:
    """A loaded model: immutable, safe to share between threads."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.version = contents.version
        # As floats the sum is one small product; whole numbers stay exact in them.
        self._rows: Weights = contents.rows.astype(np.float32)
        self._bias, self._units = contents.bias, contents.units
        self._calibration = [contents.calibration[name] for name in HARMS]
        self._thresholds = [contents.thresholds[name] for name in HARMS]
        self._least_odds = [_odds(limit) - _HAIR for limit in self._thresholds]

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
        shown = read(text)
        return self._judge(len(shown), self.sums(hashes_of(shown)))

    def judge_many(self, texts: Sequence[str]) -> list[Judgement]:
        """The same for many texts, at far less cost for each."""
        cut = [pieces(text) for text in texts]
        flat = [piece for own in cut for piece in own]
        if not flat:
            return []
        grams = grams_of_all(flat)
        sums = self._sums_of_all(grams.hashes, grams.text_of, len(flat))
        judged = map(self._judge, grams.lengths, sums[:, 1:].tolist())
        return [
            next(judged) if len(own) == 1 else worst(islice(judged, len(own)))
            for own in cut
        ]

    def surely_unreported(self, texts: Sequence[str]) -> list[bool]:
        """For each text whether `judge` would report nothing, for sure.

        A False only means: ask. A hair's breadth below a threshold counts as above,
        for numbers are not rounded here as they are there.
        """
        short = [at for at, text in enumerate(texts) if len(text) <= LONG]
        sure = [False] * len(texts)
        if not short:
            return sure
        grams = grams_of_all([texts[at] for at in short])
        sums = self._sums_of_all(grams.hashes, grams.text_of, len(short))
        scale = 1.0 / np.sqrt(np.array(grams.lengths, np.float64) + DAMPING)
        z = np.array(self._bias) + sums[:, 1:] * np.array(self._units) * scale[:, None]
        harms = z[:, _CLEAN + 1 :]
        number = np.argmax(harms, axis=1)
        top = np.max(harms, axis=1)
        rest = np.log(np.exp(harms - top[:, None]).sum(axis=1))
        slope, offset = np.array(self._calibration)[number].T
        odds = slope * (top + rest - z[:, _CLEAN]) + offset
        under = odds < np.array(self._least_odds)[number]
        under |= np.array(grams.lengths) < SHORTEST
        for at, good in zip(short, under.tolist(), strict=True):
            sure[at] = good
        return sure

    def _known(self, hashes: Hashes) -> tuple[Weights, NDArray[np.bool_]]:
        """The row at the place of each n-gram, and whether it is that n-gram's."""
        rows = self._rows.take((hashes >> SHIFT).view(np.int64), axis=0)
        return rows, rows[:, 0] == (hashes >> MARK_SHIFT).astype(np.int8)

    def sums(self, hashes: Hashes) -> list[float]:
        """The sum of the weights of each class: whole numbers."""
        rows, own = self._known(hashes)
        summed: list[float] = np.dot(own.astype(np.float32), rows).tolist()
        return summed[1:]

    def contributions(self, hashes: Hashes, size: int, harm: int) -> list[float]:
        """What each n-gram adds to the score of a class over that of clean."""
        rows, known = self._known(hashes)
        weights = (rows * known[:, None]).astype(np.float64)
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
    ) -> Weights:
        rows, own = self._known(hashes)
        summed: Weights = np.zeros((count, len(CLASSES) + 1), np.float32)
        rows, owners = rows[own], text_of[own]
        if not len(owners):
            return summed
        # The n-grams of a text stand together, once in each view.
        first = np.flatnonzero(owners[1:] != owners[:-1]) + 1
        starts = np.concatenate((_ZERO, first))
        np.add.at(summed, owners[starts], np.add.reduceat(rows, starts))
        return summed

    def scores(self, size: int, sums: Sequence[float]) -> tuple[float, ...]:
        """The score of each class for a text of `size` characters."""
        scale = 1.0 / (size + DAMPING) ** 0.5
        bias, unit = self._bias, self._units
        # Written out, which halves the cost of a clean text's judgement.
        return (
            bias[0] + unit[0] * sums[0] * scale,
            bias[1] + unit[1] * sums[1] * scale,
            bias[2] + unit[2] * sums[2] * scale,
            bias[3] + unit[3] * sums[3] * scale,
            bias[4] + unit[4] * sums[4] * scale,
            bias[5] + unit[5] * sums[5] * scale,
            bias[6] + unit[6] * sums[6] * scale,
        )

    def _judge(self, size: int, sums: Sequence[float]) -> Judgement:
        scores = self.scores(size, sums)
        clean, *harms = scores
        top = max(harms)
        number = harms.index(top)
        # ln of the sum of e to the power of each, without overflow.
        margin = top + log(sum([exp(score - top) for score in harms])) - clean
        slope, offset = self._calibration[number]
        odds = min(60.0, max(-60.0, slope * margin + offset))
        prob = int(100.0 / (1.0 + exp(-odds)) + 0.5)
        reported = prob >= self._thresholds[number] and size >= SHORTEST
        return Judgement(HARMS[number], prob, reported, scores)
