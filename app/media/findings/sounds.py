"""Known sounds that were heard."""

from collections.abc import Iterable
from typing import Final

from app.domain.finding import Finding, Strategy, Suggest
from app.domain.labels import Label
from app.domain.seen import Seen
from app.media.findings.rules import KNOWN, SoundLimits
from app.media.known import SoundMatch
from app.media.prints import MODEL

_SAME: Final = (95, Suggest.RISKY)
_LIKE: Final = (60, Suggest.REVIEW)


def sound_findings(
    matches: Iterable[SoundMatch], limits: SoundLimits
) -> tuple[Finding, ...]:
    """One finding for each listed sound that is near enough."""
    return tuple(
        _finding(each, limits) for each in matches if each.errors < limits.like
    )


def _finding(match: SoundMatch, limits: SoundLimits) -> Finding:
    level, suggest = _SAME if match.errors < limits.same else _LIKE
    return Finding(
        strategy=Strategy.KNOWN_AUDIO,
        label=_label(match.sound.label),
        suggest=suggest,
        level=level,
        term=match.sound.name,
        list_name=match.sound.list_name,
        seen=Seen(
            classifier=KNOWN,
            model=MODEL,
            start=round(match.start, 2),
            end=round(match.end, 2),
        ),
    )


def _label(number: int) -> Label:
    """The label of a list; one that a newer release knows is still a reason."""
    try:
        return Label(number)
    except ValueError:
        return Label.OTHER
