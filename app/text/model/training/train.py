"""From labelled rows to a model file, the same bytes from the same rows.

Scores are made probabilities on texts of sources that the scores were not fitted
on: what a model says of its own sources flatters.
"""

import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.text.model.format import CLASSES, write_model
from app.text.model.grams import Grams, grams_of_all
from app.text.model.model import MARK_SHIFT
from app.text.model.training.calibrate import Scored, calibrate, thresholds
from app.text.model.training.data import DataError, Row
from app.text.model.training.disguise import any_disguise
from app.text.model.training.fit import Fitted, Floats, Ints, choose, fit, matrix

_BATCH: Final = 2000
_CLIP: Final = 127
_LIGHTEST: Final = 2
"""An n-gram of which no weight is as heavy is left out."""
_FEWEST: Final = 20
"""Rows that each class needs."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is trained.

    `least` is in how many texts an n-gram has to stand. `disguised` is the share of
    texts of which a disguised copy is learnt, too. `false_alarms` is the share of
    ordinary texts on which each harm may be reported.
    """

    least: int = 3
    penalty: float = 3e-5
    rounds: int = 50
    folds: int = 3
    disguised: float = 0.5
    disguise_weight: float = 0.5
    false_alarms: float = 0.01
    seed: int = 20_260


Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Trained:
    """The file and what was seen on the way: scores outside the own sources."""

    block: bytes
    outside: list[Scored]
    slots: int


def train(
    rows: Sequence[Row],
    card: dict[str, Any],
    recipe: Recipe | None = None,
    *,
    ordinary: frozenset[str] = frozenset(),
    preferred: frozenset[str] = frozenset(),
    tell: Tell = lambda _: None,
) -> Trained:
    """Train a model. False alarms are counted on clean rows of `ordinary` sources.

    `preferred` sources decide on the calibration where they have enough of a harm.

    Raises:
        DataError: a class has too few rows.
    """
    recipe = recipe or Recipe()
    _complete(rows)
    rows = [*rows, *_disguises(rows, recipe)]
    tell(f"reading {len(rows):,} texts")
    grams = all_grams([row.text for row in rows])
    y = np.array([CLASSES.index(row.label) for row in rows], np.int64)
    weights = np.array([row.weight for row in rows], np.float64)
    folds = np.array([fold_of(row, recipe.folds) for row in rows], np.int64)
    outside = list[Scored]()
    for fold in range(recipe.folds):
        inside = folds != fold
        if inside.all() or len(set(y[inside].tolist())) < len(CLASSES):
            continue
        tell(f"fold {fold + 1} of {recipe.folds}")
        outside += _outside(rows, grams, y, weights, inside, recipe, tell)
    tell("fitting on everything")
    everything = np.ones(len(rows), np.bool_)
    known, fitted = _fit(grams, y, weights, everything, recipe, tell)
    body, units = quantized(fitted.weights)
    heavy = np.abs(body).max(axis=1) >= _LIGHTEST
    body, slots, hashes = body[heavy], known.slots[heavy], known.hashes[heavy]
    marks = (hashes >> MARK_SHIFT).astype(np.uint8).view(np.int8)
    slopes = calibrate(outside, preferred)
    meta = {
        "bias": [round(value, 9) for value in fitted.bias.tolist()],
        "units": units,
        "calibration": slopes,
        "thresholds": thresholds(outside, slopes, ordinary, recipe.false_alarms),
        "card": card,
    }
    block = write_model(slots, np.column_stack((marks, body)), meta)
    return Trained(block, outside, len(slots))


def _complete(rows: Sequence[Row]) -> None:
    counts = Counter(row.label for row in rows)
    for name in CLASSES:
        if counts[name] < _FEWEST:
            message = f"the class {name} has {counts[name]} rows; it needs {_FEWEST}"
            raise DataError(message)


def _disguises(rows: Sequence[Row], recipe: Recipe) -> list[Row]:
    """A disguised copy of a share of the rows, which counts less."""
    rng = random.Random(recipe.seed)  # noqa: S311 - a seed is wanted
    made = list[Row]()
    for row in rows:
        if rng.random() < recipe.disguised:
            text = any_disguise(row.text, rng)
            if text != row.text:
                weight = row.weight * recipe.disguise_weight
                source = f"{row.source} (disguised)"
                made.append(Row(text, row.label, source, row.group, weight, row.fold))
    return made


def fold_of(row: Row, folds: int) -> int:
    """The fold of a row: its own, or by its group."""
    if row.fold is not None:
        return row.fold % folds
    digest = blake2b((row.group or row.text).encode("utf-8", "replace"), digest_size=4)
    return int.from_bytes(digest.digest(), "big") % folds


def all_grams(texts: Sequence[str]) -> Grams:
    """The n-grams of all texts, batch by batch."""
    parts, lengths = list[Grams](), list[int]()
    for start in range(0, len(texts), _BATCH):
        made = grams_of_all(texts[start : start + _BATCH])
        parts.append(made._replace(text_of=made.text_of + start))
        lengths += made.lengths
    return Grams(
        np.concatenate([part.hashes for part in parts]),
        np.concatenate([part.text_of for part in parts]),
        lengths,
    )


def _some(grams: Grams, wanted: NDArray[np.bool_]) -> Grams:
    """The n-grams of some texts, numbered anew."""
    kept = wanted[grams.text_of]
    number = np.cumsum(wanted) - 1
    lengths = [n for n, keep in zip(grams.lengths, wanted, strict=True) if keep]
    return Grams(grams.hashes[kept], number[grams.text_of[kept]], lengths)


def _fit(
    grams: Grams,
    y: Ints,
    weights: Floats,
    inside: NDArray[np.bool_],
    recipe: Recipe,
    tell: Tell,
) -> tuple[Any, Fitted]:
    own = grams if inside.all() else _some(grams, inside)
    known = choose(own, least=recipe.least)
    x = matrix(own, known)
    count = int(inside.sum())
    # The logarithm of the library may differ in the last bit between machines.
    rarity = np.array(
        [round(math.log(count / n) / 5, 9) for n in known.counts.tolist()]
    )
    fitted = fit(
        x,
        y[inside],
        weights[inside],
        rarity,
        classes=len(CLASSES),
        penalty=recipe.penalty,
        rounds=recipe.rounds,
        tell=tell,
    )
    return known, fitted


def _outside(
    rows: Sequence[Row],
    grams: Grams,
    y: Ints,
    weights: Floats,
    inside: NDArray[np.bool_],
    recipe: Recipe,
    tell: Tell,
) -> list[Scored]:
    """Scores of the rows that were left out."""
    known, fitted = _fit(grams, y, weights, inside, recipe, tell)
    z = matrix(_some(grams, ~inside), known) @ fitted.weights + fitted.bias
    numbers = np.flatnonzero(~inside).tolist()
    return [
        Scored(rows[at].label, rows[at].source, rows[at].weight, tuple(own))
        for at, own in zip(numbers, z.tolist(), strict=True)
    ]


def quantized(weights: Floats) -> tuple[NDArray[np.int8], list[float]]:
    """Weights in one byte, and what one is worth in each class."""
    units, columns = list[float](), list[NDArray[np.int8]]()
    for k in range(weights.shape[1]):
        column = np.sort(np.abs(weights[:, k]))
        high = float(column[int(len(column) * 0.9995)]) or 1.0
        unit = round(high / _CLIP, 9) or 1e-9
        units.append(unit)
        scaled = np.clip(np.floor(weights[:, k] / unit + 0.5), -_CLIP, _CLIP)
        columns.append(scaled.astype(np.int8))
    return np.column_stack(columns), units
