"""The worst errors of a run, for those who asked to see texts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from app.evaluate.judging import Judgement
from app.evaluate.running import Run
from app.evaluate.sample import CLEAN, Sample

FALSE_ALARM: Final = "false alarm"
MISSED: Final = "missed"
OTHER_LABEL: Final = "other label"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A text that was taken for something else."""

    kind: str
    sample: Sample
    said: str
    judgement: Judgement


def worst_mistakes(
    run: Run, said: Sequence[str], most: int, seed: int
) -> Iterator[Mistake]:
    """Up to `most` of each kind: the surest alarms, the least suspected misses.

    Equals are drawn by chance, so that one corner of a file does not stand for all.
    """
    rows = list(zip(run.samples, said, run.judgements, strict=True))
    Random(seed).shuffle(rows)  # noqa: S311 - repeatable, no secret
    wrong = [Mistake(_kind(s, p), s, p, j) for s, p, j in rows if s.truth != p]
    for kind in (FALSE_ALARM, MISSED, OTHER_LABEL):
        sign = 1 if kind == MISSED else -1
        of_kind = [mistake for mistake in wrong if mistake.kind == kind]
        yield from sorted(of_kind, key=lambda m: sign * m.judgement.weight)[:most]


def _kind(sample: Sample, said: str) -> str:
    if not sample.harmful:
        return FALSE_ALARM
    return MISSED if said == CLEAN else OTHER_LABEL
