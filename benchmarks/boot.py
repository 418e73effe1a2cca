"""From the spawn to ready with a large lexicon, and what it takes to hold it."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

from app.settings import find_wordlists
from app.text.automaton import Engine
from benchmarks import children, generate
from benchmarks.children import Memory, Service
from benchmarks.matching import ENGINES
from benchmarks.measure import Rounds, alternate
from benchmarks.report import ROOT, Claim, Part, Row

FIRST: Final = "start, words not compiled yet"
LATER: Final = "start, words compiled before"
BUILDS: Final = 4
"""A start may cost so many bare builds, and an empty start."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured; the tests take little."""

    terms: int = 100_000
    rounds: int = 5
    seconds: float = 25.0
    """For each engine."""


def run(size: Size | None = None) -> Part:
    """Measure everything of this part."""
    size = size or Size()
    part = Part("start", "Start to ready, and memory")
    terms = generate.terms(size.terms)
    with ExitStack() as stack:
        empty = stack.enter_context(children.service(None))
        packs = stack.enter_context(children.service(None, find_wordlists()))
        full = stack.enter_context(children.service(terms))
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        file = Path(folder) / "terms.txt"
        file.write_text("\n".join(terms), "utf-8")
        for engine in ENGINES:
            part.rows.extend(_start(engine, file, empty, full, size))
        for engine in ENGINES:
            part.rows.extend(
                _memory(
                    engine,
                    {
                        "no terms": empty,
                        "the shipped packs": packs,
                        f"{size.terms:,} terms": full,
                    },
                )
            )
    part.notes.append(
        "Start: from the spawn to the first 200 of /readyz, wall clock,"
        f" {size.terms:,} standard terms in service in SQLite. Not compiled yet: the"
        " first start of a machine or of a release. Baseline:"
        f" {BUILDS} bare builds of the same automaton in a fresh process, and a start"
        " without terms, measured in turn; medians of rounds."
    )
    return part


def _start(
    engine: Engine, file: Path, empty: Service, full: Service, size: Size
) -> Iterator[Row]:
    turns = {
        "build": partial(_bare_build, engine, file),
        "empty": partial(_started, empty, engine),
        FIRST: partial(_first_start, full, engine),
        LATER: partial(_started, full, engine),
    }
    kept = alternate(turns, rounds=size.rounds, seconds=size.seconds)
    for name in (FIRST, LATER):
        rounds = zip(*(kept.costs[at] for at in ("build", "empty", name)), strict=True)
        ratio = median(
            taken / (BUILDS * build + empty) for build, empty, taken in rounds
        )
        yield Row(
            f"{name}, {engine}",
            f"{kept.median(name):.2f} s",
            _budget(kept),
            ratio,
            Claim("≤", 1.0),
        )


def _budget(kept: Rounds) -> str:
    build, empty = kept.median("build"), kept.median("empty")
    total = BUILDS * build + empty
    return f"{BUILDS} x {build:.2f} + {empty:.2f} = {total:.2f} s"


def _first_start(service: Service, engine: Engine) -> float:
    service.forget_compiled()
    return _started(service, engine)


def _started(service: Service, engine: Engine) -> float:
    with service.serving(engine) as running:
        return running.started


def _bare_build(engine: Engine, file: Path) -> float:
    """Seconds of one build in a process that does nothing else."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.bare_build", engine, str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=children.READY_SECONDS,
        check=True,
    )
    return float(done.stdout)


def _memory(engine: Engine, services: dict[str, Service]) -> list[Row]:
    """Memory of the serving process with different lexicons."""
    rows = []
    for what, service in services.items():
        with service.serving(engine) as running:
            held = children.memory(running.pid)
        rows.append(Row(f"memory, {engine}, {what}", _shown(held)))
    return rows


def _shown(held: Memory) -> str:
    share = f", proportional share {held.own:.0f} MiB" if held.own else ""
    return f"{held.resident:.0f} MiB resident{share}"
