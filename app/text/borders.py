"""Chinese word borders, judged only round a possible hit.

A small window is segmented by the most probable split into dictionary words
(unigram model, dynamic programming). A hit stands when the best split that
respects its borders is about as probable as the best split of all: 大麻 falls
in 大麻烦 because 大/麻烦 is far more probable than 大麻/烦. The same measure
tells a disguise from ordinary language: 威信 is a word of its own, 堵博 is not.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Final

from app.text.tables import modern_words

_LONGEST: Final = 5
"""Longest dictionary word that is considered, in characters."""
_UNSEEN: Final = 0.5
"""Frequency of a character that the dictionary does not know."""
_RARE: Final = 5
"""Words below this frequency do not count as ordinary language."""
_TERM_FREQUENCY: Final = (10.0, 3.0, 20.0)
"""Assumed frequency of a listed term of 2, 3, or more characters."""
_CLEARLY: Final = 0.75
"""How much likelier than a word across its border a hit must be (log)."""
ORDINARY: Final = 20
"""A surface counted this often is a word of its own, never a disguise."""
_DISGUISED_FREQUENCY: Final = 2000.0
"""Assumed frequency of terms that people take the trouble to disguise."""


class _Logs(dict[int, float]):
    """The log probability of each count, worked out once."""

    def __init__(self, log_total: float) -> None:
        super().__init__()
        self._log_total = log_total

    def __missing__(self, count: int) -> float:
        score = self[count] = math.log(count) - self._log_total
        return score


def dictionary_path() -> Path:
    """Where the jieba package keeps its dictionary; the package is not imported.

    Raises:
        RuntimeError: the package is not installed.
    """
    spec = find_spec("jieba")
    if spec is None or not spec.submodule_search_locations:
        message = "the package jieba, whose dictionary knows Chinese words, is missing"
        raise RuntimeError(message)
    return Path(spec.submodule_search_locations[0]) / "dict.txt"


@dataclass(frozen=True, slots=True)
class Reading:
    """A segmentation and its log probability."""

    score: float
    words: tuple[str, ...]


class Dictionary:
    """Words with their frequency, and the best split of a short text."""

    def __init__(self, frequency: dict[str, int]) -> None:
        """Take word counts; their sum is the size of the corpus."""
        self._frequency = frequency
        self._log_total = math.log(sum(frequency.values()) or 1)
        self._logs = _Logs(self._log_total)
        self._unseen = self.log(_UNSEEN)

    def frequency(self, word: str) -> int:
        """How often a word was counted; 0 when unknown."""
        return self._frequency.get(word, 0)

    def log(self, frequency: float) -> float:
        """The log probability of a word of this frequency."""
        return math.log(frequency) - self._log_total

    def best(self, text: str, least: int = 1) -> float:
        """Log probability of the best split, ignoring words rarer than `least`."""
        return self._walk(text, least)[0][len(text)]

    def words_across(
        self, left: str, term: str, right: str
    ) -> list[tuple[int, int, int]]:
        """Known words over a border of `term`: start, end and frequency.

        A word that adds one character to a term that is a word itself (赌博机 to
        赌博) is a compound of the same meaning and does not count; longer ones
        (傻瓜相机) are names of something else.
        """
        text, known = left + term + right, self._frequency.get
        start, end, size = len(left), len(left) + len(term), len(text)
        more = len(term) + 1
        compound = len(term) > 1 and self.frequency(term) >= ORDINARY
        found: list[tuple[int, int, int]] = []
        for a in range(max(0, start - _LONGEST + 1), end):
            first = (start if a < start else end) + 1
            for b in range(first, min(a + _LONGEST, size) + 1):
                count = known(text[a:b])
                if count and not (compound and a <= start and end <= b <= a + more):
                    found.append((a, b, count))
        return found

    def best_across(self, text: str, words: Sequence[tuple[int, int, int]]) -> float:
        """Log probability of the best split that uses one of `words`."""
        before = self._walk(text, 1)[0]
        behind = self._walk(text[::-1], 1, step=-1)[0]
        return max(
            before[a] + behind[len(text) - b] + self.log(count) for a, b, count in words
        )

    def reading(self, text: str) -> Reading:
        """The best split itself."""
        scores, back = self._walk(text, 1)
        cuts = [len(text)]
        while cuts[-1] > 0:
            cuts.append(back[cuts[-1]])
        cuts.reverse()
        words = tuple(text[a:b] for a, b in pairwise(cuts))
        return Reading(scores[len(text)], words)

    def _walk(
        self, text: str, least: int, step: int = 1
    ) -> tuple[list[float], list[int]]:
        """Best score and last cut for every prefix of `text`.

        With `step` -1 the text is reversed, and its words are read backwards.
        """
        known, logs, unseen = self._frequency.get, self._logs, self._unseen
        scores, back = [0.0], [0]
        for end in range(1, len(text) + 1):
            cut = end - 1
            one = known(text[cut])
            best = scores[cut] + (logs[one] if one else unseen)
            for start in range(max(0, end - _LONGEST), cut):
                word = text[start:end]
                count = known(word if step > 0 else word[::-1])
                if count is not None and count >= least:
                    score = scores[start] + logs[count]
                    if score > best:
                        best, cut = score, start
            scores.append(best)
            back.append(cut)
        return scores, back


@cache
def dictionary() -> Dictionary:
    """The shared dictionary, read when first needed (about 0.3 s)."""
    counts: dict[str, int] = {}
    for line in dictionary_path().read_text("utf-8").split("\n"):
        parts = line.split(" ", 2)
        if len(parts) > 1:
            counts[parts[0]] = int(parts[1])
    for word, count in modern_words().items():
        counts[word] = max(count, counts.get(word, 0))
    return Dictionary(counts)


def term_score(words: Dictionary, term: str) -> float:
    """Log probability of a listed term as one word, for border checks."""
    assumed = _TERM_FREQUENCY[min(len(term), 4) - 2] if len(term) > 1 else 1.0
    return max(words.log(max(assumed, words.frequency(term))), words.best(term))


def respects_borders(words: Dictionary, left: str, term: str, right: str) -> bool:
    """Whether `term` between `left` and `right` reads as a word of its own."""
    across = words.words_across(left, term, right)
    if not across:
        return True
    kept = words.best(left) + term_score(words, term) + words.best(right)
    return words.best_across(left + term + right, across) < kept - _CLEARLY


def is_disguise(
    words: Dictionary, left: str, surface: str, right: str, *, prior: float
) -> bool:
    """Whether `surface` is better explained as a disguised term than as itself.

    `prior` is the log probability of this disguise being used on a term.
    """
    natural = words.best(left + surface + right, _RARE)
    return separate(words, left, right) + disguised_score(words, prior) > natural


def ordinary(words: Dictionary, surface: str, prior: float) -> bool:
    """Whether `surface` is ordinary language even without its surroundings.

    Surroundings only make an ordinary reading likelier, so that a yes here
    spares the closer look of `is_disguise`.
    """
    if words.frequency(surface) >= ORDINARY:
        return True
    return words.best(surface, _RARE) >= disguised_score(words, prior)


def separate(words: Dictionary, left: str, right: str) -> float:
    """Log probability of two texts with a certain word border between them."""
    return words.best(left, _RARE) + words.best(right, _RARE)


def disguised_score(words: Dictionary, prior: float) -> float:
    """Log probability that somebody disguised a listed term here."""
    return words.log(_DISGUISED_FREQUENCY) + prior
