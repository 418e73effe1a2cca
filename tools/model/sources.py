"""What the shipped model is trained on: public data sets, and our own texts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from app.text.model.training.data import Columns, Row, read_rows
from tools.corpus.generate import generate

FOLDS: Final = 3
PER_GENERATOR: Final = 4000
_ABUSE: Final = {"1": "abuse", "0": "clean"}


class Set(NamedTuple):
    """One public data set: files, attribution, how much a row counts."""

    name: str
    files: tuple[str, ...]
    licence: str
    origin: str
    weight: float
    clean: float = 1.0
    """By how much more a clean row counts."""


SETS: Final = (
    Set(
        "COLD",
        ("cold_train.csv.gz", "cold_dev.csv.gz"),
        "Apache-2.0",
        "https://github.com/thu-coai/COLDataset",
        1.0,
    ),
    Set(
        "SWSR",
        ("swsr_train.csv.gz",),
        "MIT",
        "https://github.com/aggiejiang/SWSR",
        0.5,
    ),
    Set(
        "Davidson",
        ("davidson.csv.gz",),
        "MIT",
        "https://github.com/t-davidson/hate-speech-and-offensive-language",
        0.25,
        5.0,
    ),
)
"""Fox News comments are left out: the smallest set, and good to test on."""
_TOPICS: Final = {"race": 0, "region": 1, "gender": 2}
_ORDINARY_FOLDS: Final = {
    "clean_family": 0, "clean_news": 1, "clean_play": 2, "clean_reviews": 0,
    "clean_opinions": 1,
}  # fmt: skip
"""Generators of plain texts are left out as a whole: people write otherwise."""
_ALIKE: Final = "alike_abuse"
_OWN_WEIGHT: Final = 0.3
_CLEAN_WEIGHT: Final = 0.5
_ALIKE_WEIGHT: Final = 1.5
"""Texts of our own count less than real ones; more where they look like a harm."""
WRITTEN_BY_PEOPLE: Final = frozenset({*(f"COLD {t}" for t in _TOPICS), "SWSR"})
"""Sources of real posts, which decide on the calibration of abuse."""
ORDINARY: Final = frozenset(_ORDINARY_FOLDS)
"""Sources on which false alarms are counted."""


def public_rows(folder: Path, name: str) -> Iterator[Row]:
    """The rows of one public set; COLD's folds are its topics."""
    chosen = next(one for one in SETS if one.name == name)
    for file in chosen.files:
        yield from _public(folder / file, chosen)


def _public(path: Path, chosen: Set) -> Iterator[Row]:
    columns = Columns(group="dup_group", source="topic", mapping=_ABUSE)
    for row in read_rows(path, columns, weight=chosen.weight):
        cold = chosen.name == "COLD"
        source = f"COLD {row.source}" if cold else chosen.name
        fold = _TOPICS[row.source] if cold else None
        group = f"{chosen.name} {row.group}"
        weight = chosen.weight * chosen.clean if row.label == "clean" else chosen.weight
        yield Row(row.text, row.label, source, group, weight, fold)


def own_rows(per_generator: int = PER_GENERATOR) -> Iterator[Row]:
    """Our own texts; a generator is in one fold as a whole."""
    for made in generate(per_generator):
        fold = _ORDINARY_FOLDS.get(made.generator)
        weight = _OWN_WEIGHT if made.label != "clean" else _CLEAN_WEIGHT
        if made.generator == _ALIKE:
            weight = _ALIKE_WEIGHT
        yield Row(made.text, made.label, made.generator, made.text, weight, fold)


def all_rows(folder: Path) -> list[Row]:
    """Everything that the shipped model is trained on, in a fixed order."""
    rows = list(own_rows())
    for chosen in SETS:
        rows += public_rows(folder, chosen.name)
    return rows


def licences(rows: list[Row]) -> dict[str, str]:
    """The licence of each source."""
    known = {one.name: f"{one.licence}, {one.origin}" for one in SETS}
    own = "our own, made by tools/corpus"
    return {row.source: known.get(row.source.split(" ")[0], own) for row in rows}
