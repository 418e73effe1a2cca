"""Entries that say the same thing twice, or the opposite."""

from collections import defaultdict
from collections.abc import Hashable, Iterator

from app.lexicon.lint_item import Code, Item, Remark, Severity

MOST_TWINS = 20
"""Earlier rows of the same term that a row is compared with."""


def duplicates(items: list[Item]) -> Iterator[Remark]:
    """The same term again, for the same scene and time."""
    seen: dict[Hashable, list[Item]] = defaultdict(list)
    for item in items:
        earlier = seen[_identity(item)]
        twin = next((other for other in earlier if item.meets(other)), None)
        if twin is not None:
            message = f"the same term as {twin.entry.term!r} in {twin.place}"
            # Lists may concern different apps, or a term may be in haste.
            alone = item.line == 0 and item.file != twin.file
            severity = Severity.WARNING if alone else Severity.ERROR
            yield item.remark(severity, Code.DUPLICATE, message, twin)
        if len(earlier) < MOST_TWINS:
            earlier.append(item)


def _identity(item: Item) -> Hashable:
    """Equal for two entries that hit the same texts."""
    if not item.rule:
        return item.entry.exempt, item.exact, item.text
    # The order of parts and alternatives means nothing.
    require = frozenset(frozenset(group) for group in item.require)
    forbid = frozenset(part for group in item.forbid for part in group)
    return item.exact, require, forbid, item.window


def clashes(items: list[Item]) -> Iterator[Remark]:
    """An exempt phrase that is a term: the term could never hit."""
    plain = [item for item in items if not item.rule]
    terms: dict[str, list[Item]] = defaultdict(list)
    for item in plain:
        if not item.entry.exempt and len(terms[item.text]) < MOST_TWINS:
            terms[item.text].append(item)
    for item in plain:
        rivals = terms.get(item.text, ()) if item.entry.exempt else ()
        rival = next((other for other in rivals if item.meets(other)), None)
        if rival is not None:
            message = f"exempt here, but a term in {rival.place}, which can never hit"
            yield item.remark(Severity.ERROR, Code.CONFLICT, message, rival)
