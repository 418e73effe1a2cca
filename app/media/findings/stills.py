"""Findings of many stills as findings of one video."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.domain.finding import Finding


def merged(
    stills: Iterable[tuple[float | None, Sequence[Finding]]],
) -> tuple[Finding, ...]:
    """Findings with times; what several stills show is told once, at its surest.

    The seconds of a cover picture are None.
    """
    found: dict[tuple[object, ...], Finding] = {}
    for seconds, findings in stills:
        for finding in findings:
            timed = _timed(finding, seconds)
            key = _key(timed)
            found[key] = _both(found[key], timed) if key in found else timed
    return tuple(found.values())


def _timed(finding: Finding, seconds: float | None) -> Finding:
    if finding.seen is None or seconds is None:
        return finding
    at = round(seconds, 2)
    return replace(finding, seen=replace(finding.seen, start=at, end=at))


def _key(finding: Finding) -> tuple[object, ...]:
    seen = finding.seen
    what = (finding.strategy, finding.label, finding.term, finding.list_name)
    if seen is None:
        return what
    cover = seen.start is None
    return (*what, seen.classifier, seen.digest, seen.code and seen.text, cover)


def _both(first: Finding, later: Finding) -> Finding:
    """The surer one, from when the first one was seen until the later one."""
    weight = (later.suggest.rank, later.weight) > (first.suggest.rank, first.weight)
    surest = later if weight else first
    if first.seen is None or later.seen is None or surest.seen is None:
        return surest
    seen = replace(surest.seen, start=first.seen.start, end=later.seen.end)
    return replace(surest, seen=seen)
