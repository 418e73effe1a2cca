"""What an operator may decide about pictures, as plain values."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from app.domain.finding import Finding, Suggest
from app.domain.scenes import Scene
from app.image.known_rules import Limits
from app.plugins.door import Reading
from app.plugins.meaning import Meaning

Leniency = Literal["always", "absent"]
"""When a picture may pass although a classifier has not looked: `always`, or only
while the classifier is `absent`, which means not installed at all."""


class Words(NamedTuple):
    """What the text engine says of one text; `truncated` when it said not all."""

    findings: tuple[Finding, ...]
    truncated: bool = False


MOST_FINDINGS: Final = 1000
"""Findings in the words, or in the codes, that one classifier has read."""


def worst(said: Words) -> Words:
    """The worst of too many findings, in their order; then it was not said all."""
    findings = said.findings
    if len(findings) <= MOST_FINDINGS:
        return said
    bad = sorted(range(len(findings)), key=lambda at: _badness(findings[at]))
    kept = sorted(bad[-MOST_FINDINGS:])
    return Words(tuple(findings[at] for at in kept), truncated=True)


def _badness(finding: Finding) -> tuple[int, int]:
    return finding.suggest.rank, finding.weight


ReadText = Callable[[str], Awaitable[Words]]
"""Checks a text that was read in a picture, in the picture's scene."""


@dataclass(frozen=True, slots=True)
class ImageRules:
    """How readings are judged.

    `lenient` names the classifiers without which a picture may pass; without any
    other one it is held for review. `codes` says per scene what a code means of
    which nothing else is known. `labels` are the meanings of a model's classes, by
    classifier. `known` says how alike a known picture must be.
    """

    lenient: Mapping[str, Leniency] = field(default_factory=dict)
    codes: Mapping[Scene, Suggest] = field(default_factory=dict)
    labels: Mapping[str, tuple[Meaning, ...]] = field(default_factory=dict)
    known: Limits = field(default_factory=Limits)

    def forgives(self, classifier: str, *, absent: bool) -> bool:
        """Whether a picture may pass without this classifier."""
        leniency = self.lenient.get(classifier)
        return leniency == "always" or (absent and leniency == "absent")

    def labels_of(self, reading: Reading) -> tuple[Meaning, ...]:
        """What the classes in a reading mean."""
        return self.labels.get(reading.classifier, ())

    def bare_code(self, scene: Scene) -> Suggest:
        """What a code means in a scene if its content tells nothing."""
        return self.codes.get(scene, Suggest.REVIEW)
