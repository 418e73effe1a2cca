"""`python -m tools.accuracy.held_out DATA OUT`: models that never saw one of the sets.

The shipped model is trained on most of the public sets, so its figures on them say
little. For each such set a model of the same recipe is trained without it and written
to `OUT/<slug>.model`; give those to `python -m tools.accuracy` by `--model SLUG=FILE`.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from app.text.model.training.card import of_rows
from app.text.model.training.data import Row
from app.text.model.training.train import Recipe, train
from tools.accuracy.sets import SETS, Set
from tools.model.sources import ORDINARY, all_rows, licences


def main() -> None:
    """Train one model for each set that is in the shipped one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", help="the slug of one set")
    given = parser.parse_args()
    rows = all_rows(given.data)
    given.out.mkdir(parents=True, exist_ok=True)
    for item in SETS:
        rest = without(rows, item)
        if len(rest) < len(rows) and given.only in (None, item.slug):
            _tell(f"without {item.name}: {len(rest):,} of {len(rows):,} rows")
            target = given.out / f"{item.slug}.model"
            target.write_bytes(_trained(rest))
            _tell(f"wrote {target}")


def without(rows: Sequence[Row], item: Set) -> list[Row]:
    """The rows that are not of the set."""
    return [row for row in rows if row.source.split(" ")[0] != item.name]


def _trained(rows: list[Row]) -> bytes:
    recipe = Recipe()
    card = of_rows(rows, recipe, licences(rows))
    return train(rows, card, recipe, ordinary=ORDINARY, tell=_tell).block


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
