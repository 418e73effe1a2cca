"""Known pictures that a picture resembles, and what an allowed one excuses."""

from collections.abc import Iterable
from typing import Final

from app.domain.finding import Finding, Strategy, Suggest
from app.domain.labels import Label
from app.domain.seen import Seen
from app.image.known_rules import Likeness, Limits, likeness, unexcused
from app.plugins.door import Facts, Match, Reading

_LEVELS: Final = {Likeness.SAME: 95, Likeness.LIKE: 60}
_SUGGESTS: Final = {Likeness.SAME: Suggest.RISKY, Likeness.LIKE: Suggest.REVIEW}


def known_findings(reading: Reading, limits: Limits) -> tuple[Finding, ...]:
    """One finding for each listed picture, at its surest."""
    surest: dict[tuple[str, bytes], Finding] = {}
    for match in unexcused(reading.matches, limits):
        finding = _finding(match, reading, limits)
        if finding is None:
            continue
        key = match.list_name, match.digest
        if key not in surest or _sureness(finding) > _sureness(surest[key]):
            surest[key] = finding
    return tuple(surest.values())


def is_allowed(readings: Iterable[Reading], facts: Facts, limits: Limits) -> bool:
    """Whether every frame that was seen is, for sure, on an allow-list."""
    excused = {
        match.frame
        for reading in readings
        for match in reading.matches
        if match.exempt and likeness(match, limits) is Likeness.SAME
    }
    return len(excused) >= facts.shown


def _sureness(finding: Finding) -> tuple[int, int]:
    """What is surer is greater; of a poor hash even a near match tells little."""
    seen = finding.seen
    distance = 0 if seen is None or seen.distance is None else seen.distance
    return finding.weight, -distance


def _finding(match: Match, reading: Reading, limits: Limits) -> Finding | None:
    alike = likeness(match, limits)
    if alike is None:
        return None
    return Finding(
        strategy=Strategy.KNOWN_IMAGE,
        label=_label(match.label),
        suggest=_SUGGESTS[alike],
        level=_LEVELS[alike],
        list_name=match.list_name,
        seen=Seen(
            classifier=reading.classifier,
            model=reading.model,
            frame=match.frame,
            digest=match.digest,
            distance=match.distance,
            transform=match.transform,
        ),
    )


def _label(number: int) -> Label:
    """The label of a list; one that a newer release knows is still a reason."""
    try:
        return Label(number)
    except ValueError:
        return Label.OTHER
