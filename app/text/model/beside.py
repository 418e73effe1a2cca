"""What the content model adds to the result of a check."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.domain.finding import Finding, Strategy
from app.domain.policy import DEFAULT_POLICY
from app.text.result import TextResult

if TYPE_CHECKING:
    from app.domain.scenes import Scene
    from app.text.model.model import Judgement, Model


def alone(text: str, judged: "Judgement") -> TextResult:
    """The result of a text in which word lists see nothing."""
    if judged.reported:
        return TextResult((_finding(judged),), text, clean=judged.clean)
    return TextResult(masked=text, clean=judged.clean)


def beside(
    result: TextResult, text: str, scene: "Scene", model: "Model", judged: "Judgement"
) -> TextResult:
    """The result of word lists with the model's finding, and what both together say."""
    from app.text.model.together import together  # noqa: PLC0415 only when words hit

    findings, notes = together(list(result.findings), judged, text, scene)
    if judged.reported:
        findings.append(_finding(judged))
    explanation = result.explanation
    if explanation is not None:
        from app.text.model.explain import explain  # noqa: PLC0415 seldom needed

        note = explain(model, text)
        explanation = replace(explanation, model=note, together=tuple(notes))
    return TextResult(
        tuple(findings), result.masked, result.truncated, explanation, judged.clean
    )


def _finding(judged: "Judgement") -> Finding:
    """The model's finding: a harm without a place."""
    label = judged.label
    return Finding(
        strategy=Strategy.CONTENT_MODEL,
        label=label,
        suggest=DEFAULT_POLICY.suggest(Strategy.CONTENT_MODEL, label, judged.prob),
        prob=judged.prob,
    )


def unreported(
    model: "Model", texts: Sequence[str], clean: Sequence[bool]
) -> list[bool]:
    """Those of the clean texts in which the model reports nothing either."""
    asked = [at for at, good in enumerate(clean) if good]
    kept = list(clean)
    sure = model.surely_unreported([texts[at] for at in asked])
    for at, good in zip(asked, sure, strict=True):
        kept[at] = good
    return kept
