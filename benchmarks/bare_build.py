"""`python -m benchmarks.bare_build ENGINE FILE`: seconds to build one automaton.

In a process of its own, so that no cache, allocator or collector is warm.
"""

import sys
import time
from pathlib import Path

from benchmarks.matching import bare_daachorse, naive_automaton


def main(engine: str, file: str) -> None:
    """Print the wall-clock seconds of the build alone."""
    terms = Path(file).read_text("utf-8").split("\n")
    build = bare_daachorse if engine == "daachorse" else naive_automaton
    started = time.perf_counter()
    kept = build(terms)
    print(time.perf_counter() - started)
    del kept


if __name__ == "__main__":
    main(*sys.argv[1:])
