"""Every sample through a judge, with the time that each takes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.evaluate.judging import Judge, Judgement
from app.evaluate.sample import Sample

Progress = Callable[[int], None]
"""Hears how many more texts are done."""

_WARM_UP: Final = 200
"""Texts judged before the clock counts: tables fill when characters are first seen."""
_STEP: Final = 50


@dataclass(frozen=True, slots=True)
class Speed:
    """Microseconds per text, judged one after the other on one core."""

    mean: float
    median: float
    p99: float
    characters: float
    """Characters in a text on average."""


@dataclass(frozen=True, slots=True)
class Run:
    """The judgements of samples, in their order."""

    samples: Sequence[Sample]
    judgements: Sequence[Judgement]
    speed: Speed


def unheard(done: int) -> None:
    """Progress that nobody watches."""


def run(judge: Judge, samples: Sequence[Sample], progress: Progress = unheard) -> Run:
    """Judge every sample; at least one is needed."""
    for sample in samples[:_WARM_UP]:
        judge(sample.text, sample.scene)
    judgements: list[Judgement] = []
    taken = np.zeros(len(samples))
    for i, sample in enumerate(_watched(samples, progress)):
        begun = perf_counter_ns()
        judgement = judge(sample.text, sample.scene)
        taken[i] = perf_counter_ns() - begun
        judgements.append(judgement)
    return Run(samples, judgements, _speed(taken / 1000, samples))


def _watched(samples: Sequence[Sample], progress: Progress) -> Iterator[Sample]:
    for start in range(0, len(samples), _STEP):
        part = samples[start : start + _STEP]
        yield from part
        progress(len(part))


def _speed(micros: NDArray[np.float64], samples: Sequence[Sample]) -> Speed:
    return Speed(
        mean=float(micros.mean()),
        median=float(np.median(micros)),
        p99=float(np.percentile(micros, 99)),
        characters=sum(len(sample.text) for sample in samples) / len(samples),
    )
