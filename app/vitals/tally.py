"""What happened since the last flush, by minute; nothing here waits or fails."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.lexicon.rows import term_key
from app.vitals.sketch import Place, Sketch

if TYPE_CHECKING:
    from collections.abc import Iterator

MINUTE = 60
MINUTES_PER_DAY = 1440
KEPT_MINUTES = 60
"""Older counts are of no use to the breaker and may lose their minute."""
MOST_WORDS = 20_000
"""Words of which a process remembers the users of the day, about 1 kB each."""

Pair = tuple[str, str]
"""A list and a term."""


@dataclass(slots=True)
class Word:
    """A word that hit today; `users` are those of whom this process knows."""

    key: bytes
    users: Sketch = field(default_factory=Sketch)


@dataclass(slots=True)
class Tally:
    """What one word did in one minute.

    `named` is how many of the hits had a user; `fresh` is what the database may not
    know of them.
    """

    word: Word
    hits: int = 0
    named: int = 0
    last: float = 0.0
    fresh: dict[int, int] = field(default_factory=dict)

    def count(self, now: float, user: Place | None) -> None:
        """One more text; the caller's hot path."""
        self.hits += 1
        self.last = now
        if user is not None:
            self.named += 1
            if self.word.users.add(*user):
                self.fresh[user[0]] = user[1]

    def absorb(self, other: "Tally") -> None:
        """Take over what another tally of the same word counted."""
        self.hits += other.hits
        self.named += other.named
        self.last = max(self.last, other.last)
        for register, rank in other.fresh.items():
            self.fresh[register] = max(rank, self.fresh.get(register, 0))


@dataclass(slots=True)
class Batch:
    """What happened in one minute."""

    minute: int
    texts: int = 0
    tallies: dict[Pair, Tally] = field(default_factory=dict)

    @property
    def day(self) -> int:
        """The day of this minute, since 1970 in UTC."""
        return self.minute // MINUTES_PER_DAY

    def absorb(self, other: "Batch") -> None:
        """Take over what another batch of the same minute or day counted."""
        self.texts += other.texts
        for pair, tally in other.tallies.items():
            mine = self.tallies.setdefault(pair, Tally(tally.word))
            mine.absorb(tally)

    def pieces(self, size: int) -> "Iterator[Batch]":
        """The same in batches of at most `size` words, for short transactions."""
        pairs = list(self.tallies)
        texts = self.texts
        for start in range(0, max(len(pairs), 1), size):
            some = {pair: self.tallies[pair] for pair in pairs[start : start + size]}
            yield Batch(self.minute, texts, some)
            texts = 0


class Counter:
    """Counts into the batch of the present minute."""

    def __init__(self) -> None:
        """Nothing happened yet."""
        self._batches: dict[int, Batch] = {}
        self._present = Batch(-1)
        self._words: dict[Pair, Word] = {}
        self._day = -1

    def at(self, now: float) -> Batch:
        """The batch of a moment."""
        minute = int(now) // MINUTE
        if minute != self._present.minute:
            self._turn(minute)
        return self._present

    def _turn(self, minute: int) -> None:
        self._present = self._batches.setdefault(minute, Batch(minute))
        if self._present.day != self._day:
            self._day, self._words = self._present.day, {}

    def tally(self, batch: Batch, pair: Pair) -> Tally:
        """The tally of a word that has none in this batch yet."""
        word = self._words.get(pair)
        if word is None:
            word = self._words[pair] = Word(term_key(*pair))
        tally = batch.tallies[pair] = Tally(word)
        return tally

    def take(self) -> list[Batch]:
        """All that was counted, oldest first; from now on it is the caller's."""
        taken = [self._batches[minute] for minute in sorted(self._batches)]
        self._batches, self._present = {}, Batch(-1)
        if len(self._words) > MOST_WORDS:
            self._words = {}
        return taken

    def put_back(self, batch: Batch, now: float) -> None:
        """Count again what could not be written.

        What is old goes to the first minute of its day, so that an outage of hours
        does not fill the memory.
        """
        minute = batch.minute
        if minute < int(now) // MINUTE - KEPT_MINUTES:
            minute = batch.day * MINUTES_PER_DAY
        self._batches.setdefault(minute, Batch(minute)).absorb(batch)
