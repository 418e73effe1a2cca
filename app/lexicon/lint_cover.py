"""Terms that another term makes useless."""

from collections.abc import Callable, Iterable, Iterator

from app.lexicon.lint_item import SHOWN_TERM, Code, Item, Remark, Severity
from app.text.automaton import build
from app.text.borders import dictionary, respects_borders
from app.text.fold import fold_origins
from app.text.symbols import is_han

MOST_HITS = 100
"""Terms inside one string that are looked at."""

MOST_LOOKS = 500_000
"""Comparisons of one run: lists of terms nested in each other end it early."""

MOST_TWINS = 10
"""Entries with one and the same string that are looked at."""

_EXAMPLES = 3
"""Entries that are named where many are meant."""


class Finder:
    """Which items have their string inside a text, word borders respected."""

    def __init__(self, items: Iterable[Item]) -> None:
        """Take the plain terms among the items."""
        self._items: dict[str, list[Item]] = {}
        for item in items:
            if not item.rule:
                twins = self._items.setdefault(item.text, [])
                if len(twins) < MOST_TWINS:
                    twins.append(item)
        self._looks = 0
        self._texts = list(self._items)
        self._automaton = build(self._texts, str) if self._texts else None

    def inside(self, text: str) -> Iterator[tuple[Item, int, int]]:
        """Each item that occurs in `text`, with start and end."""
        if self._automaton is None:
            return
        for start, end, index in self._automaton.scan(text, MOST_HITS):
            for item in self._items[self._texts[index]]:
                yield item, start, end

    def words_inside(
        self, written: str, text: str, wanted: Callable[[Item], bool]
    ) -> Iterator[Item]:
        """The wanted items whose occurrence the engine would accept.

        `text` is `written` after folding.
        """
        judged: dict[tuple[int, int], bool] = {}
        for item, start, end in self.inside(text):
            if self.exhausted:
                return
            self._looks += 1
            if not wanted(item):
                continue
            if (start, end) not in judged:
                judged[start, end] = stands_alone(written, text, start, end)
            if item.exact or judged[start, end]:
                yield item

    @property
    def exhausted(self) -> bool:
        """Whether the run was ended early."""
        return self._looks >= MOST_LOOKS


def stands_alone(written: str, text: str, start: int, end: int) -> bool:
    """Whether the engine would accept this piece of a folded text as a word."""
    left, piece, right = text[:start], text[start:end], text[end:]
    if not left and not right:
        return True
    if not piece.isascii() and all(map(is_han, piece)):
        words = dictionary()
        return respects_borders(words, left[-3:], piece, right[:3])
    return not any(_joined(written, text, place) for place in (start, end))


def _joined(written: str, text: str, place: int) -> bool:
    """Whether a Latin word or number goes on across a place of a folded text."""
    pair = text[place - 1 : place + 1] if place else ""
    if len(pair) < 2 or not (pair.isascii() and pair.isalnum()):
        return False
    origins = fold_origins(written)
    # Something that folding removed, such as a space, stood between the two.
    return len(origins) != len(text) or origins[place] - origins[place - 1] <= 1


def covered(items: list[Item]) -> Iterator[Remark]:
    """Terms and rules that only hit where a stronger term hits anyway.

    What a new term does to entries that stood before is said once, of the new one:
    a pasted 的 covers hundreds.
    """
    terms = [item for item in items if not item.entry.exempt]
    finder = Finder(terms)
    overtaken: dict[int, list[Item]] = {}
    for item in terms:
        stronger = _covering(finder, item)
        if stronger is not None and stronger.fresh and not item.fresh:
            overtaken.setdefault(id(stronger), [stronger]).append(item)
        elif stronger is not None:
            message = (
                f"covered by {stronger.entry.term!r} (level {stronger.entry.level})"
                f" in {stronger.place}"
            )
            yield item.remark(Severity.WARNING, Code.COVERED, message, stronger)
        if finder.exhausted:
            message = "not compared from here on: too many terms inside each other"
            yield item.remark(Severity.WARNING, Code.COVERED, message)
            break
    for stronger, *weaker in overtaken.values():
        yield stronger.remark(Severity.WARNING, Code.COVERED, _overtakes(weaker))


def _overtakes(weaker: list[Item]) -> str:
    """What a new term makes superfluous."""
    count = len(weaker)
    lists = sorted({item.file for item in weaker})
    shown = ", ".join(repr(item.entry.term[:SHOWN_TERM]) for item in weaker[:_EXAMPLES])
    entries = "an entry" if count == 1 else f"{count} entries"
    return f"hits wherever {entries} of {', '.join(lists)} would, such as {shown}"


def _covering(finder: Finder, item: Item) -> Item | None:
    """A term that hits wherever the item does."""
    for written, group in zip(item.written, item.require, strict=True):
        pairs = zip(written, group, strict=True)
        found = [_stronger(finder, item, *pair) for pair in pairs]
        if all(other is not None for other in found):
            return found[0]
    return None


def _stronger(finder: Finder, item: Item, written: str, text: str) -> Item | None:
    """A term inside a string that counts for at least as much as the item."""
    wanted = finder.words_inside(written, text, lambda o: _outranks(o, item))
    return next(wanted, None)


def _outranks(other: Item, item: Item) -> bool:
    """Whether a hit of `other` makes a hit of `item` superfluous."""
    if other is item or other.entry.level < item.entry.level:
        return False
    # Equal strings of one kind are duplicates and reported as such; of two
    # kinds, the exact one is superfluous.
    if not item.rule and other.exact == item.exact and other.text == item.text:
        return False
    return other.as_broad_as(item)
