"""Two verdicts on one text: what differs, and which words made the difference."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Literal

from app.domain.finding import Finding, Suggest
from app.domain.labels import Label
from app.domain.policy import DEFAULT_POLICY
from app.domain.scenes import Scene
from app.domain.verdict import CLEAN, Verdict, decide
from app.text.audience import Audience
from app.text.checker import Checker
from app.text.result import TextResult

Kind = Literal["caused", "removed", "changed"]
"""`caused`: hits only in the candidate. `removed`: hits only in what it is
compared with. `changed`: hits in both, with another level or label."""

_MOST_BLAMED = 20
"""Words blamed for one text; a text of nothing but new words needs no more."""


@dataclass(frozen=True, slots=True, order=True)
class Blame:
    """A word that took part in changing a decision; no list: a contact rule.

    `at` is where the text has it first, in code points.
    """

    kind: Kind
    list_name: str
    term: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Difference:
    """How the candidate decided (`after`), compared with the other (`before`).

    `blamed` is empty when the decision is the same.
    """

    before: Suggest
    after: Suggest
    relabelled: bool = False
    blamed: tuple[Blame, ...] = ()

    @property
    def flipped(self) -> bool:
        """Whether the decision is another one."""
        return self.before is not self.after


@dataclass(slots=True)
class _Word:
    """What one word found on each side: label, weight and rank of its hits."""

    before: set[tuple[int, int, int]] = field(default_factory=set)
    after: set[tuple[int, int, int]] = field(default_factory=set)
    at: int | None = None

    @property
    def kind(self) -> Kind:
        if not self.before:
            return "caused"
        return "changed" if self.after else "removed"

    def moved(self, difference: "Difference") -> bool:
        """Whether it is one of those that lifted or let go the decision.

        A new word that would only be reviewed is not why a text is risky now.
        """
        if self.before == self.after:
            return False
        lower = min(difference.before.rank, difference.after.rank)
        higher = difference.after.rank > difference.before.rank
        heavy = self.after if higher else self.before
        return any(rank > lower for _, _, rank in heavy)


def judged(
    checker: Checker, text: str, scene: Scene, app: str | None = None
) -> Verdict:
    """Check a text and decide as the service does for a single text."""
    return verdict_of(checker.check(text, scene=scene, audience=Audience(app)))


def verdict_of(result: TextResult) -> Verdict:
    """The verdict on one result; one cut short is never better than `review`."""
    if not result.findings and not result.truncated:
        return CLEAN
    verdict = decide(result.findings, DEFAULT_POLICY)
    if result.truncated and verdict.suggest is Suggest.PASS:
        return Verdict(Suggest.REVIEW, Label.OTHER, verdict.findings)
    return verdict


def compare(before: Verdict, after: Verdict) -> Difference:
    """What the candidate changes about one text, and through which words."""
    flip = Difference(before.suggest, after.suggest, before.label != after.label)
    if not flip.flipped:
        return flip
    words = _words(before, after)
    blamed = sorted(
        Blame(word.kind, *name, word.at or 0)
        for name, word in words.items()
        if word.moved(flip)
    )
    return Difference(
        flip.before, flip.after, flip.relabelled, tuple(blamed[:_MOST_BLAMED])
    )


def _words(before: Verdict, after: Verdict) -> dict[tuple[str, str], _Word]:
    """What each word found, by list and term."""
    words: dict[tuple[str, str], _Word] = defaultdict(_Word)
    for finding in before.findings:
        _word_of(finding, words).before.add(_weight(finding))
    for finding in after.findings:
        _word_of(finding, words).after.add(_weight(finding))
    return words


def _word_of(finding: Finding, words: dict[tuple[str, str], _Word]) -> _Word:
    """The word of a finding, which knows its first place."""
    word = words[_name(finding)]
    if finding.start is not None:
        word.at = finding.start if word.at is None else min(word.at, finding.start)
    return word


def _weight(finding: Finding) -> tuple[int, int, int]:
    return int(finding.label), finding.weight, finding.suggest.rank


def _name(finding: Finding) -> tuple[str, str]:
    """List and term; what no list holds is named by its rule or strategy."""
    return finding.list_name or "", finding.term or finding.strategy.value
