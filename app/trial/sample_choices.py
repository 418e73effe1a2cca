"""What apps allow to be kept of their texts, and what is kept."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import ValidationError

from app.access import AppSettings
from app.store.trial_samples import Ring

_HOUR = 3600.0


class Choice(NamedTuple):
    """What an app allows: a share of its texts, for so many seconds."""

    share: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one app; times are Unix seconds, None without any text.

    `share` is 0 for an app that opted out and whose texts will be gone in a minute.
    """

    appid: str
    share: float
    hours: float
    texts: int
    size: int
    oldest: float | None


def choice_of(stored: dict[str, Any]) -> Choice:
    """What stored settings allow; unreadable ones allow nothing."""
    if not stored.get("sample_share"):
        return Choice(0, 0)
    try:
        settings = AppSettings.load(stored)
    except ValidationError:
        return Choice(0, 0)
    return Choice(settings.sample_share, settings.sample_hours * _HOUR)


def kept_of(appid: str, choice: Choice, ring: Ring | None) -> Kept:
    """What an app allows, with what is kept of it."""
    texts, size, oldest = (0, 0, None) if ring is None else ring[1:]
    return Kept(appid, choice.share, choice.seconds / _HOUR, texts, size, oldest)
