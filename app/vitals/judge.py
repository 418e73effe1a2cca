"""Decides whether a word is a runaway: pure arithmetic on what was counted.

A word is a runaway when the share of texts with it is above a limit, and by more than
chance explains. The limit depends on the word:

* `new_term`, a word published lately: `new_share` of all texts. For what an emergency
  block made, and that is too long for an everyday word, `emergency_share`.
* `jump`, an old word: the larger of `jump_share` and `jump_ratio` times the highest
  share that it had on any of the days before.

"More than chance": were the true share at the limit p, then the chance that h or more
of n texts have the word is at most exp(-n D), with
D = s ln(s/p) + (1-s) ln((1-s)/(1-p)) and s = h/n (the bound of Chernoff and
Hoeffding on the binomial tail). That must be below `chance`.

Why these rules, and what the defaults rest on: docs/decisions/0010.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Reason = Literal["new_term", "jump"]

_HOUR = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerSettings:
    """When a word is a runaway. Shares are of all checked texts, from 0 to 1."""

    new_terms: bool = True
    """Whether words that were published lately can trip."""
    jumps: bool = True
    """Whether old words can trip that are far above what is usual for them."""
    minutes: int = 5
    """The present is this many minutes, the running one included."""
    least_hits: int = 20
    """Texts with the word within these minutes, or it does not trip."""
    least_texts: int = 50
    """Texts in all within these minutes, or nothing trips."""
    least_users: int = 10
    """Different users, where callers name them: one person must not trip a word."""
    new_hours: float = 72.0
    """How long a word is new. After that it has days to be compared with."""
    new_share: float = 0.03
    """A new word in more of the texts than this is a runaway."""
    emergency_share: float = 0.30
    """The same for emergency blocks, whose purpose is to hit many texts."""
    short_term: int = 2
    """Terms of so many characters may be everyday words, also in an emergency."""
    jump_share: float = 0.05
    """An old word in fewer of the texts than this is no runaway."""
    jump_ratio: float = 10.0
    """How many times the highest usual share is too much."""
    history_days: int = 14
    """Days before today that say what is usual, at most."""
    least_history_days: int = 2
    """Days with the word in its present form that there must be."""
    sender_hits: float = 3.0
    """More hits per user than this beyond the usual: few senders, so a campaign."""
    chance: float = 1e-9
    """How improbable the hits must be if the true share were at the limit."""
    rest_hours: float = 168.0
    """For how long a word that an operator released does not trip again."""

    def __post_init__(self) -> None:
        """Refuse what makes no sense.

        Raises:
            ValueError: a setting is out of its range.
        """
        counts = (self.minutes, self.least_hits, self.least_texts, self.history_days)
        shares = (self.new_share, self.emergency_share, self.jump_share, self.chance)
        if min(*counts, self.least_history_days) < 1 or self.minutes > _MOST_MINUTES:
            message = f"counts must be 1 or more, minutes at most {_MOST_MINUTES}"
            raise ValueError(message)
        if not all(0 < share < 1 for share in shares):
            message = "shares must be above 0 and below 1"
            raise ValueError(message)
        if min(self.new_hours, self.rest_hours, self.short_term, self.least_users) < 0:
            message = "hours, users and lengths must not be negative"
            raise ValueError(message)
        if self.jump_ratio < 1 or self.sender_hits < 1:
            message = "the ratios must be 1 or more"
            raise ValueError(message)

    @property
    def least_share(self) -> float:
        """Below this share no word can trip."""
        return min(self.new_share, self.emergency_share, self.jump_share)


_MOST_MINUTES = 30


class Day(NamedTuple):
    """What one day saw: texts with the word, their users, and texts in all."""

    hits: int
    users: int
    texts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is known of a word. `past` are full days with it in its present form.

    `age` is the seconds since it was published; `users` is how many it hit since
    then, `length` its characters.
    """

    hits: int
    texts: int
    minutes: int
    age: float
    length: int
    emergency: bool
    users: int
    today: Day
    past: Sequence[Day]


class Ruling(NamedTuple):
    """Why a word is a runaway; `usual_share` is None where nothing is usual yet."""

    reason: Reason
    usual_share: float | None


def judge(case: Case, settings: BreakerSettings) -> Ruling | None:
    """The ruling on a word that is a runaway, None for any other."""
    if case.hits < settings.least_hits or case.texts < settings.least_texts:
        return None
    if case.age <= settings.new_hours * _HOUR:
        return _new(case, settings) if settings.new_terms else None
    # What an emergency block is for comes in waves; its word may jump.
    return _old(case, settings) if settings.jumps and not case.emergency else None


def _new(case: Case, settings: BreakerSettings) -> Ruling | None:
    everyday = case.length <= settings.short_term or not case.emergency
    limit = settings.new_share if everyday else settings.emergency_share
    if 0 < case.users < settings.least_users:
        return None
    return Ruling("new_term", None) if _beyond(case, limit, settings.chance) else None


def _old(case: Case, settings: BreakerSettings) -> Ruling | None:
    past = [day for day in case.past if day.texts]
    if len(past) < settings.least_history_days:
        return None
    # The highest day, not the mean: weekends, seasons and former waves are usual.
    usual = max(day.hits / day.texts for day in past)
    limit = max(settings.jump_share, usual * settings.jump_ratio)
    if 0 < case.today.users < settings.least_users or _campaign(case, past, settings):
        return None
    return Ruling("jump", usual) if _beyond(case, limit, settings.chance) else None


def _campaign(case: Case, past: Sequence[Day], settings: BreakerSettings) -> bool:
    """Whether few senders are behind what today has beyond the usual."""
    if not case.today.users:
        return False  # nobody names users: nothing can be said
    texts = sum(day.texts for day in past)
    part = case.today.texts / texts
    hits = case.today.hits - part * sum(day.hits for day in past)
    users = case.today.users - part * sum(day.users for day in past)
    return hits > settings.sender_hits * max(users, 1.0)


def _beyond(case: Case, limit: float, chance: float) -> bool:
    """Whether the share is above the limit by more than chance explains."""
    share = min(case.hits / case.texts, 1.0)
    if share <= limit:
        return False
    rest = (1 - share) * math.log((1 - share) / (1 - limit)) if share < 1 else 0.0
    distance = share * math.log(share / limit) + rest
    return case.texts * distance > -math.log(chance)
