"""Tables of the report on the quality of reading pictures."""

from collections.abc import Iterable
from random import Random
from typing import NamedTuple

Row = tuple[str, ...]


class Count(NamedTuple):
    """So many of so many."""

    part: int
    whole: int

    def __str__(self) -> str:
        share = 100 * self.part / self.whole if self.whole else 0.0
        return f"{share:.1f} %"


def seeded(*parts: object) -> Random:
    """Randomness that a seed and the place in the report decide."""
    return Random(" ".join(map(str, parts)))  # noqa: S311 - pictures, not secrets


def table(title: str, head: Row, rows: Iterable[Row]) -> None:
    """Print a table as it grows."""
    print(f"### {title}\n\n| {' | '.join(head)} |")
    print("|" + "---|" * len(head))
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)
    print()
