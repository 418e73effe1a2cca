"""Who is measured: the packs, the content model, and both as in service."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.domain.entry import Entry
from app.evaluate.judging import checker_judge, model_judge
from app.lexicon.csvfile import read_entries
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from app.text.model.format import ModelError
from app.text.model.model import Model
from app.text.model.shipped import load_file, load_shipped
from tools.accuracy.sets import Judges, Set

ROOT = Path(__file__).resolve().parent.parent.parent


class Bench:
    """Judges for each set: the shipped model, or one that never saw the set."""

    def __init__(self, models: Mapping[str, Path]) -> None:
        """`models` are files by the slug of the set that they were not trained on.

        Raises:
            ModelError: a file is no model of this release.
        """
        self.entries = packs()
        self._snapshot = compile_snapshot(self.entries)
        self._shipped = _shipped()
        self._own = {slug: load_file(path) for slug, path in models.items()}

    def judges(self, item: Set | None = None) -> Judges:
        """Words alone, model alone, both; the model's name says if it saw the set."""
        words = f"packs ({len(self.entries):,} entries)"
        judges = [(words, checker_judge(Checker(self._snapshot)))]
        own = self._own.get(item.slug) if item else None
        model = own or self._shipped
        if model is None:
            return judges
        name = f"model {model.version}"
        if item is not None and own is None:
            name += warning(model.contents.card, item)
        both = Checker(self._snapshot, model)
        return [
            *judges,
            (name, model_judge(model)),
            (f"packs and {name}", checker_judge(both)),
        ]


def packs() -> list[Entry]:
    """Every entry of the packs of this repository."""
    files = sorted((ROOT / "wordlists").glob("*.csv"))
    return [entry for path in files for entry in read_entries(path).entries]


def _shipped() -> Model | None:
    try:
        return load_shipped()
    except ModelError as error:
        print(f"without a model: {error}", file=sys.stderr)
        return None


def warning(card: Mapping[str, Any], item: Set) -> str:
    """What to say of a model that may know the set, by the data that its card names."""
    names = [str(part["name"]).split(" ")[0] for part in card.get("data", ())]
    if not names:
        return ", trained on what its card does not say"
    return ", trained on this set" if item.name in names else ""
