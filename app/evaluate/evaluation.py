"""All that one command measured, for the terminal, for JSON and for the page."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.evaluate.compare import Comparison
from app.evaluate.perturb import Loss, Planted
from app.evaluate.reading.lines import Broken
from app.evaluate.report import Report


@dataclass(frozen=True, slots=True)
class Repeats:
    """Near-duplicates among the texts, and whether all but the first were dropped."""

    repeated: int
    groups: int
    mixed: int
    dropped: bool


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One judge on labelled files, and perhaps a second one beside it.

    `judged_by` names the words or model; `share` is the part of a text that
    `losses` speak of. Everything about disguises and about the second judge
    belongs to those who asked for it and is empty or None otherwise.
    """

    files: Sequence[str]
    judged_by: str
    seed: int
    repeats: Repeats
    report: Report
    broken: Sequence[Broken] = ()
    share: float = 0.0
    losses: Sequence[Loss] = ()
    plantings: Sequence[Planted] = ()
    other_by: str = ""
    other: Report | None = None
    comparison: Comparison | None = None
