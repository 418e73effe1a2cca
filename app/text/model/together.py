"""Words and model together: rules that let one change what the other counts.

Each rule is there because it was measured to help; docs/judgement.md has the figures.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from app.domain.finding import Finding, Strategy
from app.domain.labels import Label
from app.domain.policy import DEFAULT_POLICY
from app.domain.scenes import Scene
from app.text.model.model import Judgement
from app.text.result import TogetherNote

BENIGN: Final = 10
"""Per cent of harm, at most, at which the surroundings of a word count as benign."""
BENIGN_LENGTH: Final = 12
"""Code points from which on a text has surroundings."""
STRONG: Final = 90
"""Per cent of harm from which on the model makes a doubtful word sure."""
_NO_CONTEXT: Final = frozenset({Scene.PROFILE, Scene.TITLE, Scene.SEARCH})
_SURE: Final = DEFAULT_POLICY.default.risky
_KIN: Final = {
    Label.PORN: frozenset({Label.PORN, Label.VULGAR}),
    Label.CRIME: frozenset({Label.CRIME, Label.FRAUD}),
    Label.FRAUD: frozenset({Label.FRAUD, Label.CRIME, Label.ADS}),
    Label.ADS: frozenset({Label.ADS, Label.FRAUD}),
}
"""Labels of words that a harm of the model confirms; abuse confirms nothing."""

Change = Callable[[Finding], int | None]
"""The level that a word shall have; None leaves it."""
Together = tuple[list[Finding], list[TogetherNote]]


def together(
    findings: list[Finding], judged: Judgement, text: str, scene: Scene
) -> Together:
    """The findings of word lists as they count beside the model's judgement."""
    words = [f for f in findings if f.strategy is Strategy.KEYWORD]
    if not words:
        return findings, []
    if _benign(words, judged, text, scene):
        return _changed(findings, "benign_context", _lowered)
    if judged.reported and judged.prob >= STRONG:
        kin = _KIN.get(judged.label, frozenset())
        return _changed(findings, "confirmed", lambda f: _raised(f, kin))
    return findings, []


def _benign(words: list[Finding], judged: Judgement, text: str, scene: Scene) -> bool:
    """Whether one plain word stands alone in a text that is clean otherwise.

    A disguise is no accident, and a combination rule has looked at the surroundings.
    """
    first = words[0]
    return (
        judged.prob <= BENIGN
        and scene not in _NO_CONTEXT
        and len(text) >= BENIGN_LENGTH
        and all(w.term == first.term and not (w.folds or w.words) for w in words)
    )


def _lowered(finding: Finding) -> int | None:
    level = finding.level or 0
    return _SURE - 1 if level >= _SURE else None


def _raised(finding: Finding, kin: frozenset[Label]) -> int | None:
    level = finding.level or 0
    doubtful = DEFAULT_POLICY.default.review <= level < _SURE
    return _SURE if doubtful and finding.label in kin else None


def _changed(findings: list[Finding], rule: str, change: Change) -> Together:
    made, notes = list[Finding](), list[TogetherNote]()
    for finding in findings:
        level = change(finding) if finding.strategy is Strategy.KEYWORD else None
        if level is not None:
            said = DEFAULT_POLICY.suggest(finding.strategy, finding.label, level)
            before = finding.level or 0
            notes.append(TogetherNote(finding.term or "", rule, before, level))
            finding = replace(finding, level=level, suggest=said)  # noqa: PLW2901
        made.append(finding)
    return made, notes
