"""`python -m tests.chaos [--jobs N] [--seed N] [--database URL]`.

Without a database it runs on SQLite and, where a server answers, on PostgreSQL.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator

from benchmarks.postgres import database, missing
from tests.chaos.driver import Plan, chaos, report


def main(arguments: list[str]) -> int:
    """Run; 1 when the books do not agree, or not everything ended in time."""
    options = _parser().parse_args(arguments)
    failed = False
    for url in _databases(options.database):
        began = time.monotonic()
        plan = Plan(
            url, options.jobs, options.seed,
            poison=max(1, min(5, options.jobs // 50)), seconds=options.seconds,
        )  # fmt: skip
        say(f"{url.partition(':')[0]}, seed {options.seed}")
        run, books = asyncio.run(chaos(plan))
        say(report(run, books, began))
        failed = failed or bool(books.faults)
    return int(failed)


def say(text: str) -> None:
    """One line, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _databases(given: str | None) -> Iterator[str]:
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="seccheck-chaos-") as folder:
        yield f"sqlite:///{folder}/seccheck.db"
    if why := missing():
        say(why)
        return
    with database() as url:
        yield url


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.chaos", description=__doc__)
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--database", help="an empty database of your own")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
