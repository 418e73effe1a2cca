"""What an operator should know about a wordlist before it is published."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from app.lexicon.csvfile import ImportReport, Problem
from app.lexicon.lint_clash import clashes, duplicates
from app.lexicon.lint_cover import covered
from app.lexicon.lint_exempt import idle_phrases
from app.lexicon.lint_item import Code, Item, Remark, Severity, make_item
from app.lexicon.lint_words import common_words
from app.text.compiling import LONGEST_PATTERN
from app.text.grammar import TermError

__all__ = ["Code", "Remark", "Severity", "lint", "row_remarks"]

_CHECKS: tuple[Callable[[list[Item]], Iterator[Remark]], ...] = (
    duplicates,
    clashes,
    covered,
    idle_phrases,
    common_words,
)


def lint(files: Mapping[str, ImportReport]) -> list[Remark]:
    """Judge wordlists that will work together, by the name to show for each.

    The remarks come by file and line. A hundred thousand terms take seconds.
    """
    remarks: list[Remark] = []
    items: list[Item] = []
    for name, report in files.items():
        remarks += (_unreadable(name, problem) for problem in report.problems)
        for item, faults in _judged(name, report):
            remarks += faults
            # A term that cannot work would only confuse the other checks.
            if item is not None and not any(remark.blocking for remark in faults):
                items.append(item)
    remarks += compared(items)
    return ordered(remarks, files)


def compared(items: list[Item]) -> Iterator[Remark]:
    """What is to say of entries because of the others."""
    for check in _CHECKS:
        yield from check(items)


def row_remarks(name: str, report: ImportReport) -> list[Remark]:
    """What is to say of the rows of one wordlist, whatever the others are.

    The rows with a `blocking` remark cannot be used.
    """
    remarks = [_unreadable(name, problem) for problem in report.problems]
    for _, faults in _judged(name, report):
        remarks += faults
    return ordered(remarks, [name])


def _judged(
    name: str, report: ImportReport
) -> Iterator[tuple[Item | None, list[Remark]]]:
    """Each entry with what is wrong with it alone."""
    for line, entry in zip(report.lines, report.entries, strict=True):
        try:
            item = make_item(name, line, entry)
        except TermError as error:
            yield None, [_unreadable(name, Problem(line, "term", error.message))]
        else:
            yield item, list(faults_of(item, softened=item.entry is not entry))


def ordered(remarks: Iterable[Remark], files: Iterable[str]) -> list[Remark]:
    """In the order of the files, then by line, errors first."""
    place = {name: number for number, name in enumerate(files)}
    return sorted(
        remarks, key=lambda r: (place[r.file], r.line, r.severity, r.code, r.term)
    )


def _unreadable(name: str, problem: Problem) -> Remark:
    """A row that the reader refused."""
    where = f"{problem.column}: " if problem.column else ""
    message = where + problem.message
    return Remark(name, problem.line, Severity.ERROR, Code.UNREADABLE, "", message)


def faults_of(item: Item, *, softened: bool) -> Iterator[Remark]:
    """What is wrong with one entry, whatever the others are."""
    if item.entry.exempt and item.rule:
        message = "an exempt phrase cannot be a rule; write one phrase per row"
        yield item.remark(Severity.ERROR, Code.EXEMPT_RULE, message)
    for group in (*item.require, *item.forbid):
        for form in group:
            if not 1 < len(form) <= LONGEST_PATTERN:
                yield _bad_form(item, form, softened=softened)


def _bad_form(item: Item, form: str, *, softened: bool) -> Remark:
    """Why a string of this length is useless or dangerous to search for."""
    if not form:
        message = "nothing is left of it after folding; use match exact for signs"
        return item.remark(Severity.ERROR, Code.NOTHING_LEFT, message)
    if len(form) > 1:
        message = (
            f"{len(form)} characters are too many for one phrase;"
            f" at most {LONGEST_PATTERN}"
        )
        return item.remark(Severity.ERROR, Code.TOO_LONG, message)
    if item.rule:
        message = f"the part {form!r} has one character; parts need at least two"
        return item.remark(Severity.ERROR, Code.ONE_CHARACTER, message)
    message = f"the one character {form!r} alone may hit many innocent texts"
    if softened:
        message += "; it is matched as standard, as fuzzy would hit anything"
    return item.remark(Severity.WARNING, Code.ONE_CHARACTER, message)
