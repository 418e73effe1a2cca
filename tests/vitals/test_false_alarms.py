"""Days of made-up traffic: what does not trip, and how soon the real thing does.

Everything is seeded. Words keep to a daily and weekly rhythm of their own, bursts and
good and bad days included; campaigns of few senders are let loose on some of them.
"""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from app.vitals import BreakerSettings
from app.vitals.judge import Case, Day, Ruling, judge

Array = npt.NDArray[Any]

MINUTES = 1440
HISTORY = 14
DEFAULT = BreakerSettings()


@dataclass
class Town:
    """A service with words; `busy` is its texts per minute on average."""

    busy: float
    words: int
    seed: int
    newest: int = 0
    """So many words, the last ones, were published at the start of the first day."""
    tripped: list[tuple[int, int, Ruling]] = field(default_factory=list)
    judged: int = 0

    def __post_init__(self) -> None:
        self.chance = np.random.default_rng(self.seed)
        # A few words in one of 200 texts, thousands that nearly never hit.
        ranks = np.arange(1, self.words + 1)
        self.share = self.chance.permutation(0.005 / ranks**0.8)
        self.share[self.words - self.newest :] = 0.001
        self.swing = self.chance.uniform(0.0, 0.8, self.words)
        self.phase = self.chance.uniform(0.0, 2 * math.pi, self.words)
        self.weekend = self.chance.uniform(0.5, 2.0, self.words)
        self.past = [self._whole_day(day) for day in range(HISTORY)]

    def _mood(self, day: int) -> Array:
        """Good and bad days, and the week."""
        mood = self.chance.lognormal(0.0, 0.4, self.words)
        return mood * (self.weekend if day % 7 >= 5 else 1.0)

    def _whole_day(self, day: int) -> tuple[Array, int]:
        texts = round(self.busy * MINUTES)
        return self.chance.poisson(texts * self.share * self._mood(day)), texts

    def live(self, day: int, campaigns: int = 0, senders: int = 20) -> None:
        """One day, judged every minute."""
        texts, hits = self._minutes(day)
        users = np.rint(hits / 1.2)
        self._flood(texts, hits, users, campaigns, senders)
        for minute in range(MINUTES):
            self._judge(texts, hits, users, minute, DEFAULT.minutes)
            self._judge(texts, hits, users, minute, DEFAULT.long_minutes)
        self.past = [*self.past[1:], (hits.sum(axis=0), int(texts.sum()))]

    def _judge(
        self, texts: Array, hits: Array, users: Array, minute: int, minutes: int
    ) -> None:
        present = slice(max(minute - minutes + 1, 0), minute + 1)
        all_texts = int(texts[present].sum())
        now = hits[present].sum(axis=0)
        high = now >= max(DEFAULT.least_hits, DEFAULT.least_share * all_texts)
        for word in map(int, np.flatnonzero(high)):
            fresh = word >= self.words - self.newest
            case = Case(
                hits=int(now[word]),
                texts=all_texts,
                minutes=minutes,
                named=int(now[word]),
                users=int(users[present, word].sum()),
                users_today=int(users[: minute + 1, word].sum()),
                age=minute * 60.0 if fresh else 1e7,
                size=2.0,
                emergency=False,
                past=[] if fresh else [Day(int(h[word]), t) for h, t in self.past],
            )
            self.judged += 1
            ruling = judge(case, DEFAULT)
            if ruling is not None:
                self.tripped.append((word, minute, ruling))

    def _minutes(self, day: int) -> tuple[Array, Array]:
        clock = np.arange(MINUTES)[:, None] / MINUTES * 2 * math.pi
        sleep = 1 - 0.9 * np.cos(clock[:, 0])  # nearly nobody at night
        texts = self.chance.poisson(self.busy * sleep)
        rhythm = 1 + self.swing * np.sin(clock + self.phase)
        # Bursts of ten minutes: somebody said it, and others answer.
        bursts = self.chance.gamma(1.5, 1 / 1.5, (MINUTES // 10, self.words))
        rate = self.share * self._mood(day) * rhythm * np.repeat(bursts, 10, axis=0)
        return texts, self.chance.poisson(texts[:, None] * rate)

    def _flood(
        self, texts: Array, hits: Array, users: Array, campaigns: int, senders: int
    ) -> None:
        """Half an hour each in which a word is in a tenth to a half of all texts."""
        old = self.words - self.newest
        for word in self.chance.choice(old, campaigns, replace=False):
            left, part = senders, self.chance.uniform(0.1, 0.5)
            start = int(self.chance.integers(400, 1000))
            for minute in range(start, start + 30):
                spam = int(texts[minute] * part)
                new = min(left, spam)
                hits[minute, word] += spam
                texts[minute] += spam
                users[minute, word] += new
                left -= new


@pytest.mark.parametrize(("busy", "seed"), [(4.0, 1), (60.0, 2), (900.0, 3)])
def test_days_of_ordinary_traffic_trip_nothing(busy: float, seed: int) -> None:
    town = Town(busy, words=2_000, seed=seed)
    for day in range(3):
        town.live(day)
    assert town.tripped == []


def test_ordinary_new_words_do_not_trip() -> None:
    town = Town(300.0, words=600, newest=500, seed=4)
    town.live(0)
    assert town.tripped == []


@pytest.mark.parametrize("senders", [1, 20, 49])
def test_campaigns_of_few_senders_leave_their_words_blocked(senders: int) -> None:
    town = Town(300.0, words=500, seed=5)
    for day in range(2):
        town.live(day, campaigns=15, senders=senders)
    assert town.judged > 300  # they were seen, and let be
    assert town.tripped == []


def test_the_same_floods_by_everybody_trip_each_word() -> None:
    """The counterpart: without it the test above could pass by being blind."""
    town = Town(300.0, words=500, seed=5)
    town.live(0, campaigns=15, senders=10**9)
    assert len({word for word, _, _ in town.tripped}) == 15
    assert {ruling.reason for _, _, ruling in town.tripped} == {"jump"}


def seconds_to_trip(
    share: float, per_second: float, *, published: int = 0, seed: int = 0
) -> int | None:
    """How long a pasted word goes on; `published` is the second of its minute."""
    chance = np.random.default_rng(seed)
    texts = chance.poisson(per_second, published).sum()
    hits, flushed = 0, (0, 0)
    for second in range(1, 3600):
        came = int(chance.poisson(per_second))
        texts, hits = texts + came, hits + int(chance.binomial(came, share))
        if second % 2 == 0:
            flushed = hits, int(texts)
        seen, of = flushed
        if second % 5 == 0 and judge(_pasted(seen, of, second), DEFAULT) is not None:
            return second
    return None


def _pasted(hits: int, texts: int, second: int) -> Case:
    return Case(
        hits=hits,
        texts=texts,
        minutes=1 + second // 60,
        named=hits,
        users=round(hits / 1.1),
        users_today=round(hits / 1.1),
        age=float(second),
        size=1.0,
        emergency=True,
        past=[],
    )


@pytest.mark.parametrize(
    ("share", "per_second", "most", "diluted"),
    [
        (0.4, 0.1, 900, 900),  # 的 on a service with a text in ten seconds
        (0.4, 1.0, 90, 90),
        (0.4, 10.0, 15, 25),
        (0.4, 1000.0, 5, 10),
        (0.1, 10.0, 120, 130),  # 什么
        (0.06, 10.0, 300, 400),
    ],
)
def test_a_pasted_word_is_found_soon(
    share: float, per_second: float, most: int, diluted: int
) -> None:
    """`diluted`: most of the minute in which it was published had passed before."""
    for published, bound in ((0, most), (50, diluted)):
        took = [
            seconds_to_trip(share, per_second, published=published, seed=seed)
            for seed in range(20)
        ]
        assert all(one is not None and one <= bound for one in took), took
