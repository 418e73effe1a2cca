"""Terms that ordinary language is full of."""

from collections.abc import Iterator
from functools import cache

from app.domain.policy import DEFAULT_POLICY
from app.domain.scenes import Scene
from app.lexicon.lint_cover import Finder
from app.lexicon.lint_item import Code, Item, Remark, Severity
from app.text.borders import dictionary_path
from app.text.fold import fold

COMMON = 300
"""From this count on, of 60 million words, a word is everyday language."""

_NAMES = frozenset({Scene.PROFILE, Scene.TITLE, Scene.SEARCH})
"""Scenes of names, where listing everyday words is normal."""


def common_words(items: list[Item]) -> Iterator[Remark]:
    """Plain terms with consequences that are common words or hit inside them."""
    finder = Finder(item for item in items if _consequential(item))
    exempt = {item.text for item in items if item.entry.exempt and not item.rule}
    told: set[Item] = set()
    for word, count in _words():
        if word in exempt:
            continue
        for item in finder.words_inside(word, word, lambda o: o not in told):
            told.add(item)
            message = _message(word, count, whole=item.text == word)
            yield item.remark(Severity.WARNING, Code.COMMON_WORD, message)


def _consequential(item: Item) -> bool:
    """Whether a hit of this term stops a running text."""
    entry = item.entry
    named_only = bool(entry.scenes) and entry.scenes <= _NAMES
    enough = entry.level >= DEFAULT_POLICY.default.review
    return enough and not (entry.exempt or item.exact or item.rule or named_only)


def _message(word: str, count: int, *, whole: bool) -> str:
    """How common, and in which way."""
    share = f"{count / 60:.0f} in a million words"
    if whole:
        return f"is a common word ({share}); prefer a longer phrase or a rule"
    return f"also hits the common word {word!r} ({share})"


@cache
def _words() -> list[tuple[str, int]]:
    """Everyday words with their counts, most common first."""
    words: list[tuple[str, int]] = []
    for line in dictionary_path().read_text("utf-8").splitlines():
        word, _, rest = line.partition(" ")
        count = int(rest.partition(" ")[0] or 0)
        if count >= COMMON and len(word) > 1:
            words.append((fold(word), count))
    words.sort(key=lambda pair: -pair[1])
    return words
