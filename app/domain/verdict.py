"""The one answer that follows from all findings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.domain.finding import Finding, Suggest
from app.domain.labels import Label
from app.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Verdict:
    """Suggest and label for the whole content, with every reason."""

    suggest: Suggest
    label: Label
    findings: tuple[Finding, ...] = ()


CLEAN = Verdict(Suggest.PASS, Label.NORMAL)


def decide(findings: Sequence[Finding], policy: Policy) -> Verdict:
    """Judge every finding by the policy; the worst wins, ties go by level.

    A verdict of `pass` always carries the label `normal`, even when findings
    of low level are listed.
    """
    if not findings:
        return CLEAN
    judged = tuple(
        replace(item, suggest=policy.suggest(item.strategy, item.label, item.weight))
        for item in findings
    )
    return worst_of(judged)


def worst_of(judged: Sequence[Finding]) -> Verdict:
    """The verdict of findings that are judged; see `decide`."""
    if not judged:
        return CLEAN
    worst = max(judged, key=lambda item: (item.suggest.rank, item.weight))
    label = Label.NORMAL if worst.suggest is Suggest.PASS else worst.label
    return Verdict(worst.suggest, label, tuple(judged))
