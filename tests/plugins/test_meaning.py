"""What classes mean, wherever it is written: manifests of all kinds share it."""

import pytest
from pydantic import ValidationError

from app.domain.finding import Suggest
from app.domain.labels import Label
from app.image import onnx_manifest
from app.plugins.manifest import Expected, ManifestError
from app.plugins.meaning import NEVER, Meaning, used_classes


def meaning(**changed: object) -> Meaning:
    table = {"label": "porn", "classes": ["a", "b"], "review": 0.5, **changed}
    return Meaning.model_validate(table)


@pytest.mark.parametrize(
    ("combine", "scores", "weight"),
    [
        ("max", {"a": 0.3, "b": 0.41}, 41),
        ("sum", {"a": 0.3, "b": 0.41}, 71),
        ("sum", {"a": 0.8, "b": 0.7}, 100),
        ("max", {"other": 1.0}, 0),
        ("max", {}, 0),
    ],
)
def test_scores_become_a_weight(
    combine: str, scores: dict[str, float], weight: int
) -> None:
    assert meaning(combine=combine).weight(scores) == weight


@pytest.mark.parametrize(
    ("risky", "weight", "suggest"),
    [
        (None, 49, Suggest.PASS),
        (None, 50, Suggest.REVIEW),
        (None, 100, Suggest.REVIEW),
        (0.9, 89, Suggest.REVIEW),
        (0.9, 90, Suggest.RISKY),
    ],
)
def test_a_weight_becomes_a_suggestion(
    risky: float | None, weight: int, suggest: Suggest
) -> None:
    assert meaning(risky=risky).thresholds.suggest(weight) is suggest


def test_without_risky_nothing_reaches_it() -> None:
    assert meaning().thresholds.risky == NEVER


@pytest.mark.parametrize("written", ["porn", "PORN", 20002, "20002"])
def test_a_label_has_a_name_and_a_number(written: object) -> None:
    assert meaning(label=written).label is Label.PORN


@pytest.mark.parametrize(
    "changed",
    [
        {"label": "nude"},
        {"classes": []},
        {"classes": [""]},
        {"review": 50},
        {"review": float("nan")},
        {"risky": 0.4},
        {"combine": "mean"},
        {"reveiw": 0.4},
    ],
)
def test_what_makes_no_sense_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        meaning(**changed)


def test_classes_are_named_once() -> None:
    shown = Expected(picture="waves", scores={"c": 0.5, "a": 0.1})
    assert used_classes([meaning(), meaning()], [shown]) == ("a", "b", "c")


def test_manifests_of_onnx_models_use_the_same() -> None:
    assert onnx_manifest.Meaning is Meaning
    assert onnx_manifest.Expected is Expected
    assert onnx_manifest.ManifestError is ManifestError
