"""`python -m benchmarks [PART|all] [--write]`; the parts are those of `PARTS`."""

import argparse
import sys
from collections.abc import Callable

from rich.console import Console

from benchmarks import (
    boot,
    images,
    importing,
    jobs,
    matching,
    observers,
    shadow,
    stall,
    web,
)
from benchmarks.measure import load
from benchmarks.report import Part, save, show, write_page

PARTS: dict[str, Callable[[], Part]] = {
    "text": matching.run,
    "http": web.run,
    "start": boot.run,
    "stall": stall.run,
    "shadow": shadow.run,
    "observers": observers.run,
    "import": importing.run,
    "images": images.run,
    "jobs": jobs.run,
}


def main(arguments: list[str]) -> int:
    """Run the wanted parts; 1 with `--strict` when a claim does not hold."""
    wanted = _parser().parse_args(arguments)
    names = list(PARTS) if wanted.part == "all" else [wanted.part]
    console = Console()
    parts = [_run(name, console) for name in names]
    if wanted.write:
        write_page(parts)
    failed = [row for part in parts for row in part.failed]
    return 1 if failed and wanted.strict else 0


def _run(name: str, console: Console) -> Part:
    before = load()
    part = PARTS[name]()
    part.load = (before, load())
    show(part, console)
    console.print(f"  Kept as JSON in {save(part).name}.\n", highlight=False)
    return part


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("part", nargs="?", default="all", choices=[*PARTS, "all"])
    parser.add_argument(
        "--write", action="store_true", help="put the tables into docs/benchmarks.md"
    )
    parser.add_argument(
        "--strict", action="store_true", help="leave with 1 when a claim fails"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
