"""What a checker says about a text, in the terms of a measurement."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from app.domain.finding import Span, Suggest
from app.domain.labels import Label
from app.domain.policy import DEFAULT_POLICY, Policy
from app.domain.scenes import Scene
from app.domain.verdict import Verdict, decide
from app.evaluate.sample import ANY, CLEAN
from app.text.checker import Checker
from app.text.result import TextResult


@dataclass(frozen=True, slots=True)
class Judgement:
    """One verdict with what stands behind it.

    `weights` is the greatest level or probability (0 to 100) of each label that
    was found; `spans` are the places of the findings. `suspicion` is how likely a
    model holds the text to be harmful, in per cent, whether or not it reports it.
    """

    suggest: Suggest
    label: Label
    weights: Mapping[Label, float] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    suspicion: float = 0.0

    @property
    def weight(self) -> float:
        """The greatest of all weights; 0 when nothing was found or suspected."""
        return max([self.suspicion, *self.weights.values()])

    def predicted(self, at: Suggest, *, binary: bool) -> str:
        """The class of the verdict when texts from `at` on count as found."""
        if self.suggest is Suggest.PASS or self.suggest.rank < at.rank:
            return CLEAN
        return ANY if binary else self.label.title


Judge = Callable[[str, Scene], Judgement]
"""A checker of texts; the same text and scene give the same judgement."""

NOTHING: Final = Judgement(Suggest.PASS, Label.NORMAL)


class ModelAnswer(Protocol):
    """What a content model says of a text; `prob` (of harm) is in per cent."""

    @property
    def label(self) -> Label:
        """The likeliest harm."""

    @property
    def prob(self) -> int:
        """How likely the text is harmful."""

    @property
    def reported(self) -> bool:
        """Whether that reaches the threshold of the harm."""


class ContentModel(Protocol):
    """A content model by itself, as `app.text.model` has it."""

    def judge(self, text: str, /) -> ModelAnswer:
        """Judge one text; never fails on any string."""


def model_judge(model: ContentModel) -> Judge:
    """A content model alone: `review` where it reports, whatever the scene."""

    def judge(text: str, scene: Scene) -> Judgement:
        said = model.judge(text)
        suggest = Suggest.REVIEW if said.reported else Suggest.PASS
        label = said.label if said.reported else Label.NORMAL
        weights = {said.label: float(said.prob)}
        return Judgement(suggest, label, weights, suspicion=float(said.prob))

    return judge


def checker_judge(checker: Checker, policy: Policy = DEFAULT_POLICY) -> Judge:
    """The service's own checker under a policy."""

    def judge(text: str, scene: Scene) -> Judgement:
        result = checker.check(text, scene=scene)
        if not (result.findings or result.truncated) and result.clean is None:
            return NOTHING
        return _judgement(result, decide(result.findings, policy))

    return judge


def _judgement(result: TextResult, verdict: Verdict) -> Judgement:
    suggest, label = verdict.suggest, verdict.label
    if result.truncated and suggest is Suggest.PASS:
        # As the service does: what was not looked at to its end never passes.
        suggest, label = Suggest.REVIEW, Label.OTHER
    weights: dict[Label, float] = {}
    for finding in result.findings:
        known = weights.get(finding.label, 0.0)
        weights[finding.label] = max(known, float(finding.weight))
    spans = tuple(
        Span(finding.start, finding.end)
        for finding in result.findings
        if finding.start is not None and finding.end is not None
    )
    suspicion = 0.0 if result.clean is None else 100.0 - result.clean
    return Judgement(suggest, label, weights, spans, suspicion)
