"""The image checker: a picture in, one verdict with all its reasons out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.domain.finding import Finding, Strategy, Suggest
from app.domain.labels import Label
from app.domain.policy import DEFAULT_POLICY, Policy
from app.domain.scenes import Scene
from app.domain.verdict import Verdict, worst_of
from app.image.figures import Figures
from app.image.findings.codes import code_findings
from app.image.findings.known import is_allowed, known_findings
from app.image.findings.rules import ImageRules, ReadText
from app.image.findings.scores import doubt, score_findings
from app.image.findings.words import word_findings
from app.image.look import Images, Look
from app.image.pool import Status
from app.plugins.door import Facts, Reading

_JUDGED: Final = frozenset({Strategy.IMAGE_MODEL, Strategy.KNOWN_IMAGE})
"""Findings that come with a suggest of their own: by a model's or a list's limits."""

DECODE: Final = "decode"
"""The name under which decoding is spoken of where classifiers are named."""
_INCOMPLETE: Final = "the file ends early, or not all of it could be decoded"


@dataclass(frozen=True, slots=True)
class NotRun:
    """A classifier that has not, or not wholly, looked, and why.

    `forgiven` means that the picture may pass nevertheless, by the operator's rules.
    """

    classifier: str
    reason: str
    forgiven: bool


@dataclass(frozen=True, slots=True)
class ImageVerdict:
    """The verdict, and how it came about.

    `models` are id and version of what looked, by classifier. `truncated` is true
    when there was more to find than is listed, which is `review` at least. `doubt`
    is how much models spoke for any label at most, 0 to 100; None if none looked.
    """

    verdict: Verdict
    facts: Facts
    readings: tuple[Reading, ...]
    not_run: tuple[NotRun, ...] = ()
    truncated: bool = False
    doubt: int | None = None

    @property
    def models(self) -> Mapping[str, str]:
        """What looked, without error."""
        return {
            each.classifier: each.model for each in self.readings if each.error is None
        }

    @property
    def whole(self) -> bool:
        """Whether all was looked at that the operator does not forgive."""
        return not self.truncated and all(each.forgiven for each in self.not_run)

    @property
    def unsure(self) -> bool:
        """Whether it is held back only because something was not looked at."""
        return self.verdict.suggest is Suggest.REVIEW and all(
            each.suggest is Suggest.PASS for each in self.verdict.findings
        )


class ImageChecker:
    """Has pictures looked at, and judges what was seen."""

    def __init__(
        self,
        images: Images,
        rules: ImageRules | None = None,
        *,
        absent: Mapping[str, str] | None = None,
        broken: Mapping[str, str] | None = None,
        policy: Policy = DEFAULT_POLICY,
    ) -> None:
        """Take wanted classifiers that are not here, or cannot be used, and why."""
        self._images = images
        self._rules = rules or ImageRules()
        self._absent = dict(absent or {})
        self._broken = dict(broken or {})
        self._policy = policy
        self._watched: dict[str, Callable[[], str | None]] = {}

    def watch(self, classifier: str, trouble: Callable[[], str | None]) -> None:
        """Ask `trouble` with each picture why a classifier cannot do its work.

        None means that it can.
        """
        self._watched[classifier] = trouble

    @property
    def missing(self) -> Mapping[str, str]:
        """By wanted classifier, why it does not look."""
        return {**self._absent, **self._stuck(), **self._images.status().missing}

    def status(self) -> Status:
        """Which classifiers look, how many workers are ready; see `missing`, too."""
        return self._images.status()

    def figures(self) -> Figures:
        """Counts for metrics."""
        return self._images.figures()

    async def check(
        self, picture: bytes, *, scene: Scene, caller: str, read: ReadText
    ) -> ImageVerdict:
        """Check a picture; `read` checks the texts in it.

        Raises:
            PictureError: the file is no picture, or none that is looked at.
            WorkerError: it could not be decoded safely, or no worker is there.
            BusyError: too many pictures wait.
        """
        look = await self._images.look(picture, caller=caller)
        findings, truncated = await self._findings(look, scene, read)
        not_run = tuple(self._not_run(look))
        rules = self._rules
        doubts = (doubt(each, rules.labels_of(each)) for each in look.readings)
        closed = truncated or any(not each.forgiven for each in not_run)
        verdict = _decide(findings, self._policy, closed=closed)
        return ImageVerdict(
            verdict,
            look.facts,
            look.readings,
            not_run,
            truncated,
            max((each for each in doubts if each is not None), default=None),
        )

    async def _findings(
        self, look: Look, scene: Scene, read: ReadText
    ) -> tuple[Sequence[Finding], bool]:
        rules, found, truncated = self._rules, list[Finding](), False
        allowed = is_allowed(look.readings, look.facts, rules.known)
        for reading in look.readings:
            for said in (
                await word_findings(reading, read),
                await code_findings(reading, read, scene, rules),
            ):
                found += said.findings
                truncated = truncated or said.truncated
            found += known_findings(reading, rules.known)
            if not allowed:
                found += score_findings(reading, rules.labels_of(reading))
        return found, truncated

    def _stuck(self) -> Mapping[str, str]:
        """Classifiers that are here and cannot do their work, and why."""
        watched = {name: trouble() for name, trouble in self._watched.items()}
        said = {name: why for name, why in watched.items() if why is not None}
        return {**self._broken, **said}

    def _not_run(self, look: Look) -> Iterable[NotRun]:
        for absent, reasons in ((True, self._absent), (False, self._stuck())):
            for name, reason in reasons.items():
                forgiven = self._rules.forgives(name, absent=absent)
                yield NotRun(name, reason, forgiven)
        for name, reason in look.failures.items():
            yield NotRun(name, reason, self._rules.forgives(name, absent=False))
        if not look.facts.complete:
            forgiven = self._rules.forgives(DECODE, absent=False)
            yield NotRun(DECODE, _INCOMPLETE, forgiven)


def _decide(findings: Sequence[Finding], policy: Policy, *, closed: bool) -> Verdict:
    """The worst finding decides; what was not looked at never passes."""
    verdict = worst_of([_judged(each, policy) for each in findings])
    if closed and verdict.suggest is Suggest.PASS:
        return Verdict(Suggest.REVIEW, Label.OTHER, verdict.findings)
    return verdict


def _judged(finding: Finding, policy: Policy) -> Finding:
    if finding.strategy in _JUDGED:
        return finding
    said = policy.suggest(finding.strategy, finding.label, finding.weight)
    return replace(finding, suggest=said)
