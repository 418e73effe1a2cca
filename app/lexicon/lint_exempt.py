"""Exempt phrases that have nothing to save."""

from collections.abc import Iterator
from dataclasses import replace

from app.domain.entry import Match
from app.lexicon.lint_cover import Finder
from app.lexicon.lint_item import Code, Item, Remark, Severity
from app.text.symbols import outlines, sounds


def idle_phrases(items: list[Item]) -> Iterator[Remark]:
    """Exempt phrases inside which no term could hit."""
    phrases = [item for item in items if item.entry.exempt and not item.rule]
    if not phrases:
        return
    finder = Finder(_strings([item for item in items if not item.entry.exempt]))
    idle = [item for item in phrases if not any(finder.inside(item.text))]
    if not idle:
        return
    heard = _disguised(items, idle)
    for item in idle:
        if item not in heard:
            message = "no term lies inside this phrase, so it saves nothing"
            yield item.remark(Severity.WARNING, Code.IDLE_EXEMPT, message)


def _strings(items: list[Item]) -> Iterator[Item]:
    """Every part of every rule as if it were a term of its own."""
    for item in items:
        for group in item.require:
            for part in group:
                yield replace(item, rule=False, require=((part,),))


def _disguised(items: list[Item], phrases: list[Item]) -> set[Item]:
    """The phrases that sound or look like something with a fuzzy term in it."""
    fuzzy = [item for item in items if item.entry.match is Match.FUZZY]
    terms = list(_strings([item for item in fuzzy if not item.entry.exempt]))
    alike: set[Item] = set()
    for symbols in (sounds(), outlines()):
        finder = Finder(_written(item, symbols) for item in terms)
        alike |= {p for p in phrases if any(finder.inside(_spell(p.text, symbols)))}
    return alike


def _written(item: Item, symbols: dict[str, str]) -> Item:
    """The same item, its string in other symbols."""
    return replace(item, require=((_spell(item.text, symbols),),))


def _spell(text: str, symbols: dict[str, str]) -> str:
    """Characters by what they share with others: a sound, an outline."""
    return "".join(symbols.get(char, char) for char in text)
