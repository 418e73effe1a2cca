"""What the endpoints work with: the rooms of the house, wired by `app.main`."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Protocol

import structlog

from app.api.watch import Watch
from app.domain.finding import Finding, Suggest
from app.domain.labels import Label
from app.domain.policy import DEFAULT_POLICY
from app.domain.verdict import CLEAN, Verdict, decide

if TYPE_CHECKING:
    from app.access import Access, Quotas, Rids
    from app.api.breaker import Breaker
    from app.api.media.room import MediaRoom
    from app.api.metrics import Metrics
    from app.api.metrics_share import SharedMetrics
    from app.api.pictures import PictureRoom
    from app.domain.scenes import Scene
    from app.settings import Settings
    from app.text.audience import Audience
    from app.text.checker import Checker
    from app.text.result import TextResult

_log = structlog.stdlib.get_logger("seccheck.access")

LONG_TEXT = 5_000
"""Texts above so many code points are checked slice by slice."""


class Following(Protocol):
    """How this process follows the live lexicon version; see `Follower`."""

    @property
    def error(self) -> str | None:
        """Why the live version could not be loaded; None when all is well."""
        ...

    @property
    def installed_at(self) -> float | None:
        """Since when the version in use serves, in Unix seconds."""
        ...

    @property
    def confirmed_at(self) -> float | None:
        """When the version in use was last known to be the live one."""
        ...


class Judging(Protocol):
    """How this process follows the content model; see `ModelFollower`."""

    @property
    def version(self) -> str | None:
        """The model in use, None before the first is."""
        ...

    @property
    def error(self) -> str | None:
        """Why another one could not be loaded; None when all is well."""
        ...


@dataclass(slots=True)
class Rooms:
    """Everything an endpoint may use. `clock` gives Unix time in seconds."""

    settings: "Settings"
    checker: "Checker"
    access: "Access"
    quotas: "Quotas"
    rids: "Rids"
    metrics: "Metrics"
    shared_metrics: "SharedMetrics"
    breaker: "Breaker"
    clock: Callable[[], float]
    lexicon: Following
    watch: Watch = field(default_factory=Watch)
    model: "Judging | None" = None
    """How this process follows the content model; None when it is switched off."""
    media: "MediaRoom | None" = None
    """None when no media are taken."""
    pictures: "PictureRoom | None" = None
    """None when image checks are switched off."""

    def answered(self, endpoint: str, code: int, started: float) -> None:
        """Count one answer; `code` is an errcode or a status, `started` its clock.

        With the access log on it is a line too: path and outcome, nothing else.
        """
        seconds = perf_counter() - started
        self.metrics.request(endpoint, code, seconds)
        if self.settings.access_log:
            _log.info("request", path=endpoint, code=code, ms=round(seconds * 1000, 2))


async def check(
    checker: "Checker",
    text: str,
    scene: "Scene",
    audience: "Audience",
    *,
    explain: bool = False,
) -> "TextResult":
    """Check one text; a long one gives others their turn between its slices."""
    if len(text) <= LONG_TEXT:
        return checker.check(text, scene=scene, audience=audience, explain=explain)
    steps = checker.steps(text, scene=scene, audience=audience, explain=explain)
    for result in steps:
        if result is not None:
            return result
        await asyncio.sleep(0)
    message = "the checker ended without a result"
    raise RuntimeError(message)


def judge(results: "Iterable[TextResult]") -> Verdict:
    """Make one verdict of the results of all fields of one request.

    A result that was cut short at the cap on hits is never better than `review`.
    """
    findings: list[Finding] = []
    truncated = False
    for result in results:
        findings += result.findings
        truncated = truncated or result.truncated
    if not findings and not truncated:
        return CLEAN
    verdict = decide(findings, DEFAULT_POLICY)
    if truncated and verdict.suggest is Suggest.PASS:
        return Verdict(Suggest.REVIEW, Label.OTHER, verdict.findings)
    return verdict
