"""An evaluation as JSON values; the names are those of the dataclasses."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from app.evaluate.compare import Flipped
from app.evaluate.evaluation import Evaluation
from app.evaluate.measures.confusion import ClassFigures, Confusion
from app.evaluate.measures.intervals import Share
from app.evaluate.mistakes import Mistake
from app.evaluate.report import Report
from app.evaluate.sample import Sample

_DIGITS = 6
FORMAT = 1
"""Grows when a name changes its meaning or goes away."""


def as_json(evaluation: Evaluation) -> dict[str, Any]:
    """Everything that was measured; shares from 0 to 1, weights from 0 to 100."""
    return {"format": FORMAT, **_plain(evaluation)}


def _plain(value: object) -> Any:
    """One value, whatever it is made of."""
    special = _SPECIAL.get(type(value))
    if special is not None:
        return special(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return round(value, _DIGITS)
    if is_dataclass(value):
        return _fields(value)
    if isinstance(value, Mapping):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value


def _fields(value: Any) -> dict[str, Any]:
    return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}


def _report(report: Report) -> dict[str, Any]:
    name, always = report.commonest
    baseline = {"always": name, "accuracy": _plain(always.value)}
    return {**_fields(report), "baseline": baseline}


def _share(share: Share) -> dict[str, Any]:
    return {
        "value": _plain(share.value),
        "interval": _plain(share.interval),
        "hits": share.hits,
        "of": share.of,
    }


def _confusion(confusion: Confusion) -> dict[str, Any]:
    return {"classes": list(confusion.classes), "counts": confusion.counts.tolist()}


def _figures(figures: ClassFigures) -> dict[str, Any]:
    names = ("name", "rows", "precision", "recall", "f1", "f1_interval")
    return {name: _plain(getattr(figures, name)) for name in names}


def _sample(sample: Sample) -> dict[str, Any]:
    names = ("text", "truth", "source", "line")
    return {name: getattr(sample, name) for name in names}


def _mistake(mistake: Mistake) -> dict[str, Any]:
    judgement = mistake.judgement
    said = {"said": mistake.said, "suggest": judgement.suggest.value}
    weight = {"weight": _plain(judgement.weight)}
    return {"kind": mistake.kind, **_sample(mistake.sample), **said, **weight}


def _flipped(flipped: Flipped) -> dict[str, Any]:
    answers = {"before": flipped.before, "after": flipped.after}
    return {**_sample(flipped.sample), **answers}


_SPECIAL: dict[type, Any] = {
    Report: _report,
    Share: _share,
    Confusion: _confusion,
    ClassFigures: _figures,
    Mistake: _mistake,
    Flipped: _flipped,
}
