"""The command: measure, then write the page and its plots."""

import argparse
import shutil
import sys
from pathlib import Path

import tools.accuracy
from app.domain.entry import Entry
from app.evaluate.judging import checker_judge
from app.lexicon.csvfile import read_entries
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from tools.accuracy.page import HEAD, section, summary
from tools.accuracy.sets import SETS, Judges, measure_set
from tools.accuracy.terms import planted, probes

ROOT = Path(__file__).resolve().parent.parent.parent
PROBES = "evasion_probes.csv"
DISGUISED = 3000
"""Texts of a set that are judged under every disguise."""


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=tools.accuracy.__doc__)
    parser.add_argument("data", type=Path, help="the folder of the labelled files")
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    parser.add_argument("--disguised", type=int, default=DISGUISED)
    given = parser.parse_args()
    written = write(given.data, given.out, disguised=given.disguised)
    print(f"wrote {given.out / 'accuracy.md'} and {written} plots")


def write(data: Path, out: Path, *, disguised: int = DISGUISED) -> int:
    """Write the page and its plots below `out`; the number of plots.

    Raises:
        SystemExit: none of the files is there.
    """
    sets = [item for item in SETS if (data / item.file).is_file()]
    for item in SETS:
        if item not in sets:
            print(f"left out, not in {data}: {item.file}", file=sys.stderr)
    if not sets:
        sys.exit(f"none of the labelled files is in {data}")
    entries = packs()
    judges = _judges(entries)
    found = [measure_set(item, data, judges, disguised) for item in sets]
    folder = out / "accuracy"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    named = "; ".join(name for name, _ in judges)
    parts = [HEAD.format(judges=named), *summary(found)]
    for measured in found:
        parts += section(measured, folder)
    parts += planted(entries, judges[-1][1])
    if (data / PROBES).is_file():
        parts += probes(data / PROBES, judges[-1][1])
    (out / "accuracy.md").write_text("\n".join(parts) + "\n", encoding="utf-8")
    return len(list(folder.iterdir()))


def packs() -> list[Entry]:
    """Every entry of the packs of this repository."""
    files = sorted((ROOT / "wordlists").glob("*.csv"))
    return [entry for path in files for entry in read_entries(path).entries]


def _judges(entries: list[Entry]) -> Judges:
    checker = Checker(compile_snapshot(entries))
    return [(f"packs ({len(entries):,} entries)", checker_judge(checker))]


if __name__ == "__main__":
    main()
