"""The labelled sets, and what is measured on each."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from app.evaluate.disguise import FAMILIES
from app.evaluate.duplicates import find_duplicates
from app.evaluate.evaluation import Evaluation, Repeats
from app.evaluate.judging import Judge
from app.evaluate.measuring import Plan, evaluation
from app.evaluate.reading import Columns, parse_mapping, read_samples

SEED: Final = 1
SHARE: Final = 0.3
"""Part of a text that a disguise changes."""

Judges = Sequence[tuple[str, Judge]]
"""Judges with their names; the last is what the service does by itself."""


@dataclass(frozen=True, slots=True)
class Set:
    """One labelled set: where it is, what its labels mean, what to know about it.

    `name` is how the card of a model calls it.
    """

    slug: str
    name: str
    title: str
    file: str
    rules: tuple[str, ...]
    by: str
    note: str


SETS: Final = (
    Set(
        "cold",
        "COLD",
        "COLD (Chinese posts on race, gender and region)",
        "cold_dev.csv.gz",
        ("1=abuse", "0=clean"),
        "topic",
        "The published dev split. Gathered around group terms; a large part of its harm"
        " is prejudice without a single rude word.",
    ),
    Set(
        "swsr",
        "SWSR",
        "SWSR (Chinese comments on one subject, sexism)",
        "swsr_train.csv.gz",
        ("1=abuse", "0=clean"),
        "category",
        "The label is sexism, not rudeness: texts labelled clean may still be rude.",
    ),
    Set(
        "davidson",
        "Davidson",
        "Davidson (English tweets)",
        "davidson.csv.gz",
        ("1=abuse", "0=clean"),
        "category",
        "Gathered with a list of words, so that 83 % are labelled harmful; much of it"
        " is casual swearing.",
    ),
    Set(
        "fox",
        "Fox",
        "Fox News (English comments on ten articles)",
        "fox_news.csv.gz",
        ("1=abuse", "0=clean"),
        "",
        "Some labels need the comment that was answered, which is not in the file.",
    ),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """One set under each judge, and under disguise by the last of them."""

    set: Set
    plain: Sequence[Evaluation]
    disguised: Evaluation

    @property
    def last(self) -> Evaluation:
        """What the service does by itself."""
        return self.plain[-1]


def measure_set(item: Set, data: Path, judges: Judges, disguised: int) -> Measured:
    """Figures of one set without near-duplicates; `disguised` texts under disguise."""
    print(f"measuring {item.file}", file=sys.stderr)
    columns = Columns(group="dup_group", part=item.by, term="")
    read = read_samples([data / item.file], columns, parse_mapping(item.rules))
    same = find_duplicates(read.samples)
    repeats = Repeats(same.repeated, same.groups, same.mixed, dropped=True)
    kept = same.kept(read.samples)
    whole = Plan([item.file], kept, repeats, read.broken, seed=SEED)
    plain = [evaluation(whole, [judge]) for judge in judges]
    some = Random(SEED).sample(kept, min(disguised, len(kept)))  # noqa: S311
    families = tuple(FAMILIES.values())
    part = Plan([item.file], some, repeats, seed=SEED, families=families, share=SHARE)
    return Measured(item, plain, evaluation(part, judges[-1:]))
