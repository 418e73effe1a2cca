"""What an operator should know about the content of a draft."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from app.domain.entry import Entry
from app.lexicon.lint import compared, faults_of, ordered
from app.lexicon.lint_item import Code, Item, Remark, Severity, make_item
from app.lexicon.validity import MAX_SINGLES, Tally
from app.text.grammar import TermError

MOST_COMPARED = 250_000
"""Entries that are compared with each other; it takes about 5 s per 100,000."""

MOST_REMARKS = 5000
"""Remarks that are given, errors before warnings."""

Lists = Mapping[str, Iterable[Entry]]
"""Entries by the name of their list."""


def lint_entries(entries_by_list: Lists, base: Lists | None = None) -> list[Remark]:
    """Judge lists that will work together.

    With `base`, what there was before, only remarks that have to do with a new or
    changed entry are given. The remarks come by list, errors first; `file` is the
    name of the list and `line` is 0. A list that no service could bear, such as
    thousands of single characters, gets one error and nothing else.
    """
    known = _known(base) if base is not None else None
    try:
        items, remarks = _judged(entries_by_list, known)
    except _TooManyError as error:
        return [error.remark]
    if len(items) > MOST_COMPARED:
        remarks.append(_uncompared(next(iter(entries_by_list)), len(items)))
    else:
        remarks += compared(items)
    return _cut([r for r in remarks if r.fresh], entries_by_list)


class _TooManyError(Exception):
    """A list is beyond all measure."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.remark = Remark(name, 0, Severity.ERROR, Code.TOO_MANY, "", message)


def _known(base: Lists) -> set[tuple[str, Entry]]:
    """Every entry that there was, with its list."""
    return {(name, entry) for name, entries in base.items() for entry in entries}


def _judged(
    lists: Lists, known: Collection[tuple[str, Entry]] | None
) -> tuple[list[Item], list[Remark]]:
    """The usable entries, and what is to say of each alone.

    Raises:
        _TooManyError: there is too much of something.
    """
    items: list[Item] = []
    remarks: list[Remark] = []
    singles = 0
    for name, entry in _counted(lists):
        fresh = known is None or (name, entry) not in known
        item, found = _judge(name, entry, fresh=fresh)
        singles += item is not None and _is_single(item)
        if singles > MAX_SINGLES:
            raise _TooManyError(name, f"more than {MAX_SINGLES} terms of one character")
        remarks += found
        # A term that cannot work would only confuse the other checks.
        if item is not None and not any(remark.blocking for remark in found):
            items.append(item)
    return items, remarks


def _counted(lists: Lists) -> Iterator[tuple[str, Entry]]:
    """Every entry with its list, until there is too much of something."""
    tally = Tally()
    for name, entries in lists.items():
        for entry in entries:
            excess = tally.add(entry)
            if excess:
                raise _TooManyError(name, excess)
            yield name, entry


def _judge(name: str, entry: Entry, *, fresh: bool) -> tuple[Item | None, list[Remark]]:
    """One entry with what is wrong with it alone."""
    try:
        item = make_item(name, 0, entry, fresh=fresh)
    except TermError as error:
        code, term = Code.UNREADABLE, entry.term
        message = f"term: {error.message}"
        return None, [Remark(name, 0, Severity.ERROR, code, term, message, fresh)]
    return item, list(faults_of(item, softened=item.entry is not entry))


def _is_single(item: Item) -> bool:
    """Whether it is a term of one character once folded."""
    return not (item.rule or item.exact or item.entry.exempt) and len(item.text) == 1


def _uncompared(name: str, count: int) -> Remark:
    """Why no entries were compared."""
    message = (
        f"{count} entries are too many to be compared with each other;"
        f" up to {MOST_COMPARED} are"
    )
    return Remark(name, 0, Severity.WARNING, Code.TOO_MANY, "", message)


def _cut(remarks: list[Remark], lists: Lists) -> list[Remark]:
    """The remarks in order, the gravest when there are too many."""
    more = len(remarks) - MOST_REMARKS
    if more <= 0:
        return ordered(remarks, lists)
    grave = sorted(remarks, key=lambda remark: remark.severity)[:MOST_REMARKS]
    message = f"{more} more remarks are left out"
    last = Remark(next(iter(lists)), 0, Severity.WARNING, Code.TOO_MANY, "", message)
    return [*ordered(grave, lists), last]
