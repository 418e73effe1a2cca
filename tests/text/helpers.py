"""Short ways to build checkers and to say what they found."""

from collections.abc import Iterable
from functools import cache

from app.domain.entry import Entry, Match
from app.domain.finding import Finding
from app.domain.labels import Label
from app.text.automaton import Engine
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from app.text.snapshot import Snapshot

ENGINES: tuple[Engine, ...] = ("pyahocorasick", "daachorse")


def entry(term: str, match: Match = Match.FUZZY, level: int = 90) -> Entry:
    return Entry(term, Label.CRIME, level, match)


def snapshot(*terms: str | Entry, engine: Engine = "auto") -> Snapshot:
    rows = [term if isinstance(term, Entry) else entry(term) for term in terms]
    return compile_snapshot(rows, version="7", engine=engine)


def checker(*terms: str | Entry, engine: Engine = "auto") -> Checker:
    return Checker(snapshot(*terms, engine=engine))


@cache
def single(term: str, match: Match = Match.FUZZY) -> Checker:
    """A checker of one term; made once."""
    return checker(entry(term, match))


def keywords(findings: Iterable[Finding]) -> list[Finding]:
    return [item for item in findings if item.strategy.value == "keyword"]


def spans(term: str, text: str, match: Match = Match.FUZZY) -> list[tuple[int, int]]:
    """Where one term is found in a text."""
    findings = keywords(single(term, match).check(text).findings)
    return [(item.start or 0, item.end or 0) for item in findings]


def hits(term: str, text: str, match: Match = Match.FUZZY) -> list[str]:
    """What is found of one term, as written in the text."""
    return [text[start:end] for start, end in spans(term, text, match)]


def folds(term: str, text: str, match: Match = Match.FUZZY) -> tuple[str, ...]:
    """The disguises undone for the only finding."""
    (finding,) = keywords(single(term, match).check(text).findings)
    return finding.folds


def outcome(checker: Checker, text: str) -> list[tuple[object, ...]]:
    """Findings as plain values, to compare two checkers."""
    return [
        (f.strategy, f.label, f.level, f.term, f.start, f.end, f.folds, f.parts)
        for f in checker.check(text, now=0).findings
    ]
