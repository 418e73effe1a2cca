"""What counting words costs the check of a text."""

import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, cast

from app.api.rooms import judge
from app.api.watch import Watch
from app.domain.entry import Entry
from app.domain.finding import Finding, Strategy
from app.domain.labels import Label
from app.domain.observation import Observation
from app.domain.policy import DEFAULT_POLICY
from app.domain.scenes import Scene
from app.domain.verdict import decide
from app.store import Database
from app.text.audience import Audience
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from app.vitals import Vitals
from benchmarks.generate import comments, terms
from benchmarks.measure import alternate, cpu_without_collection, least
from benchmarks.report import Claim, Part, Row

LENGTH: Final = 35
"""Characters of a comment."""
PIECE: Final = 100
"""Texts that each side checks before the other has its turn."""
CLAIM: Final = Claim("≤", 1.05)
"""About what two runs of the same differ by on a busy machine."""

_AUDIENCE: Final = Audience("wx1")
_USERS: Final = 1000


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured; the tests take little."""

    terms: int = 100_000
    texts: int = 3_000
    calls: int = 20_000
    """Calls of the observer alone."""
    rounds: int = 60
    seconds: float = 30.0


@dataclass(slots=True)
class Side:
    """Checks texts and tells whoever watches."""

    checker: Checker
    vitals: Vitals | None = None
    watch: Watch = field(init=False)

    def __post_init__(self) -> None:
        self.watch = Watch(() if self.vitals is None else (self.vitals,))

    def check(self, texts: Sequence[str]) -> None:
        """The whole way of a text, from the check to the counts."""
        for number, text in enumerate(texts):
            result = self.checker.check(text, scene=Scene.COMMENT, audience=_AUDIENCE)
            user = f"user {number % _USERS}"
            verdict = judge((result,))
            self.watch.checked("wx1", user, Scene.COMMENT, text, verdict)


def run(size: Size | None = None) -> Part:
    """Measure everything of this part."""
    size = size or Size()
    part = Part("observers", "Counting words on the way of a check")
    clean = comments(size.texts, LENGTH)
    words = terms(size.terms, unlike=clean)
    checker = Checker(compile_snapshot([Entry(w, Label.ADS, 90) for w in words]))
    hit = comments(size.texts, LENGTH, planted=words)
    Side(checker, vitals()).check(hit)  # what is read at the first need
    gc.collect()
    gc.freeze()  # as the service does, or each collection looks at all the words
    for what, texts in (
        ("no text hits", clean),
        ("one comment in a hundred hits", hit),
    ):
        part.rows.append(_beside(what, checker, texts, size))
    part.rows.extend(_alone(size))
    gc.unfreeze()
    part.notes.append(
        f"CPU time of one comment of {LENGTH} characters against {size.terms:,} terms,"
        " checked, judged and told to the observers, each text with one of"
        f" {_USERS:,} users; baseline: the same with no observer. The mean over all"
        " texts of the least that each piece of them cost in"
        f" {size.rounds} rounds in which both sides took turns."
    )
    part.notes.append("A call of the observer alone: the least of all rounds.")
    return part


def _beside(what: str, checker: Checker, texts: Sequence[str], size: Size) -> Row:
    """A check with the observer against one without."""
    sides = {"counted": Side(checker, vitals()), "bare": Side(checker)}
    pieces = [
        {name: partial(_cost, side, some) for name, side in sides.items()}
        for some in _pieces(texts)
    ]
    found = least(pieces, rounds=size.rounds, seconds=size.seconds)
    each = {name: cost / len(texts) * 1e6 for name, cost in found.items()}
    return Row(
        f"checked and counted, {what}",
        f"{each['counted']:.2f} µs",
        f"{each['bare']:.2f} µs",
        each["counted"] / each["bare"],
        CLAIM,
    )


def _pieces(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    return (texts[start : start + PIECE] for start in range(0, len(texts), PIECE))


def _cost(side: Side, texts: Sequence[str]) -> float:
    return cpu_without_collection(partial(side.check, texts))


def _alone(size: Size) -> Iterator[Row]:
    """The observer by itself, in ns for each text."""
    observer = vitals()
    calls: dict[str, Callable[[int], None]] = {
        "a text without findings": lambda _: observer.passed("wx1", Scene.COMMENT, 1)
    }
    for count in (1, 3):
        seen = [_observed(count, number) for number in range(_USERS)]
        what = f"a text with {count} word{'s' if count > 1 else ''}"
        calls[what] = lambda n, seen=seen: observer.saw(seen[n % _USERS])  # type: ignore[misc]
    turns = {what: partial(_repeat, call, size.calls) for what, call in calls.items()}
    turns["nothing"] = partial(_repeat, lambda _: None, size.calls)
    kept = alternate(turns, rounds=size.rounds, seconds=size.seconds)
    for what in calls:
        cost = kept.best(what) - kept.best("nothing")
        yield Row(f"the observer alone, {what}", f"{cost / size.calls * 1e9:.0f} ns")


def _repeat(call: Callable[[int], None], times: int) -> float:
    def work() -> None:
        for number in range(times):
            call(number)

    return cpu_without_collection(work)


def _observed(count: int, number: int) -> Observation:
    findings = [
        Finding(
            Strategy.KEYWORD,
            Label.ADS,
            DEFAULT_POLICY.suggest(Strategy.KEYWORD, Label.ADS, 90),
            level=90,
            term=f"word {(number + other) % 50}",
            list_name="own",
        )
        for other in range(count)
    ]
    verdict = decide(findings, DEFAULT_POLICY)
    return Observation("wx1", Scene.COMMENT, f"user {number}", "a text", verdict)


def vitals() -> Vitals:
    """An observer that counts and never flushes: no database is touched."""
    return Vitals(cast(Database, None), bytes(32))
