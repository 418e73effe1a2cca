"""Labelled texts from all grammars and from a dictionary, by seed."""

import random
from bisect import bisect
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.text.borders import dictionary_path
from app.text.model.reading import read
from tools.corpus.grammar import Grammar, load_all

SEED: Final = 20_260
SALAD: Final = "salad"
"""The generator that draws words by their frequency in the dictionary."""
_MOST_ALIKE: Final = 0.6
_GRAM: Final = 3
_TRIES: Final = 6


@dataclass(frozen=True, slots=True)
class Made:
    """One text with its label and the generator that made it."""

    text: str
    label: str
    generator: str


def generate(per_grammar: int, *, seed: int = SEED) -> Iterator[Made]:
    """About so many texts of each generator, none nearly like another of the same."""
    for grammar in load_all():
        rng = random.Random(f"{seed}/{grammar.name}")  # noqa: S311
        kept = _Apart()
        for _ in range(per_grammar):
            text = _fresh(grammar, rng, kept)
            if text is not None:
                yield Made(text, grammar.label, grammar.name)
    yield from salad(per_grammar, seed=seed)


def _fresh(grammar: Grammar, rng: random.Random, kept: "_Apart") -> str | None:
    for _ in range(_TRIES):
        text = roughened(grammar.text(rng), rng)
        if kept.take(text):
            return text
    return None


_MARKS: Final = "，。！？,.!~"


def roughened(text: str, rng: random.Random) -> str:
    """As people type: marks left out or doubled, now and then a slip."""
    style = rng.random()
    if style < 0.2:
        text = "".join(" " if c in "，。" else c for c in text)
    elif style < 0.35:
        text = "".join("" if c in _MARKS else c for c in text)
    elif style < 0.5:
        text = text.replace("，", ",").replace("！", "!")
    if rng.random() < 0.06 and len(text) > 8:
        at = int(rng.random() * (len(text) - 2))
        slip = rng.random()
        if slip < 0.4:
            text = text[:at] + text[at + 1 :]
        elif slip < 0.7:
            text = text[: at + 1] + text[at:]
        else:
            text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text.strip()


class _Apart:
    """Keeps texts that are not nearly alike: by shares of three characters."""

    def __init__(self) -> None:
        self._having: dict[str, list[int]] = {}
        self._sizes: list[int] = []

    def take(self, text: str) -> bool:
        """Whether the text is new enough; it then counts."""
        shown = read(text)
        if not shown:
            return False
        padded = f"^{shown}$"
        grams = {padded[i : i + _GRAM] for i in range(max(1, len(padded) - _GRAM + 1))}
        shared: Counter[int] = Counter()
        for gram in sorted(grams):
            # What stands in very many texts tells nothing and costs most.
            having = self._having.get(gram, [])
            shared.update(having[-400:])
        for number, count in shared.most_common(3):
            together = len(grams) + self._sizes[number] - count
            if count >= _MOST_ALIKE * together:
                return False
        number = len(self._sizes)
        self._sizes.append(len(grams))
        for gram in sorted(grams):
            self._having.setdefault(gram, []).append(number)
        return True


def salad(count: int, *, seed: int = SEED) -> Iterator[Made]:
    """Words drawn by their frequency: every common word in no bad company."""
    words, sums = list[str](), list[int]()
    total = 0
    for line in dictionary_path().read_text("utf-8").split("\n"):
        word, _, rest = line.partition(" ")
        if word and all("\u4e00" <= char <= "\u9fff" for char in word):
            total += int(rest.split(" ")[0])
            words.append(word)
            sums.append(total)
    rng = random.Random(f"{seed}/{SALAD}")  # noqa: S311
    for _ in range(count):
        text, wanted = "", 4 + int(rng.random() * 50)
        while len(text) < wanted:
            text += words[bisect(sums, int(rng.random() * total))]
            if rng.random() < 0.15:
                text += "，"
        yield Made(text, "clean", SALAD)
