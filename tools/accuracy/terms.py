"""Listed terms in sentences of ours, and the evasion probes."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Final

from app.domain.entry import Entry, Match
from app.domain.finding import Suggest
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.evaluate.disguise import FAMILIES
from app.evaluate.figures import share
from app.evaluate.judging import Judge
from app.evaluate.measures.intervals import Share
from app.evaluate.perturb import Planted, Setting, plantings
from app.evaluate.sample import Sample
from app.text.symbols import is_han
from tools.accuracy.sets import SEED
from tools.accuracy.table import table

TERMS: Final = 400
CARRIERS: Final = (
    "老板说{}在线等你",
    "今天，{}！真的",
    "有人知道{}吗？",
    "{}",
    "昨天他又提起{}，我没有理",
)
"""Sentences for planted terms, written by us."""


def planted(entries: Sequence[Entry], judge: Judge) -> Iterator[str]:
    """Terms of the packs in sentences of ours, under every disguise."""
    terms = sorted({entry.term for entry in entries if _plantable(entry)})
    picked = Random(SEED).sample(terms, min(TERMS, len(terms)))  # noqa: S311
    samples = [
        Sample(
            CARRIERS[number % len(CARRIERS)].format(term),
            Label.OTHER.title,
            Scene.COMMENT,
            term=term,
        )
        for number, term in enumerate(picked)
    ]
    setting = Setting(seed=SEED, at=Suggest.REVIEW)
    families = tuple(FAMILIES.values())
    rows: list[Planted] = list(plantings(judge, samples, families, setting))
    yield "## Listed terms under disguise\n"
    yield (
        f"{len(samples):,} fuzzy terms of the packs of at least two Chinese"
        " characters, drawn by chance, each in a sentence of ours and disguised alone."
        " `none` counts all, the other rows those that were found in their exact place"
        " without disguise.\n"
    )
    yield from table(
        ("Disguise", "What it does", "Terms", "Found", "Exact span"),
        [
            (
                row.family,
                row.title,
                f"{row.found.of:,}",
                share(row.found),
                share(row.exact),
            )
            for row in rows
            if row.found.of
        ],
    )


def _plantable(entry: Entry) -> bool:
    fuzzy = entry.match is Match.FUZZY and not entry.exempt and not entry.scenes
    return fuzzy and len(entry.term) > 1 and all(map(is_han, entry.term))


def near_misses(judge: Judge) -> Iterator[str]:
    """Innocent texts of ours that look like harm, and those that are flagged."""
    file = Path(__file__).with_name("near_misses.txt")
    texts = [t for t in file.read_text("utf-8").splitlines() if t and t[0] != "#"]
    said = [(text, judge(text, Scene.COMMENT)) for text in texts]
    flagged = [(t, j) for t, j in said if j.suggest is not Suggest.PASS]
    clean = Share(len(texts) - len(flagged), len(texts))
    yield "## Near misses\n"
    what = f"{len(texts)} innocent texts of ours that look like harm"
    yield f"{what}: {share(clean)} pass.\n"
    rows = [(_quoted(t), j.suggest.value, j.label.title) for t, j in flagged]
    yield from table(("Flagged", "Verdict", "Label"), rows)


def probes(path: Path, judge: Judge) -> Iterator[str]:
    """The rows on which the packs fail; the file may be quoted."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    failed = []
    for row in rows:
        said = judge(row["text"], Scene.COMMENT).suggest
        if (said is not Suggest.PASS) is not (row["should_hit"] == "1"):
            kind = "missed" if row["should_hit"] == "1" else "false alarm"
            failed.append((kind, row["transform"], _quoted(row["text"]), said.value))
    yield "## Evasion probes\n"
    yield (
        f"{len(rows)} short texts written to probe filters. They are no sample, so"
        f" there is no percentage; these {len(failed)} fail with the packs:\n"
    )
    yield from table(("Kind", "Disguise", "Text", "Verdict"), sorted(failed))


def _quoted(text: str) -> str:
    """A text in a cell of a table, with nothing invisible in it."""
    shown = "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode()
        for char in text
    )
    return shown.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")
