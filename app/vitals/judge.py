"""Decides whether a word is a runaway: pure arithmetic on what was counted.

A word is a runaway when the share of texts with it is above a limit, and by more than
chance explains. The limit depends on the word:

* `new_term`, a word published lately: `new_share` of all texts. For what an emergency
  block made and is too long for an everyday word: `emergency_share`.
* `jump`, an old word: the larger of `jump_share` and `jump_ratio` times the highest
  share that it had on any of the days before.

"More than chance": were the true share at the limit p, then h or more of n texts have
the word with a probability of at most exp(-n D), where s = h/n and
D = s ln(s/p) + (1-s) ln((1-s)/(1-p)), the Chernoff bound on the tail of the binomial
distribution. The bound must be below `chance`.

A flood of spam also lifts a share, and letting go of its word would be a gift to who
sends it. So a word must be seen with several users, and where it was blocked in an
emergency or is an old one, with a crowd of them that has few texts each.

Why these rules, and what the defaults rest on: docs/decisions/0010-circuit-breaker.md.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from app.vitals.settings import BreakerSettings

Reason = Literal["new_term", "jump"]

_HOUR = 3600
_LETTERS = 3
"""Letters of an alphabet that say as much as one Han character."""


class Day(NamedTuple):
    """What one day saw: texts with the word, and texts in all."""

    hits: int
    texts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is known of a word.

    `hits` of `texts` are those of the last `minutes`. For `named` of them callers said
    who the user is: `users` whom the word had not hit before on that day, of all the
    `users_today`. `age` is the seconds since it was published, `size` see
    `term_size`, `emergency` whether a block made it. `past` are the full days since
    then.
    """

    hits: int
    texts: int
    minutes: int
    named: int
    users: int
    users_today: int
    age: float
    size: float
    emergency: bool
    past: Sequence[Day]


class Ruling(NamedTuple):
    """Why a word is a runaway; `usual_share` is None where nothing is usual yet."""

    reason: Reason
    usual_share: float | None


def term_size(term: str) -> float:
    """The length of a term in Han characters; letters of alphabets count a third."""
    wide = sum(character > "\u2e7f" for character in term)
    return wide + (len(term) - wide) / _LETTERS


def judge(case: Case, settings: BreakerSettings) -> Ruling | None:
    """The ruling on a word that is a runaway, None for any other."""
    if case.hits < settings.least_hits or case.texts < settings.least_texts:
        return None
    if _known(case) and max(case.users, case.users_today) < settings.least_users:
        return None
    if case.age <= settings.new_hours * _HOUR:
        return _new(case, settings) if settings.new_terms else None
    # What an emergency block is for comes in waves; its word may jump.
    return _old(case, settings) if settings.jumps and not case.emergency else None


def _new(case: Case, settings: BreakerSettings) -> Ruling | None:
    limit = settings.new_share
    if case.emergency and case.size > settings.short_term:
        limit = settings.emergency_share
        if not _crowd(case, settings):
            return None  # what the block was made for
    return Ruling("new_term", None) if _beyond(case, limit, settings.chance) else None


def _old(case: Case, settings: BreakerSettings) -> Ruling | None:
    past = [day for day in case.past if day.texts]
    if len(past) < settings.least_history_days:
        return None
    # The highest day, not the mean: weekends, seasons and former waves are usual.
    usual = max(day.hits / day.texts for day in past)
    limit = max(settings.jump_share, usual * settings.jump_ratio)
    if not _crowd(case, settings):
        return None
    return Ruling("jump", usual) if _beyond(case, limit, settings.chance) else None


def _crowd(case: Case, settings: BreakerSettings) -> bool:
    """Whether many people are behind the hits, and not some with many texts each."""
    if not _known(case):
        return case.hits >= settings.sender_hits * settings.crowd_users
    many = case.users >= settings.crowd_users
    return many and case.named <= settings.sender_hits * case.users


def _known(case: Case) -> bool:
    """Whether enough callers name users for anything to be said of them."""
    return case.named * 2 >= case.hits


def _beyond(case: Case, limit: float, chance: float) -> bool:
    """Whether the share is above the limit by more than chance explains."""
    share = min(case.hits / case.texts, 1.0)
    if share <= limit:
        return False
    rest = (1 - share) * math.log((1 - share) / (1 - limit)) if share < 1 else 0.0
    distance = share * math.log(share / limit) + rest
    return case.texts * distance > -math.log(chance)
