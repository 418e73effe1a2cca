"""The verdict on a file of sound or video."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.finding import Finding, Suggest
from app.domain.labels import Label
from app.domain.verdict import Verdict, worst_of
from app.image.checker import NotRun
from app.media.contents import MediaFacts
from app.media.speech import Spoken


class Kind(StrEnum):
    """What the sender says the file is."""

    AUDIO = "audio"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class MediaVerdict:
    """The verdict, and how it came about.

    `models` are id and version of what listened or looked, by name. `not_run` names
    what was not checked, and why. `truncated` is true when there was more to find
    than is listed, which is `review` at least. `doubt` is how much models of
    pictures spoke for any label at most, 0 to 100; None if none looked. `spoken` is
    what was said, for whoever reviews it.
    """

    verdict: Verdict
    facts: MediaFacts
    models: Mapping[str, str]
    not_run: tuple[NotRun, ...] = ()
    truncated: bool = False
    doubt: int | None = None
    spoken: tuple[Spoken, ...] = field(default=(), repr=False)

    @property
    def whole(self) -> bool:
        """Whether all was checked that the operator does not forgive."""
        return not self.truncated and all(each.forgiven for each in self.not_run)

    @property
    def unsure(self) -> bool:
        """Whether it is held back only because something was not checked."""
        return self.verdict.suggest is Suggest.REVIEW and all(
            each.suggest is Suggest.PASS for each in self.verdict.findings
        )


def decide(findings: Sequence[Finding], *, closed: bool) -> Verdict:
    """The worst of findings that are judged; what was not checked never passes."""
    verdict = worst_of(findings)
    if closed and verdict.suggest is Suggest.PASS:
        return Verdict(Suggest.REVIEW, Label.OTHER, verdict.findings)
    return verdict


def told_once(missed: Sequence[NotRun]) -> tuple[NotRun, ...]:
    """Each name once, with its first reason that is not forgiven."""
    found: dict[str, NotRun] = {}
    for each in missed:
        before = found.get(each.classifier)
        if before is None or (before.forgiven and not each.forgiven):
            found[each.classifier] = each
    return tuple(found.values())
