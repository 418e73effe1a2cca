"""Terms and comments made from the segmenter's dictionary by a seeded generator.

Nothing here was written by people: words are drawn by their frequency, terms are
random characters or joined words. The same seed gives the same texts everywhere.
"""

import random
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Final

import ahocorasick

from app.text.borders import dictionary_path
from app.text.fold import fold

SEED: Final = 20_261
COMMON_CHARACTERS: Final = 5000
"""Random terms are made of the characters that are words most often."""
SHORTEST, LONGEST = 2, 12
PLANT_EVERY: Final = 3500
"""One planted term in so many characters: 1 % of comments of 35."""
_MARKS: Final = "，，，，。。！？、…~ 😂"
_LATIN: Final = (
    "ok", "app", "vip", "WiFi", "iPhone", "pro", "hhh", "PS5", "up",
    "666", "2026", "100", "9.9", "3", "618", "1", "50",
)  # fmt: skip


@dataclass(frozen=True)
class Words:
    """Dictionary words of Han characters with running sums of their counts."""

    words: list[str]
    sums: list[int]
    characters: list[str]

    def draw(self, rng: random.Random) -> str:
        """One word, as often as the dictionary counted it."""
        return self.words[bisect(self.sums, rng.randrange(self.sums[-1]))]


@cache
def dictionary_words() -> Words:
    """The dictionary, read once."""
    counts: dict[str, int] = {}
    for line in dictionary_path().read_text("utf-8").split("\n"):
        word, _, rest = line.partition(" ")
        if word and all("\u4e00" <= char <= "\u9fff" for char in word):
            counts[word] = int(rest.split(" ")[0])
    single = [word for word in counts if len(word) == 1]
    single.sort(key=lambda char: (-counts[char], char))
    sums = list(accumulate(counts.values()))
    return Words(list(counts), sums, single[:COMMON_CHARACTERS])


def comments(
    count: int, length: int, *, planted: Sequence[str] = (), seed: int = SEED
) -> list[str]:
    """Texts of exactly `length` code points.

    Words by frequency, a punctuation mark every few words, now and then a Latin
    word or a number. With `planted`, one of these terms in each `PLANT_EVERY`
    characters, at a random place.
    """
    rng = random.Random(f"{seed}/{count}/{length}")
    made = [_comment(rng, length) for _ in range(count)]
    return _plant(rng, made, planted) if planted else made


def _comment(rng: random.Random, length: int) -> str:
    text = ""
    words = dictionary_words()
    while len(text) < length:
        text += "".join(words.draw(rng) for _ in range(rng.randint(3, 7)))
        if rng.random() < 0.15:
            text += rng.choice(_LATIN)
        text += rng.choice(_MARKS)
    return text[:length]


def _plant(rng: random.Random, texts: list[str], planted: Sequence[str]) -> list[str]:
    """Overwrite a stretch of some texts, so that lengths stay the same."""
    size = len(texts[0])
    wanted = max(1, len(texts) * size // PLANT_EVERY)
    for number in sorted(rng.sample(range(len(texts)), min(wanted, len(texts)))):
        term = rng.choice(planted)
        at = rng.randrange(max(1, size - len(term)))
        text = texts[number]
        texts[number] = (text[:at] + term + text[at + len(term) :])[:size]
    return texts


def terms(count: int, *, unlike: Iterable[str] = (), seed: int = SEED) -> list[str]:
    """Distinct terms of 2 to 12 Han characters, none of which is in `unlike`.

    Half of them are 2 to 6 random characters, half are joined dictionary words.
    """
    rng = random.Random(f"{seed}/terms")
    found: dict[str, None] = {}
    folded = [fold(text) for text in unlike]
    source = _endless(rng)
    while len(found) < count:
        fresh = [next(source) for _ in range(count - len(found))]
        for term in _absent(fresh, folded):
            found.setdefault(term)
    return list(found)[:count]


def _endless(rng: random.Random) -> Iterator[str]:
    words = dictionary_words()
    while True:
        yield "".join(rng.choices(words.characters, k=rng.randint(2, 6)))
        joined = "".join(words.draw(rng) for _ in range(rng.randint(2, 4)))
        if SHORTEST <= len(joined) <= LONGEST:
            yield joined


def _absent(fresh: Sequence[str], texts: Sequence[str]) -> Iterator[str]:
    """Those that stand in none of the texts, which shall be clean."""
    automaton = ahocorasick.Automaton()
    for term in fresh:
        automaton.add_word(fold(term), fold(term))
    automaton.make_automaton()
    seen = {term for text in texts for _, term in automaton.iter(text)}
    return (term for term in fresh if fold(term) not in seen)
