"""Softmax regression over hashed n-grams, the same bits on every run.

No library of linear algebra is asked for sums, and the exponential is our own:
such routines differ between processors in the last bit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.text.model.grams import SHIFT, Grams, Hashes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DAMPING: Final = 4
"""Added to the length of a text, so that short ones do not shout."""
_MEMORY: Final = 6
_LOG2E: Final = 1.4426950408889634
_LN2_HIGH: Final = 0.6931471803691238
_LN2_LOW: Final = 1.9082149292705877e-10


def exp(values: Floats) -> Floats:
    """E to the power of each value up to 60, by additions and products alone."""
    clipped = np.clip(values, -700.0, 60.0)
    whole = np.floor(clipped * _LOG2E + 0.5)
    rest = (clipped - whole * _LN2_HIGH) - whole * _LN2_LOW
    total = np.ones_like(rest)
    for step in range(13, 0, -1):
        total = 1.0 + total * rest / step
    return np.ldexp(total, whole.astype(np.int32))


def total(values: Floats) -> float:
    """The sum of all values in a fixed order."""
    return float(np.add.reduce(np.ravel(values)))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The n-grams that a model knows: at most one for each place of its table."""

    slots: Ints
    """Sorted places."""
    hashes: Hashes
    """The n-gram at each of them."""
    counts: Ints
    """In how many texts each stands."""


def choose(grams: Grams, *, least: int) -> Vocabulary:
    """Known n-grams: in `least` texts at least; of two for one place, the commoner."""
    pairs = grams.hashes.copy()
    order = np.lexsort((grams.text_of, pairs))
    hashes, texts = pairs[order], grams.text_of[order]
    first = np.ones(len(hashes), np.bool_)
    first[1:] = (hashes[1:] != hashes[:-1]) | (texts[1:] != texts[:-1])
    distinct, counts = np.unique(hashes[first], return_counts=True)
    kept = counts >= least
    distinct, counts = distinct[kept], counts[kept].astype(np.int64)
    slots = (distinct >> SHIFT).astype(np.int64)
    best = np.lexsort((distinct, -counts, slots))
    slots, distinct, counts = slots[best], distinct[best], counts[best]
    own = np.ones(len(slots), np.bool_)
    own[1:] = slots[1:] != slots[:-1]
    return Vocabulary(slots[own], distinct[own], counts[own])


def matrix(grams: Grams, known: Vocabulary) -> Any:
    """A sparse matrix: a row for each text, a column for each known n-gram."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 an extra

    slots = (grams.hashes >> SHIFT).astype(np.int64)
    at = np.searchsorted(known.slots, slots)
    at[at == len(known.slots)] = 0
    fits = known.hashes[at] == grams.hashes
    rows, columns = grams.text_of[fits], at[fits]
    lengths = np.array(grams.lengths, np.float64)
    values = 1.0 / np.sqrt(lengths + DAMPING)
    shape = (len(lengths), len(known.slots))
    made = csr_matrix((values[rows], (rows, columns)), shape=shape)
    made.sum_duplicates()
    return made


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights for each known n-gram and class, and a bias for each class."""

    weights: Floats
    bias: Floats


def fit(
    x: Any,
    y: Ints,
    importance: Floats,
    scale: Floats,
    *,
    classes: int,
    penalty: float,
    rounds: int,
    tell: Callable[[str], None] = lambda _: None,
) -> Fitted:
    """Fit by L-BFGS.

    `importance` weighs each row; `scale` is how readily each column is used. The
    penalty is on the squared weights, over the mean loss of a row.
    """
    columns = x.shape[1]
    back = x.T.tocsr()
    right = np.zeros((len(y), classes))
    right[np.arange(len(y)), y] = 1.0
    share = importance / total(importance)

    def loss(flat: Floats) -> tuple[float, Floats]:
        w = flat[:-classes].reshape(columns, classes)
        z = x @ (w * scale[:, None]) + flat[-classes:]
        z -= z.max(axis=1, keepdims=True)
        e = exp(z)
        sums = np.zeros(len(y))
        for k in range(classes):
            sums += e[:, k]
        p = e / sums[:, None]
        hit = p[np.arange(len(y)), y]
        value = -total(share * np.log(np.maximum(hit, 1e-300)))
        value += 0.5 * penalty * total(w * w)
        wrong = (p - right) * share[:, None]
        slope = (back @ wrong) * scale[:, None] + penalty * w
        tail = np.array([total(wrong[:, k].copy()) for k in range(classes)])
        return value, np.concatenate((slope.ravel(), tail))

    flat = minimise(loss, np.zeros(columns * classes + classes), rounds, tell)
    w = flat[:-classes].reshape(columns, classes) * scale[:, None]
    return Fitted(w, flat[-classes:])


Loss = Callable[[Floats], tuple[float, Floats]]


def minimise(
    loss: Loss, at: Floats, rounds: int, tell: Callable[[str], None]
) -> Floats:
    """The least of a smooth convex function, by L-BFGS with halved steps."""
    value, slope = loss(at)
    steps, turns = list[Floats](), list[Floats]()
    for number in range(rounds):
        way = -_direction(slope, steps, turns)
        drop = total(way * slope)
        size = 1.0 if steps else min(1.0, 1.0 / np.sqrt(total(slope * slope)))
        for _ in range(30):
            there = at + size * way
            new, turned = loss(there)
            if new <= value + 1e-4 * size * drop:
                break
            size *= 0.5
        else:
            break
        steps.append(there - at)
        turns.append(turned - slope)
        del steps[:-_MEMORY], turns[:-_MEMORY]
        gain = value - new
        at, value, slope = there, new, turned
        if number % 10 == 9:
            tell(f"round {number + 1}: loss {value:.5f}")
        if gain < 1e-7 * max(1.0, abs(value)):
            break
    return at


def _direction(slope: Floats, steps: list[Floats], turns: list[Floats]) -> Floats:
    """The slope times what is known of the inverse curvature (two loops)."""
    q = slope.copy()
    known = []
    for s, t in zip(reversed(steps), reversed(turns), strict=True):
        inverse = 1.0 / total(s * t)
        a = inverse * total(s * q)
        q -= a * t
        known.append((inverse, a))
    if steps:
        q *= total(steps[-1] * turns[-1]) / total(turns[-1] * turns[-1])
    for (s, t), (inverse, a) in zip(
        zip(steps, turns, strict=True), reversed(known), strict=True
    ):
        q += s * (a - inverse * total(t * q))
    return q
