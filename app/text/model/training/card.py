"""The card of a model: data, licences, figures; as JSON in the file, as Markdown."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from app.text.model.format import CLASSES, HARMS, read_model
from app.text.model.training.calibrate import Scored, Slopes, probability
from app.text.model.training.data import Row
from app.text.model.training.train import Recipe, Trained

_OWN: Final = "as the operator holds it"


def of_rows(
    rows: Sequence[Row], recipe: Recipe, licences: dict[str, str] | None = None
) -> dict[str, Any]:
    """What the file says of its data."""
    known = licences or {}
    counted = Counter(row.source for row in rows)
    return {
        "data": [
            {"name": name, "rows": count, "licence": known.get(name, _OWN)}
            for name, count in sorted(counted.items())
        ],
        "classes": dict(Counter(row.label for row in rows)),
        "recipe": asdict(recipe),
    }


def with_figures(made: Trained) -> dict[str, Any]:
    """The card of a trained model with what was measured outside its own sources."""
    contents = read_model(made.block)
    thresholds = contents.thresholds
    return {
        "version": contents.version,
        "thresholds": thresholds,
        "calibration": contents.calibration,
        "known_ngrams": made.slots,
        **contents.card,
        "figures": figures(made.outside, contents.calibration, thresholds),
    }


def said(row: Scored, slopes: Slopes, thresholds: dict[str, int]) -> str:
    """The class that the model would report."""
    return row.harm if probability(row, slopes) >= thresholds[row.harm] else CLASSES[0]


def figures(
    rows: Sequence[Scored], slopes: Slopes, thresholds: dict[str, int]
) -> dict[str, Any]:
    """Precision, recall and F1 of each harm, and the share flagged by source."""
    judged = [(row, said(row, slopes, thresholds)) for row in rows]
    labels = {harm: _of_label(judged, harm) for harm in CLASSES}
    sources: dict[str, Any] = {}
    for name in sorted({row.source for row in rows}):
        own = [(row, answer) for row, answer in judged if row.source == name]
        harmful = [answer != CLASSES[0] for row, answer in own if row.label in HARMS]
        clean = [answer != CLASSES[0] for row, answer in own if row.label not in HARMS]
        sources[name] = {
            "rows": len(own),
            "recall": _share(harmful),
            "false_alarms": _share(clean),
        }
    every = [numbers["f1"] for numbers in labels.values()]
    return {
        "labels": labels,
        "sources": sources,
        "macro_f1": round(sum(every) / len(every), 4),
    }


def _share(flags: Sequence[bool]) -> float | None:
    return round(sum(flags) / len(flags), 4) if flags else None


def _of_label(judged: Sequence[tuple[Scored, str]], name: str) -> dict[str, float]:
    hit = sum(1 for row, answer in judged if answer == name == row.label)
    answered = sum(1 for _, answer in judged if answer == name)
    there = sum(1 for row, _ in judged if row.label == name)
    precision, recall = hit / max(1, answered), hit / max(1, there)
    f1 = 2 * hit / max(1, answered + there)
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(f1, 4),
    }


def markdown(card: dict[str, Any]) -> str:
    """The card for people."""
    lines = [
        f"# Content model {card['version']}",
        "",
        "| data | rows | licence |",
        "|---|---|---|",
        *(f"| {d['name']} | {d['rows']} | {d['licence']} |" for d in card["data"]),
        "",
        "Figures are of texts from sources that the scores were not fitted on.",
        "",
        "| class | threshold | precision | recall | F1 |",
        "|---|---|---|---|---|",
    ]
    for name, own in card["figures"]["labels"].items():
        limit = card["thresholds"].get(name, "")
        lines.append(
            f"| {name} | {limit} | {own['precision']} | {own['recall']} | {own['f1']} |"
        )
    lines += ["", "| source | rows | recall | false alarms |", "|---|---|---|---|"]
    for name, own in card["figures"]["sources"].items():
        recall, alarms = _dash(own["recall"]), _dash(own["false_alarms"])
        lines.append(f"| {name} | {own['rows']} | {recall} | {alarms} |")
    return "\n".join([*lines, ""])


def _dash(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"
