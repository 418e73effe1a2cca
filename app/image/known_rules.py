"""What it means that a picture resembles a listed one."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.plugins.door import Match


class Likeness(StrEnum):
    """How sure a match is."""

    SAME = "same"
    """A copy: resized, compressed again, slightly changed."""
    LIKE = "like"
    """Perhaps a copy with changes; somebody should look."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Where likeness ends: distances in bits of 256, quality 0 to 100.

    A picture is the same whose hash is at most `same` away, or whose middle part
    is and whose hash is at most `like` away: something was put into a corner.
    Either alone makes it alike. Hashes of less than `quality` tell pictures
    apart poorly, as those of plain screenshots do: a match is then never `SAME`.
    """

    same: int = 31
    like: int = 64
    quality: int = 50


def likeness(match: Match, limits: Limits) -> Likeness | None:
    """How sure a match is; None when it is too far away."""
    middle = match.centre is not None and match.centre <= limits.same
    if match.distance > limits.like:
        return Likeness.LIKE if middle else None
    sure = middle or match.distance <= limits.same
    return Likeness.SAME if sure and match.quality >= limits.quality else Likeness.LIKE


def unexcused(matches: Sequence[Match], limits: Limits) -> tuple[Match, ...]:
    """The matches with listed pictures that no allowed picture excuses.

    An allowed picture excuses its frame from all that is not nearer than itself,
    whatever its quality, if it is near enough to be the same picture.
    """
    excused: dict[int, int] = {}
    for match in matches:
        if match.exempt and match.distance <= limits.same:
            nearest = min(match.distance, excused.get(match.frame, match.distance))
            excused[match.frame] = nearest
    return tuple(
        match
        for match in matches
        if not match.exempt
        and (match.frame not in excused or match.distance < excused[match.frame])
    )
