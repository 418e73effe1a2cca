"""Build the shipped model: `python -m tools.model --data FOLDER --out FILE`."""

import argparse
import json
import os
import sys
from pathlib import Path

from app.text.model.training.card import markdown, of_rows, with_figures
from app.text.model.training.train import Recipe, train
from tools.model.sources import (
    ORDINARY,
    WRITTEN_BY_PEOPLE,
    all_rows,
    licences,
)

DATA = "SECCHECK_TRAINING_DATA"
"""Environment variable with the folder of public data sets."""


def main(args: list[str] | None = None) -> int:
    """Train, write the model, and its card as JSON and Markdown beside it."""
    parser = argparse.ArgumentParser(prog="tools.model", description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get(DATA))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--card", type=Path, help="folder for the card")
    given = parser.parse_args(args)
    if given.data is None:
        parser.error(f"name the folder of data sets by --data or {DATA}")
    recipe = Recipe()
    rows = all_rows(Path(given.data))
    card = of_rows(rows, recipe, licences(rows))
    made = train(
        rows, card, recipe, ordinary=ORDINARY, preferred=WRITTEN_BY_PEOPLE, tell=_tell
    )
    given.out.write_bytes(made.block)
    shown = with_figures(made)
    folder = given.card or given.out.parent
    text = json.dumps(shown, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / "content-model.json").write_text(text + "\n", "utf-8")
    (folder / "content-model.md").write_text(markdown(shown), "utf-8")
    _tell(f"{given.out}: {len(made.block):,} bytes, version {shown['version']}")
    return 0


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
