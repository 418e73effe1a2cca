"""Live words that another live word makes useless, for the words of one page.

The same question as the lint check of whole lists, asked about a few words against
all: candidates are looked up by their text, so no automaton of everything is needed.
"""

from collections.abc import Iterable, Sequence

from app.lexicon.lint_cover import Finder
from app.lexicon.lint_item import Item, make_item
from app.lexicon.rows import term_key, to_entry
from app.store.lexicon import TermRow
from app.text.grammar import TermError

LONGEST = 60
"""Longer words are not looked at: they have too many pieces."""
_LONGEST_PIECE = 20
_MOST_PIECES = 50_000


def pieces(rows: Iterable[TermRow]) -> list[str]:
    """Every text that stands inside one of the words, for looking up terms.

    Terms written in another case or variant than in the word are not found this way.
    """
    found: set[str] = set()
    for item in _items(rows):
        for written in (text for group in item.written for text in group):
            if len(written) <= LONGEST and len(found) < _MOST_PIECES:
                found.update(_inside(written))
    return sorted(found)


def _inside(text: str) -> Iterable[str]:
    for start in range(len(text)):
        for end in range(start + 1, min(len(text), start + _LONGEST_PIECE) + 1):
            yield text[start:end]


def covering(rows: Sequence[TermRow], others: Sequence[TermRow]) -> dict[bytes, str]:
    """By term key, a term among `others` that hits wherever the word does.

    A word with several rows is covered only when each of them is.
    """
    finder = Finder(_items(others))
    found: dict[bytes, str] = {}
    open_keys: set[bytes] = set()
    for item in _items(rows):
        key = term_key(item.file, item.entry.term)
        stronger = _stronger(finder, item)
        if stronger is None:
            open_keys.add(key)
        else:
            found.setdefault(key, stronger.entry.term)
    return {key: term for key, term in found.items() if key not in open_keys}


def _stronger(finder: Finder, item: Item) -> Item | None:
    """A word inside this one, in every alternative of a rule."""
    first: Item | None = None
    for written, group in zip(item.written, item.require, strict=True):
        for raw, text in zip(written, group, strict=True):
            found = finder.words_inside(raw, text, lambda o: _outranks(o, item))
            stronger = next(iter(found), None)
            if stronger is None:
                return None
            first = first or stronger
    return first


def _outranks(other: Item, item: Item) -> bool:
    """Whether a hit of `other` makes a hit of `item` superfluous."""
    same = other.file == item.file and other.entry.term == item.entry.term
    # Of two equal words the one in the list that sorts first is the useful one.
    twin = other.text == item.text and other.exact == item.exact and not item.rule
    later = twin and (other.file, other.entry.term) > (item.file, item.entry.term)
    weaker = other.entry.level < item.entry.level
    return not same and not later and not weaker and other.as_broad_as(item)


def _items(rows: Iterable[TermRow]) -> list[Item]:
    items: list[Item] = []
    for row in rows:
        if row.label is not None:
            try:
                items.append(make_item(row.list_name, 0, to_entry(row)))
            except TermError:  # written by a release with another grammar
                continue
    return items
