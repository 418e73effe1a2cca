"""The command: measure, then write the page and its plots."""

import argparse
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import tools.accuracy
from tools.accuracy.judges import ROOT, Bench
from tools.accuracy.page import HEAD, section, summary
from tools.accuracy.sets import SETS, measure_set
from tools.accuracy.terms import near_misses, planted, probes

PROBES = "evasion_probes.csv"
DISGUISED = 3000
"""Texts of a set that are judged under every disguise."""


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=tools.accuracy.__doc__)
    parser.add_argument("data", type=Path, help="the folder of the labelled files")
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    parser.add_argument("--disguised", type=int, default=DISGUISED)
    parser.add_argument(
        "--model",
        action="append",
        default=[],
        metavar="SET=FILE",
        help="judge this set with a model that was trained without it",
    )
    given = parser.parse_args()
    models = {slug: Path(file) for slug, _, file in map(_parted, given.model)}
    unknown = set(models) - {item.slug for item in SETS}
    if unknown:
        parser.error(f"no such set: {', '.join(sorted(unknown))}")
    written = write(given.data, given.out, models, disguised=given.disguised)
    print(f"wrote {given.out / 'accuracy.md'} and {written} plots")


def _parted(rule: str) -> tuple[str, str, str]:
    return rule.partition("=")


def write(
    data: Path,
    out: Path,
    models: Mapping[str, Path] | None = None,
    *,
    disguised: int = DISGUISED,
) -> int:
    """Write the page and its plots below `out`; the number of plots.

    `models` are files by the slug of the set that they were trained without.

    Raises:
        SystemExit: none of the files is there.
        ModelError: a model cannot be used.
    """
    sets = [item for item in SETS if (data / item.file).is_file()]
    for item in SETS:
        if item not in sets:
            print(f"left out, not in {data}: {item.file}", file=sys.stderr)
    if not sets:
        sys.exit(f"none of the labelled files is in {data}")
    bench = Bench(models or {})
    found = [measure_set(s, data, bench.judges(s), disguised) for s in sets]
    folder = out / "accuracy"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    judges = bench.judges()
    named = "; ".join(name for name, _ in judges)
    parts = [HEAD.format(judges=named), *summary(found)]
    for measured in found:
        parts += section(measured, folder)
    parts += planted(bench.entries, judges[-1][1])
    parts += near_misses(judges[-1][1])
    if (data / PROBES).is_file():
        parts += probes(data / PROBES, judges[-1][1])
    (out / "accuracy.md").write_text("\n".join(parts) + "\n", encoding="utf-8")
    return len(list(folder.iterdir()))


if __name__ == "__main__":
    main()
