"""A million lines into a draft: time, memory, and how long others wait to write."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.store import migrate
from benchmarks import generate, postgres
from benchmarks.report import ROOT, Claim, Part, Row

MEMORY: Final = 64.0
"""MiB by which the process may grow, whatever the length of the file."""
TIMES: Final = 15.0
"""An import may take so many times the bare insertion of its rows."""
WAIT: Final = 1.0
"""Seconds that nobody else may have to wait longer for the database."""
_LONGEST: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured; the tests take little."""

    lines: int = 1_000_000
    short: int = 100_000
    """A file that shows whether memory grows with the length."""


@dataclass(frozen=True, slots=True)
class Done:
    """One piece of work in a process of its own."""

    seconds: float
    cpu: float
    growth: float
    """MiB between the peak before and after."""
    waited: float
    """The longest that another writer had to wait, in seconds."""


def run(size: Size | None = None) -> Part:
    """Measure everything of this part."""
    size = size or Size()
    part = Part("import", "Importing a long list")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        long, short = folder / "long.csv", folder / "short.csv"
        _write(long, size.lines)
        _write(short, size.short)
        reading = _do("read", "", long)
        part.rows.append(Row("read and judge the file alone", _pace(reading, size)))
        for name, url in _databases(part, stack, folder):
            part.rows.extend(_rows(name, url, long, short, size))
    part.notes.append(
        f"{size.lines:,} generated terms with a label and a level as CSV, through the"
        " formats into an empty list of a draft, as the admin API does it. Baseline:"
        " the same rows by executemany of the bare driver into a table without any"
        " index, 5,000 in a transaction; reading the file is not in its time."
    )
    part.notes.append(
        "Memory: by how much the peak of the process grew; the baseline is a file of"
        f" {size.short:,} lines, the ratio is to {MEMORY:g} MiB. Wait: another"
        " connection writes a row twenty times a second all the while; the longest"
        " time that it took, in which nobody else could have written either."
    )
    return part


def _databases(part: Part, stack: ExitStack, folder: Path) -> Iterator[tuple[str, str]]:
    yield "SQLite", f"sqlite:///{folder / 'seccheck.db'}"
    missing = postgres.missing()
    if missing:
        part.notes.append(missing)
        return
    yield "PostgreSQL", stack.enter_context(postgres.database())


def _rows(name: str, url: str, long: Path, short: Path, size: Size) -> Iterator[Row]:
    migrate(url)
    bare = _do("bare", url, long)
    little = _do("fill", url, short)
    filled = _do("fill", url, long)
    ratio = filled.seconds / bare.seconds
    paces = _pace(filled, size), _pace(bare, size)
    yield Row(f"import, {name}", *paces, ratio, Claim("≤", TIMES))
    grown = f"{filled.growth:.0f} MiB", f"{little.growth:.0f} MiB"
    share = max(filled.growth, 0.0) / MEMORY
    yield Row(f"import, {name}, memory", *grown, share, Claim("≤", 1.0))
    wait, late = f"{filled.waited:.2f} s", filled.waited / WAIT
    what = f"import, {name}, longest wait of others"
    yield Row(what, wait, f"{WAIT:g} s", late, Claim("≤", 1.0))


def _pace(done: Done, size: Size) -> str:
    pace = size.lines / done.seconds
    return f"{done.seconds:.1f} s, {pace:,.0f} rows/s, {done.cpu:.1f} s CPU"


def _write(file: Path, lines: int) -> None:
    with file.open("w", encoding="utf-8") as opened:
        opened.write("term,label,level\n")
        for number, term in enumerate(generate.terms(lines)):
            opened.write(f"{term},fraud,{number % 101}\n")


def _do(work: str, url: str, file: Path) -> Done:
    """Let a child work.

    Raises:
        subprocess.CalledProcessError: it failed; its words are on stderr.
    """
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.import_child", work, url, str(file)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        timeout=_LONGEST,
        check=True,
    )
    said: dict[str, Any] = json.loads(done.stdout)
    return Done(**said)
